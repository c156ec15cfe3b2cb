#include <sys/mman.h>
#include <unistd.h>

#include <optional>
#include <stdexcept>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "core/base/json.hpp"
#include "core/checkpoint/architectures.hpp"
#include "core/checkpoint/gguf/model.hpp"
#include "core/checkpoint/safetensors.hpp"
#include "core/tensor/gguf/file.hpp"
#include "core/tokenizer/tokenizer.hpp"
#include "core/tokenizer/tokenizer_files.hpp"
#include "tests/fuzz/readers.hpp"
#include "tests/support/gguf_bytes.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tiny_model.hpp"

namespace headlight::fuzz {
namespace {

const std::string kTests = HEADLIGHT_SOURCE_DIR "/tests";

std::span<const std::byte> as_bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

// A file in memory, for what reads paths.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view content) : descriptor_(::memfd_create("fuzz", 0)) {
    if (descriptor_ < 0 || ::write(descriptor_, content.data(), content.size()) != static_cast<ssize_t>(content.size()))
      throw std::runtime_error("no file in memory");
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

void touch(const gguf::Value& value) {
  const auto ask = [](auto question) {
    try {
      question();
    } catch (const Error&) {  // of another type
    }
  };
  ask([&] { value.integer(); });
  ask([&] { value.number(); });
  ask([&] { value.flag(); });
  ask([&] { value.text(); });
  ask([&] { value.integers(); });
  ask([&] { value.numbers(); });
  ask([&] { value.flags(); });
  ask([&] { value.texts(); });
}

testing_support::GgufBytes small_llama() {
  testing_support::GgufBytes bytes;
  bytes.value("general.architecture", "llama").value("llama.block_count", 1u).value("llama.context_length", 16u);
  bytes.value("llama.embedding_length", 4u).value("llama.feed_forward_length", 4u).value("llama.attention.head_count", 2u);
  bytes.value("llama.attention.layer_norm_rms_epsilon", 1e-5F).value("llama.rope.scaling.type", "linear").value("llama.rope.scaling.factor", 2.0F);
  const std::vector<float> vector(4, 1), matrix(16, 1);
  for (const char* name : {"blk.0.attn_norm.weight", "blk.0.ffn_norm.weight", "output_norm.weight"}) bytes.tensor(name, {4}, vector);
  for (const char* name : {"attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"})
    bytes.tensor("blk.0." + std::string(name) + ".weight", {4, 4}, matrix);
  return bytes.tensor("token_embd.weight", {4, 4}, matrix).tensor("rope_freqs.weight", {1}, {1});
}

testing_support::GgufBytes with_pieces(testing_support::GgufBytes bytes) {
  bytes.value("tokenizer.ggml.model", "llama").value("tokenizer.ggml.tokens", std::vector<std::string>{"<unk>", "<s>", "a", "aa"});
  bytes.value("tokenizer.ggml.scores", std::vector<float>{0, 0, -1, -2}).value("tokenizer.ggml.token_type", std::vector<std::int32_t>{2, 3, 1, 1});
  return bytes.value("tokenizer.ggml.bos_token_id", 1u);
}

testing_support::GgufBytes with_merges(testing_support::GgufBytes bytes) {
  bytes.value("tokenizer.ggml.model", "gpt2").value("tokenizer.ggml.pre", "llama-bpe").value("tokenizer.ggml.merges", std::vector<std::string>{"a b"});
  bytes.value("tokenizer.ggml.tokens", std::vector<std::string>{"a", "b", "ab", "[x]"});
  return bytes.value("tokenizer.ggml.token_type", std::vector<std::int32_t>{1, 1, 1, 4}).value("tokenizer.ggml.add_bos_token", false);
}

}  // namespace

void read_safetensors(std::string_view input) {
  const SafetensorsContent content = parse_safetensors(as_bytes(input));
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

void read_gguf(std::string_view input) {
  const gguf::Content content = gguf::parse(as_bytes(input));
  for (const auto& [key, value] : content.metadata) touch(value);
  for (const auto& [name, tensor] : content.tensors) {
    std::vector<float> numbers(static_cast<std::size_t>(tensor.n_numbers()));
    gguf::dequantize(tensor.bytes.data(), tensor.type, numbers.size(), numbers.data());
  }
}

std::vector<std::string> gguf_seeds() {
  testing_support::GgufBytes blocks;
  for (const std::uint32_t type : {2u, 3u, 6u, 7u, 8u, 10u, 11u, 12u, 13u, 14u, 30u, 1u, 28u}) {
    const gguf::BlockLayout& layout = *gguf::layout_of(type);
    blocks.tensor(layout.name, {layout.n_numbers}, type, std::string(layout.n_bytes, '\x11'));
  }
  return {small_llama().file(), with_pieces({}).file(), with_merges({}).file(), blocks.file()};
}

void read_gguf_model(std::string_view input) {
  const MemoryFile file(input);
  std::optional<Error> refusal;
  try {
    gguf::open_model(file.path());
  } catch (const Error& error) {  // the tokenizer may be good
    refusal = error;
  }
  try {
    tokenization::read_gguf_tokenizer(file.path());
  } catch (const Error&) {
    if (refusal) throw *refusal;
  }
}

std::vector<std::string> gguf_model_seeds() {
  std::vector<std::string> seeds = {with_pieces(small_llama()).file(), with_merges(small_llama()).file()};
  for (const char* name : {"gpt2", "gemma2", "mixtral", "phi3", "falcon-two-norms"}) seeds.push_back(read_file(kTests + "/core/checkpoint/gguf/" + name + ".gguf"));
  return seeds;
}

void read_config(std::string_view input) { read_blueprint(Config(parse_json(input))); }

std::vector<std::string> config_seeds() {
  std::vector<std::string> seeds;
  const Json cases = parse_json_file(kTests + "/core/checkpoint/architectures/option_cases.json");
  for (const Json& option_case : cases["cases"].as_array()) seeds.push_back(to_text(option_case["config"]));
  return seeds;
}

}  // namespace headlight::fuzz
