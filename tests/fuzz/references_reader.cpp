#include "core/base/json.hpp"
#include "storage/reference_list.hpp"
#include "tests/fuzz/targets.hpp"

namespace headlight::fuzz {
namespace {

void read_references(std::string_view input) { parse_reference_list(input); }

std::vector<std::string> references_seeds() {
  std::vector<std::string> seeds;
  for (const char* name : {"ioi-gpt2", "successor-pythia-1.4b", "retrieval-mistral-7b-v0.2"})
    seeds.push_back(to_text(parse_json_file(HEADLIGHT_SOURCE_DIR "/models/references/" + std::string(name) + ".json")));
  return seeds;
}

}  // namespace

const Target references_target{.name = "references", .read = read_references, .max_input = 4096, .seeds = references_seeds};

}  // namespace headlight::fuzz
