#include "core/host/model_prompts.hpp"

#include "core/base/error.hpp"
#include "core/host/closed_book.hpp"

namespace headlight {

std::optional<Tokenizer> find_tokenizer(const std::filesystem::path& model) {
  try {
    return Tokenizer::open(model);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return std::nullopt;
  }
}

PromptSet make_prompts_for(const Model& model, const Tokenizer* tokenizer, ThreadPool& pool, const Task& task, int count, std::uint64_t seed) {
  const ModelDescription& description = model.description();
  const PromptContext context{.tokenizer = tokenizer,
                              .vocab_size = description.vocab_size,
                              .n_ctx = description.n_ctx,
                              .bos = description.bos_token,
                              .knows = ClosedBook(model, pool)};
  return make_prompts(task, context, count, seed);
}

std::string shown_text(const Tokenizer& tokenizer, TokenId id) {
  const std::string text = tokenizer.decode(std::span(&id, 1));
  const bool loses_space = tokenizer.token(id).starts_with("▁") && !text.starts_with(' ');
  return loses_space ? " " + text : text;
}

}  // namespace headlight
