#include <algorithm>
#include <functional>
#include <numeric>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "core/checkpoint/gguf/model.hpp"
#include "core/tensor/gguf/file.hpp"
#include "core/tokenizer/tokenizer.hpp"
#include "tests/fuzz/input_files.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/gguf_bytes.hpp"

namespace headlight::fuzz {
namespace {

using testing_support::GgufBytes;

// Whether the value is of the type that the question is about.
template <typename Question>
bool fits(Question question) {
  try {
    question();
    return true;
  } catch (const Error&) {
    return false;
  }
}

// Takes a value as what it is.
void touch(const gguf::Value& value) {
  if (value.is_array()) {
    static_cast<void>(fits([&] { value.flags(); }) || fits([&] { value.texts(); }) || fits([&] { value.numbers(); }));
    fits([&] { value.integers(); });
  } else {
    static_cast<void>(fits([&] { value.flag(); }) || fits([&] { value.text(); }) || fits([&] { value.number(); }));
    fits([&] { value.integer(); });
  }
}

GgufBytes small_llama() {
  GgufBytes bytes;
  bytes.value("general.architecture", "llama").value("llama.block_count", 1u).value("llama.context_length", 16u);
  bytes.value("llama.embedding_length", 4u).value("llama.feed_forward_length", 4u).value("llama.attention.head_count", 2u);
  bytes.value("llama.attention.layer_norm_rms_epsilon", 1e-5F).value("llama.rope.scaling.type", "linear").value("llama.rope.scaling.factor", 2.0F);
  const std::vector<float> vector(4, 1), matrix(16, 1);
  for (const char* name : {"blk.0.attn_norm.weight", "blk.0.ffn_norm.weight", "output_norm.weight"}) bytes.tensor(name, {4}, vector);
  for (const char* name : {"attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"})
    bytes.tensor("blk.0." + std::string(name) + ".weight", {4, 4}, matrix);
  return bytes.tensor("token_embd.weight", {4, 4}, matrix).tensor("rope_freqs.weight", {1}, {1});
}

// One layer and one expert in MXFP4, whose blocks hold 32 numbers.
GgufBytes small_gpt_oss() {
  GgufBytes bytes;
  const auto key = [](const char* name) { return std::string("gpt-oss.") + name; };
  bytes.value("general.architecture", "gpt-oss").value(key("block_count"), 1u).value(key("context_length"), 16u);
  bytes.value(key("embedding_length"), 32u).value(key("feed_forward_length"), 1u).value(key("attention.head_count"), 1u);
  bytes.value(key("attention.key_length"), 2u).value(key("attention.layer_norm_rms_epsilon"), 1e-5F).value(key("attention.sliding_window"), 2u);
  bytes.value(key("expert_count"), 1u).value(key("expert_used_count"), 1u).value(key("rope.scaling.type"), "yarn").value(key("rope.scaling.factor"), 2.0F);
  bytes.value(key("rope.scaling.original_context_length"), 8u);
  const auto plain = [&](const std::string& name, std::vector<std::uint64_t> sizes, std::size_t n) { bytes.tensor(name, sizes, std::vector<float>(n, 1)); };
  for (const char* norm : {"blk.0.attn_norm.weight", "blk.0.post_attention_norm.weight", "output_norm.weight"}) plain(norm, {32}, 32);
  for (const char* name : {"attn_q", "attn_k", "attn_v"}) {
    plain("blk.0." + std::string(name) + ".weight", {32, 2}, 64);
    plain("blk.0." + std::string(name) + ".bias", {2}, 2);
  }
  plain("blk.0.attn_output.weight", {2, 32}, 64);
  plain("blk.0.attn_output.bias", {32}, 32);
  plain("blk.0.attn_sinks.weight", {1}, 1);
  plain("blk.0.ffn_gate_inp.weight", {32, 1}, 32);
  plain("blk.0.ffn_gate_inp.bias", {1}, 1);
  for (const char* name : {"ffn_gate_exps", "ffn_up_exps"}) {
    bytes.tensor("blk.0." + std::string(name) + ".weight", {32, 1, 1}, 39, std::string(17, '\x7e'));
    plain("blk.0." + std::string(name) + ".bias", {1, 1}, 1);
  }
  plain("blk.0.ffn_down_exps.weight", {1, 32, 1}, 32);
  plain("blk.0.ffn_down_exps.bias", {32, 1}, 32);
  plain("output.weight", {32, 1}, 32);
  return bytes.tensor("token_embd.weight", {32, 1}, std::vector<float>(32, 1));
}

GgufBytes with_pieces(GgufBytes bytes, const char* model = "llama") {
  bytes.value("tokenizer.ggml.model", model).value("tokenizer.ggml.unknown_token_id", 0u).value("tokenizer.ggml.tokens", std::vector<std::string>{"<unk>", "<s>", "a", "aa"});
  bytes.value("tokenizer.ggml.scores", std::vector<float>{0, 0, -1, -2}).value("tokenizer.ggml.token_type", std::vector<std::int32_t>{2, 3, 1, 1});
  return bytes.value("tokenizer.ggml.bos_token_id", 1u);
}

GgufBytes with_merges(GgufBytes bytes) {
  bytes.value("tokenizer.ggml.model", "gpt2").value("tokenizer.ggml.pre", "llama-bpe").value("tokenizer.ggml.merges", std::vector<std::string>{"a b"});
  bytes.value("tokenizer.ggml.tokens", std::vector<std::string>{"a", "b", "ab", "[x]"});
  return bytes.value("tokenizer.ggml.token_type", std::vector<std::int32_t>{1, 1, 1, 4}).value("tokenizer.ggml.add_bos_token", false);
}

GgufBytes part(std::uint32_t number, const char* tensor) {
  GgufBytes bytes;
  bytes.value("split.no", number).value("split.count", 2u).value("split.tensors.count", 2u);
  return bytes.tensor(tensor, {2}, {1, 2});
}

void read_gguf(std::string_view input) {
  const gguf::Content content = gguf::parse(std::as_bytes(std::span(input)));
  for (const auto& [key, value] : content.metadata) touch(value);
  for (const auto& [name, tensor] : content.tensors) {
    std::vector<float> numbers(static_cast<std::size_t>(tensor.n_numbers()));
    gguf::dequantize(tensor.bytes.data(), tensor.type, numbers.size(), numbers.data());
  }
}

std::vector<std::string> gguf_seeds() {
  GgufBytes blocks;
  for (const std::uint32_t type : {2u, 3u, 6u, 7u, 8u, 10u, 11u, 12u, 13u, 14u, 39u, 30u, 1u, 28u}) {
    const gguf::BlockLayout& layout = *gguf::layout_of(type);
    blocks.tensor(layout.name, {layout.n_numbers}, type, std::string(layout.n_bytes, '\x11'));
  }
  return {small_llama().file(), with_pieces({}).file(), with_merges({}).file(), blocks.file()};
}

void read_gguf_model(std::string_view input) {
  static InputFile kFile("model.gguf");
  gguf::open_model(kFile.with(input));
}

// A size of the golden models as it is with a quarter of their width, half of their heads, and one layer.
std::int64_t shrunk(std::string_view key, std::int64_t size) {
  for (const char* quarter : {"embedding_length", "feed_forward_length"})
    if (key.ends_with(quarter)) return size / 4;
  for (const char* half : {"head_count", "head_count_kv", "key_length", "value_length", "rope.dimension_count"})
    if (key.ends_with(half)) return size / 2;
  return key.ends_with("block_count") ? 1 : size;
}

// A golden model made small, without its tokenizer.
std::string shrunk_model(const gguf::File& file) {
  GgufBytes bytes;
  for (const auto& [key, value] : file.content().metadata) {
    if (value.is_array() || key.starts_with("tokenizer.ggml.tok")) continue;
    static_cast<void>(fits([&] { bytes.value(key, value.flag()); }) || fits([&] { bytes.value(key, value.text()); }) ||
                      fits([&] { bytes.value(key, static_cast<std::uint32_t>(shrunk(key, value.integer()))); }) ||
                      fits([&] { bytes.value(key, static_cast<float>(value.number())); }));
  }
  for (const auto& [name, tensor] : file.content().tensors) {
    if (name.starts_with("blk.") && !name.starts_with("blk.0.")) continue;
    std::vector<std::uint64_t> sizes;
    for (auto size = tensor.shape.rbegin(); size != tensor.shape.rend(); ++size) sizes.push_back(static_cast<std::uint64_t>(*size >= 8 ? *size / 4 : *size));
    if (name.starts_with("rope_factors")) sizes = {static_cast<std::uint64_t>(tensor.shape[0]) / 2};
    const std::uint64_t n = std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{1}, std::multiplies());
    const gguf::BlockLayout& layout = gguf::layout_of(tensor.type);
    bytes.tensor(name, sizes, static_cast<std::uint32_t>(tensor.type), std::string(n / layout.n_numbers * layout.n_bytes, '\x11'));
  }
  return bytes.file();
}

std::vector<std::string> gguf_model_seeds() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(HEADLIGHT_SOURCE_DIR "/tests/core/checkpoint/gguf"))
    if (entry.path().extension() == ".gguf") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<std::string> seeds = {small_llama().file(), small_gpt_oss().file()};
  for (const auto& file : files) {
    seeds.push_back(shrunk_model(gguf::File(file)));
    if (!fits([&] { read_gguf_model(seeds.back()); })) seeds.back() = read_file(file);  // quantised, or with norms of a head's size
    if (seeds.back().size() > gguf_model_target.max_input) seeds.pop_back();
  }
  return seeds;
}

