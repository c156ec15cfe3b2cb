#include "core/tokenizer/tokenizer_files.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "core/base/hash.hpp"
#include "core/tensor/gguf/file.hpp"
#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/vocabulary.hpp"

namespace headlight::tokenization {
namespace {

TokenId parsed_id(std::string_view text) {
  TokenId id = -1;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (failure != std::errc() || end != text.data() + text.size() || id < 0) {
    throw Error(ErrorCode::corrupt, "\"" + std::string(text) + "\" is no token id");
  }
  return id;
}

// Tokens by their content, a later one in the place of an earlier one, but for those that are there at first.
class AddedByContent {
 public:
  explicit AddedByContent(Json& added) : added_(added), n_fixed_(added.size()) {
    for (size_t i = 0; i < added.size(); ++i) places_.try_emplace(to_text(added[i]["content"]), i);
  }
  void put(Json token) {
    const auto [place, is_new] = places_.try_emplace(to_text(token["content"]), added_.size());
    if (is_new)
      added_.push(std::move(token));
    else if (place->second >= n_fixed_)
      added_.as_array()[place->second] = std::move(token);
  }

 private:
  Json& added_;
  size_t n_fixed_;
  std::unordered_map<std::string, size_t> places_;  // JSON of the content -> index
};

TokenizerFiles read_json_file(const std::filesystem::path& path) {
  TokenizerFiles files;
  files.path = path;
  files.definition = parse_json_file(path.string());
  files.content_hash = content_hash(to_text(files.definition));
  return files;
}

}  // namespace

Json added_token(TokenId id, std::string_view content, bool special) {
  return Json::object({{"id", id},
                       {"content", Json(content)},
                       {"single_word", false},
                       {"lstrip", false},
                       {"rstrip", false},
                       {"normalized", false},
                       {"special", special}});
}

void take_added_tokens(const std::filesystem::path& folder, const Json& config, Json& added) {
  AddedByContent tokens_so_far(added);
  const std::filesystem::path file = folder / "added_tokens.json";
  if (std::filesystem::exists(file)) {
    const Json tokens = parse_json_file(file.string());
    within(file.string(), [&] {
      for (const Json::Member& token : tokens.as_object())
        tokens_so_far.put(added_token(checked_id(token), token.first, false));
    });
  }
  if (const Json& tokens = config["added_tokens_decoder"]; !tokens.is_null()) {
    within("tokenizer_config.json: added_tokens_decoder", [&] {
      for (const auto& [id, token] : tokens.as_object()) tokens_so_far.put(Json(token).set("id", parsed_id(id)));
    });
  }
  std::stable_sort(added.as_array().begin(), added.as_array().end(),
                   [](const Json& a, const Json& b) { return a["id"].as_integer() < b["id"].as_integer(); });
}

Json enclosing_template(const std::optional<TokenAndId>& before, const std::optional<TokenAndId>& behind) {
  if (!before && !behind) return {};
  Json single = Json::array(), special = Json::object();
  const auto add = [&](const std::optional<TokenAndId>& token) {
    if (!token) return;
    single.push(Json::object({{"SpecialToken", Json::object({{"id", token->token}})}}));
    special.set(token->token, Json::object({{"ids", Json(Json::Array{token->id})}, {"tokens", Json(Json::Array{token->token})}}));
  };
  add(before);
  single.push(Json::object({{"Sequence", Json::object({{"id", "A"}})}}));
  add(behind);
  return Json::object({{"type", "TemplateProcessing"}, {"single", single}, {"special_tokens", special}});
}

TokenizerFiles read_tokenizer_files(const std::filesystem::path& model) {
  if (!std::filesystem::is_directory(model) && gguf::file_named_by(model)) return read_gguf_tokenizer(model);
  const std::filesystem::path& folder = model;
  const auto has = [&](const char* name) { return std::filesystem::exists(folder / name); };
  if (has("tokenizer.json")) return read_json_file(folder / "tokenizer.json");
  const Json config = has("tokenizer_config.json") ? parse_json_file((folder / "tokenizer_config.json").string()) : Json();
  if (has("tokenizer.model")) return read_sentencepiece_files(folder, config);
  if (has("vocab.json") && has("merges.txt")) return read_vocab_and_merges(folder, config);
  if (std::filesystem::is_directory(folder))
    if (const auto file = gguf::file_named_by(folder)) return read_gguf_tokenizer(*file);
  throw Error(ErrorCode::not_found, folder.string() +
                                        ": no tokenizer.json, no tokenizer.model, no vocab.json with merges.txt, and no GGUF file; " +
                                        "copy the tokenizer from where the model came from");
}

}  // namespace headlight::tokenization
