#include "core/base/files.hpp"
#include "core/host/forward_run.hpp"
#include "tests/fuzz/input_files.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/temporary_folder.hpp"

namespace headlight::fuzz {
namespace {

void read_tokens(std::string_view input) {
  static InputFile kFile("tokens.safetensors");
  read_token_file(kFile.with(input));
}

std::vector<std::string> tokens_seeds() {
  const testing_support::TemporaryFolder folder;
  const std::vector<std::int64_t> ids{0, 1, 2, 3, 4, 5}, mask{0, 1, 1, 1, 1, 0};
  SafetensorsWriter writer;
  writer.add("input_ids", {2, 3}, ids);
  writer.add("attention_mask", {2, 3}, mask);
  writer.write(folder / "tokens.safetensors");
  return {read_file(folder / "tokens.safetensors")};
}

}  // namespace

const Target tokens_target{.name = "tokens", .read = read_tokens, .max_input = 2048, .seeds = tokens_seeds};

}  // namespace headlight::fuzz