void read_gguf_tokenizer(std::string_view input) {
  static InputFile kFile("model.gguf");
  const Tokenizer tokenizer = Tokenizer::open(kFile.with(input));
  for (const std::string_view text : {" a  aa[x]\n", "日本 é's 12"}) tokenizer.decode(tokenizer.encode(text).ids);
}

std::vector<std::string> gguf_tokenizer_seeds() {
  const std::string whole = R"({"added_tokens": [], "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}})";
  return {with_pieces({}).file(), with_merges({}).file(), with_merges(GgufBytes().value("tokenizer.ggml.add_eos_token", true).value("tokenizer.ggml.eos_token_id", 3u)).file(),
          with_pieces({}, "t5").file(), GgufBytes().value("tokenizer.huggingface.json", whole).file()};
}

void read_gguf_parts(std::string_view input) {
  static InputFolder kFolder{"x-00001-of-00002.gguf", "x-00002-of-00002.gguf"};
  gguf::File(kFolder.with(input) / "x-00001-of-00002.gguf");
}

std::vector<std::string> gguf_parts_seeds() {
  return {part(0, "a").file() + std::string(InputFolder::kNextFile) + part(1, "b").file()};
}

}  // namespace

const Target gguf_target{.name = "gguf", .read = read_gguf, .max_input = 8192, .seeds = gguf_seeds};
const Target gguf_model_target{.name = "gguf-model", .read = read_gguf_model, .max_input = 12288, .seeds = gguf_model_seeds, .fixed_mb = 8};
const Target gguf_tokenizer_target{.name = "gguf-tokenizer", .read = read_gguf_tokenizer, .max_input = 4096, .seeds = gguf_tokenizer_seeds, .fixed_mb = 8};
const Target gguf_parts_target{.name = "gguf-parts", .read = read_gguf_parts, .max_input = 4096, .seeds = gguf_parts_seeds};

}  // namespace headlight::fuzz
