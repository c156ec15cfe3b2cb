#include "core/tokenizer/tokenizer_files.hpp"

#include "core/base/hash.hpp"
#include "core/tokenizer/definition.hpp"

namespace headlight::tokenization {

TokenizerFiles read_tokenizer_files(const std::filesystem::path& folder) {
  const std::filesystem::path json = folder / "tokenizer.json";
  if (std::filesystem::exists(json)) {
    TokenizerFiles files{.path = json, .definition = parse_json_file(json.string()), .model = nullptr, .content_hash = {}};
    files.content_hash = content_hash(to_text(files.definition));
    return files;
  }
  throw Error(ErrorCode::not_found, folder.string() + ": no tokenizer.json; copy it from where the model came from");
}

}  // namespace headlight::tokenization
