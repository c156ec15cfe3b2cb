// headlight tokenize and headlight detokenize: JSON lines in, JSON lines out, for scripts that compare tokenizers.
#include <iostream>

#include "cli/commands.hpp"
#include "core/base/error.hpp"
#include "core/host/model_source.hpp"
#include "core/host/plugin_search.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace headlight {
namespace {

// Calls body(line's JSON) for every line of standard input; errors name the line.
template <typename Body>
int for_each_line(const std::string& example, Body body) {
  std::int64_t number = 0;
  for (std::string line; std::cout && std::getline(std::cin, line);) {  // nobody reads any more: stop
    ++number;
    if (line.empty()) continue;
    try {
      std::cout << to_text(body(parse_json(line))) << "\n";
    } catch (const Error& error) {
      throw Error(error.code(), "line " + std::to_string(number) + " of the input: " + error.what() + "; a line is an object such as " + example);
    }
  }
  return kDone;
}

// A model, or a folder that has only a tokenizer.
Tokenizer open_tokenizer(const ParsedOptions& options, const Environment& environment) {
  return Tokenizer::open(resolve_tokenizer_folder(options.positionals[0], search_folders(environment.executable).models));
}

int run_tokenize(const ParsedOptions& options, const Environment& environment) {
  const Tokenizer tokenizer = open_tokenizer(options, environment);
  const bool special = !options.has("no-special-tokens");
  return for_each_line(R"({"text": "hello"})", [&](const Json& line) {
    const Encoding encoding = tokenizer.encode(line.at("text").as_string(), special);
    Json ids = Json::array(), tokens = Json::array(), offsets = Json::array();
    for (const TokenId id : encoding.ids) ids.push(id);
    for (const std::string& token : encoding.tokens) tokens.push(token);
    for (const TextSpan& span : encoding.offsets) offsets.push(Json(Json::Array{Json(span.begin), Json(span.end)}));
    return Json::object({{"ids", ids}, {"tokens", tokens}, {"offsets", offsets}});
  });
}

int run_detokenize(const ParsedOptions& options, const Environment& environment) {
  const Tokenizer tokenizer = open_tokenizer(options, environment);
  const bool skip = options.has("skip-special-tokens");
  return for_each_line(R"({"ids": [5, 7]})", [&](const Json& line) {
    std::vector<TokenId> ids;
    for (const Json& id : line.at("ids").as_array()) {
      if (id.as_integer() != static_cast<TokenId>(id.as_integer())) throw Error(ErrorCode::bad_input, "the id " + to_text(id) + " is no token of any tokenizer");
      ids.push_back(static_cast<TokenId>(id.as_integer()));
    }
    return Json::object({{"text", tokenizer.decode(ids, skip)}});
  });
}

}  // namespace

Command tokenize_command() {
  return {.spec = {.name = "tokenize",
                   .summary = "Turns JSON lines {\"text\": ...} into {\"ids\", \"tokens\", \"offsets\"} with the model's tokenizer.",
                   .positionals = "MODEL",
                   .min_positionals = 1,
                   .max_positionals = 1,
                   .options = {{"no-special-tokens", "", "leave out what the post-processor adds"}},
                   .notes = "Offsets count code points of the text."},
          .run = run_tokenize};
}

Command detokenize_command() {
  return {.spec = {.name = "detokenize",
                   .summary = "Turns JSON lines {\"ids\": [...]} into {\"text\": ...} with the model's tokenizer.",
                   .positionals = "MODEL",
                   .min_positionals = 1,
                   .max_positionals = 1,
                   .options = {{"skip-special-tokens", "", "leave special tokens out of the text"}}},
          .run = run_detokenize};
}

}  // namespace headlight
