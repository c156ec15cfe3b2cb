#include "core/tokenizer/tokenizer.hpp"

#include "core/base/error.hpp"
#include "core/base/hash.hpp"
#include "core/tokenizer/pipeline.hpp"
#include "core/tokenizer/tokenizer_files.hpp"

namespace headlight {

struct Tokenizer::Impl {
  tokenization::Pipeline pipeline;
  std::string content_hash;
};

Tokenizer::Tokenizer(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

Tokenizer Tokenizer::from_json(const Json& definition) {
  return Tokenizer(
      std::unique_ptr<const Impl>(new Impl{tokenization::Pipeline(definition), headlight::content_hash(to_text(definition))}));
}

Tokenizer Tokenizer::open(const std::filesystem::path& model_folder) {
  tokenization::TokenizerFiles files = tokenization::read_tokenizer_files(model_folder);
  try {
    return Tokenizer(std::unique_ptr<const Impl>(
        new Impl{tokenization::Pipeline(files.definition, std::move(files.model), std::move(files.normalizer)),
                 std::move(files.content_hash)}));
  } catch (const Error& error) {
    throw error.at(files.path.string());
  }
}

Encoding Tokenizer::encode(std::string_view text, bool add_special_tokens) const {
  return impl_->pipeline.encode(text, add_special_tokens);
}

std::string Tokenizer::decode(std::span<const TokenId> ids, bool skip_special_tokens) const {
  return impl_->pipeline.decode(ids, skip_special_tokens);
}

int Tokenizer::vocab_size() const { return impl_->pipeline.vocab_size(); }
std::optional<TokenId> Tokenizer::id_of(std::string_view token) const { return impl_->pipeline.id_of(token); }
const std::string& Tokenizer::token(TokenId id) const { return impl_->pipeline.token(id); }
bool Tokenizer::is_special(TokenId id) const { return impl_->pipeline.is_special(id); }
const std::string& Tokenizer::content_hash() const { return impl_->content_hash; }

}  // namespace headlight
