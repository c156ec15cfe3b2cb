// Runs one tokenizer over lines for scripts that compare it with the reference library.
//   tokenizer_driver FOLDER            {"text": ..., "special": bool} lines in; ids, tokens, offsets, decoded texts out;
//                                      {"ids": [...]} lines in; decoded texts out
//   tokenizer_driver FOLDER --speed FILE SECONDS   megabytes a second of encoding the file's lines, one thread
#include <cstring>
#include <ctime>
#include <iostream>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace headlight {
namespace {

Json answer(const Tokenizer& tokenizer, const Json& question) {
  if (question.contains("ids")) {
    std::vector<TokenId> ids;
    for (const Json& id : question.at("ids").as_array()) ids.push_back(static_cast<TokenId>(id.as_integer()));
    return Json::object({{"decoded", tokenizer.decode(ids)}, {"decoded_skip", tokenizer.decode(ids, true)}});
  }
  const Encoding encoding = tokenizer.encode(question.at("text").as_string(), question.value_or("special", true));
  Json ids = Json::array(), tokens = Json::array(), offsets = Json::array();
  for (const TokenId id : encoding.ids) ids.push(id);
  for (const std::string& token : encoding.tokens) tokens.push(token);
  for (const TextSpan span : encoding.offsets) offsets.push(Json(Json::Array{span.begin, span.end}));
  return Json::object({{"ids", ids},
                       {"tokens", tokens},
                       {"offsets", offsets},
                       {"decoded", tokenizer.decode(encoding.ids)},
                       {"decoded_skip", tokenizer.decode(encoding.ids, true)}});
}

void answer_lines(const Tokenizer& tokenizer) {
  for (std::string line; std::getline(std::cin, line);) {
    try {
      std::cout << to_text(answer(tokenizer, parse_json(line))) << '\n';
    } catch (const Error& error) {
      std::cout << to_text(Json::object({{"error", error.what()}})) << '\n';
    }
  }
}

void measure(const Tokenizer& tokenizer, const std::string& file, double seconds) {
  const std::string text = read_file(file);
  std::vector<std::string_view> lines;
  for (std::string_view rest = text; !rest.empty();) {
    const size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    lines.push_back(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  size_t n_bytes = 0, n_tokens = 0;
  const std::clock_t start = std::clock();  // of this process, so that others on the machine count less
  double passed = 0;
  while (passed < seconds) {
    for (const std::string_view line : lines) n_tokens += tokenizer.encode(line).ids.size();
    n_bytes += text.size();
    passed = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  }
  std::cout << to_text(Json::object(
                   {{"mb_per_s", static_cast<double>(n_bytes) / passed / 1e6}, {"tokens", static_cast<std::int64_t>(n_tokens)}}))
            << '\n';
}

int run(int n_words, char** words) {
  if (n_words != 2 && !(n_words == 5 && std::strcmp(words[2], "--speed") == 0)) {
    std::cerr << "usage: tokenizer_driver FOLDER [--speed FILE SECONDS]\n";
    return 1;
  }
  const Tokenizer tokenizer = Tokenizer::open(words[1]);
  n_words == 2 ? answer_lines(tokenizer) : measure(tokenizer, words[3], std::stod(words[4]));
  return 0;
}

}  // namespace
}  // namespace headlight

int main(int n_words, char** words) {
  try {
    return headlight::run(n_words, words);
  } catch (const headlight::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
