#include <stdexcept>

#include "core/base/json.hpp"
#include "tests/fuzz/targets.hpp"

namespace headlight::fuzz {
namespace {

void read_json(std::string_view input) {
  const Json value = parse_json(input);
  if (const Json again = parse_json(to_text(value)); to_text(again) != to_text(value)) throw std::logic_error("what was written is not read back");
  parse_json(to_pretty_text(value));
}

std::vector<std::string> json_seeds() {
  return {R"({"a": [1, -2.5e3, true, null, "x\u00e9\n\ud83d\ude00"], "b": {"c": []}})", "[[[[]]]]", "-0.0", "1e400", "\"\""};
}

}  // namespace

const Target json_target{.name = "json", .read = read_json, .max_input = 4096, .seeds = json_seeds};

}  // namespace headlight::fuzz
