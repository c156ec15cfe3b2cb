#include <stdexcept>

#include "core/base/files.hpp"
#include "core/checkpoint/safetensors.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/temporary_folder.hpp"

namespace headlight::fuzz {
namespace {

void read_safetensors(std::string_view input) {
  const SafetensorsContent content = parse_safetensors(std::as_bytes(std::span(input)));
  for (const TensorEntry& tensor : content.tensors)
    if (static_cast<std::size_t>(n_elements(tensor.shape)) * size_of(tensor.dtype) != tensor.bytes.size())
      throw std::logic_error("a tensor's bytes are not what its shape needs");
}

std::vector<std::string> safetensors_seeds() {
  const testing_support::TemporaryFolder folder;
  const std::vector<float> numbers{1, 2};
  const std::vector<std::int64_t> whole{3};
  SafetensorsWriter writer;
  writer.add("a", {2, 1}, numbers);
  writer.add("b.c", {1}, whole);
  writer.set_metadata("format", "pt");
  writer.write(folder / "x.safetensors");
  return {read_file(folder / "x.safetensors")};
}

}  // namespace

const Target safetensors_target{.name = "safetensors", .read = read_safetensors, .max_input = 4096, .seeds = safetensors_seeds};

}  // namespace headlight::fuzz
