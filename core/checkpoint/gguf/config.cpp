#include "core/checkpoint/gguf/config.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace headlight::gguf {
namespace {

constexpr KeyName kUsualKeys[] = {{"context_length", "max_position_embeddings"}, {"embedding_length", "hidden_size"},
                                  {"block_count", "num_hidden_layers"},          {"feed_forward_length", "intermediate_size"},
                                  {"attention.head_count", "num_attention_heads"}};

// Keys that say nothing about what is computed, or what the tensors say as well.
constexpr std::string_view kWithoutMeaning[] = {"vocab_size", "tensor_data_layout", "rope.scaling.finetuned"};

[[noreturn]] void fail(const std::string& message) { throw Error(ErrorCode::corrupt, message); }

class Translation {
 public:
  Translation(const File& file, const Dialect& dialect)
      : file_(file), dialect_(dialect), prefix_(std::string(dialect.architecture) + ".") {}

  Json run();

 private:
  const Value* take(std::string_view key);  // marks it as understood
  std::optional<std::int64_t> integer(std::string_view key);
  std::optional<double> number(std::string_view key);
  std::int64_t require(std::string_view key);
  bool has(std::string_view tensor) const { return file_.find_tensor(tensor) != nullptr; }

  void sizes();
  void positions();
  void rope_scaling();
  Json factors(std::string_view tensor) const;
  void windows();
  void tensors();
  void peculiarities();
  void refuse_the_rest() const;

  const File& file_;
  const Dialect& dialect_;
  const std::string prefix_;
  std::set<std::string, std::less<>> understood_;
  Json config_ = Json::object();
  std::int64_t d_model_ = 0, n_heads_ = 0, d_head_ = 0, n_layers_ = 0;
};

const Value* Translation::take(std::string_view key) {
  std::string whole = prefix_ + std::string(key);
  const Value* value = file_.find(whole);
  understood_.insert(std::move(whole));
  return value;
}

// A number that files may give for each layer, of which only equal ones can be read.
std::optional<std::int64_t> Translation::integer(std::string_view key) {
  if (!take(key)) return std::nullopt;
  return file_.value(prefix_ + std::string(key), [](const Value& value) {
    if (!value.is_array()) return value.integer();
    const std::vector<std::int64_t> by_layer = value.integers();
    if (by_layer.empty() || std::ranges::adjacent_find(by_layer, std::not_equal_to()) != by_layer.end())
      throw Error(ErrorCode::unsupported,
                  "has numbers that differ from layer to layer, and Headlight reads models whose layers are alike");
    return by_layer.front();
  });
}

std::optional<double> Translation::number(std::string_view key) {
  take(key);
  return file_.number(prefix_ + std::string(key));
}

std::int64_t Translation::require(std::string_view key) {
  const auto value = integer(key);
  if (!value) fail("the metadata has no \"" + prefix_ + std::string(key) + "\"");
  if (*value < 1 || *value > INT32_MAX) fail("\"" + prefix_ + std::string(key) + "\" is " + std::to_string(*value));
  return *value;
}

void Translation::sizes() {
  config_.set("model_type", dialect_.model_type);
  d_model_ = require("embedding_length");
  n_heads_ = require("attention.head_count");
  n_layers_ = require("block_count");
  const std::int64_t n_kv_heads = integer("attention.head_count_kv").value_or(n_heads_);
  d_head_ = integer("attention.key_length").value_or(d_model_ / n_heads_);
  if (d_head_ < 1 || d_head_ > d_model_ * n_heads_)
    fail("a head would have " + std::to_string(d_head_) + " dimensions (d_model is " + std::to_string(d_model_) + ", with " +
         std::to_string(n_heads_) + " heads)");
  if (const auto d_value = integer("attention.value_length"); d_value && *d_value != d_head_)
    throw Error(ErrorCode::unsupported, "\"" + prefix_ + "attention.value_length\" is " + std::to_string(*d_value) +
                                            " and a head's keys have " + std::to_string(d_head_) +
                                            " dimensions; Headlight reads models where the two are the same");
  for (const KeyName& name : kUsualKeys) config_.set(name.field, require(name.key));
  config_.set("num_key_value_heads", n_kv_heads).set("head_dim", d_head_);
  for (const KeyName& name : dialect_.keys) {
    const Value* value = take(name.key);
    if (!value) continue;
    const std::string key = prefix_ + std::string(name.key);
    if (name.field == "use_parallel_residual") {
      config_.set(name.field, *file_.flag(key));
    } else if (const double read = *file_.number(key); read != 0 || !name.key.starts_with("expert")) {
      if (read == std::floor(read) && std::abs(read) < 1e15)
        config_.set(name.field, static_cast<std::int64_t>(read));
      else
        config_.set(name.field, read);
    }
  }
  for (const char* key : {"attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon"})
    if (const auto epsilon = number(key)) config_.set(dialect_.epsilon_field, *epsilon);
}

void Translation::positions() {
  config_.set("rope_theta", number("rope.freq_base").value_or(10000));
  const std::int64_t n_dims = integer("rope.dimension_count").value_or(d_head_);
  double factor = static_cast<double>(n_dims) / static_cast<double>(d_head_);
  if (static_cast<std::int64_t>(factor * static_cast<double>(d_head_)) < n_dims) factor = std::nextafter(factor, 2);
  config_.set("partial_rotary_factor", factor);
  rope_scaling();
}

// The numbers of a tensor that belongs to the configuration.
Json Translation::factors(std::string_view tensor) const {
  const Tensor* found = file_.find_tensor(tensor);
  if (!found || found->type != BlockType::f32)
    fail("the scaling \"longrope\" needs the tensor \"" + std::string(tensor) + "\" in F32");
  std::vector<float> numbers(static_cast<std::size_t>(found->n_numbers()));
  dequantize(found->bytes.data(), found->type, numbers.size(), numbers.data());
  Json list = Json::array();
  for (const float value : numbers) list.push(static_cast<double>(value));
  return list;
}

void Translation::rope_scaling() {
  take("rope.scaling.type");
  std::string type = file_.text(prefix_ + "rope.scaling.type").value_or("none");
  auto factor = number("rope.scaling.factor");
  if (const auto old = number("rope.scale_linear"); old && !factor) {  // of the first files
    factor = old;
    type = "linear";
  }
  const auto context = integer("rope.scaling.original_context_length");
  const auto attention = number("rope.scaling.attn_factor");
  if (context && *context > 0) config_.set("original_max_position_embeddings", *context);
  if (has("rope_factors_short.weight")) type = "longrope";
  if (type == "none" || (type == "linear" && factor.value_or(1) == 1)) return;

  Json scaling = Json::object({{"rope_type", type}});
  if (factor && *factor != 0) scaling.set("factor", *factor);
  if (attention) scaling.set("attention_factor", *attention);
  if (const auto fast = number("rope.scaling.yarn_beta_fast")) scaling.set("beta_fast", *fast);
  if (const auto slow = number("rope.scaling.yarn_beta_slow")) scaling.set("beta_slow", *slow);
  if (type == "longrope") {
    scaling.set("short_factor", factors("rope_factors_short.weight"));
    scaling.set("long_factor", factors("rope_factors_long.weight"));
  }
  config_.set("rope_scaling", std::move(scaling));
}

void Translation::windows() {
  if (const auto window = integer("attention.sliding_window"); window && *window > 0)
    config_.set("sliding_window", *window);
  const Value* pattern = take("attention.sliding_window_pattern");
  if (!pattern) return;
  const std::string key = prefix_ + "attention.sliding_window_pattern";
  if (!pattern->is_array()) return void(config_.set("sliding_window_pattern", *file_.integer(key)));
  Json types = Json::array();
  const auto by_layer = file_.value(key, [](const Value& value) { return value.flags(); });
  for (const bool slides : *by_layer)
    types.push(slides ? "sliding_attention" : "full_attention");
  config_.set("layer_types", std::move(types));
}

// What config.json says and GGUF files leave to the tensors that are there.
void Translation::tensors() {
  const Tensor* embedding = file_.find_tensor("token_embd.weight");
  if (!embedding) fail("it has no tensor \"token_embd.weight\": a file of only a tokenizer, or a part of a model?");
  config_.set("vocab_size", embedding->shape.front());
  config_.set("tie_word_embeddings", !has("output.weight"));
  const bool attention = has("blk.0.attn_q.bias") || has("blk.0.attn_qkv.bias");
  for (const char* field : {"attention_bias", "use_bias", "use_qkv_bias", "bias"}) config_.set(field, attention);
  config_.set("mlp_bias", has("blk.0.ffn_up.bias"));
  for (const char* field : {"bos_token_id", "eos_token_id"}) {
    const std::string key = std::string("tokenizer.ggml.") + field;
    const auto id = file_.integer(key);
    config_.set(field, id && *id >= 0 && *id < embedding->shape.front() ? Json(*id) : Json());
  }
}

// What one architecture leaves unsaid.
void Translation::peculiarities() {
  if (dialect_.architecture == "falcon") {
    const bool is_single = config_["num_kv_heads"] == Json(1) && !has("blk.0.attn_norm_2.weight");
    config_.set("multi_query", is_single).set("new_decoder_architecture", !is_single);
    config_.set("num_ln_in_parallel_attn", has("blk.0.attn_norm_2.weight") ? 2 : 1);
  }
  if (dialect_.architecture == "gemma2" || dialect_.architecture == "gemma3") {
    // Only the 27B scales scores by d_model / n_heads instead of the head's size; its number of layers tells it.
    const bool is_27b = n_layers_ == (dialect_.architecture == "gemma2" ? 46 : 62);
    std::int64_t scalar = is_27b ? d_model_ / n_heads_ : d_head_;
    if (const auto scale = number("attention.scale"); scale && *scale > 0) scalar = std::llround(1 / (*scale * *scale));
    config_.set("query_pre_attn_scalar", scalar);
  }
  if (const Value* causal = take("attention.causal"); causal && !*file_.flag(prefix_ + "attention.causal"))
    throw Error(ErrorCode::unsupported,
                "\"" + prefix_ + "attention.causal\" is false, and Headlight reads causal models only");
}

// A value of 0 or false says that there is no such thing.
bool is_nothing(const Value& value) {
  if (value.is_array()) return false;
  try {
    return value.number() == 0;
  } catch (const Error&) {
    return value.is_flag() && !value.flag();
  }
}

void Translation::refuse_the_rest() const {
  for (const auto& [key, value] : file_.content().metadata) {
    if (!key.starts_with(prefix_) || understood_.contains(key) || is_nothing(value)) continue;
    const std::string_view name = std::string_view(key).substr(prefix_.size());
    if (std::ranges::find(kWithoutMeaning, name) != std::end(kWithoutMeaning)) continue;
    throw Error(ErrorCode::unsupported,
                "the metadata has \"" + key.substr(0, 100) +
                    "\", which Headlight does not know of this architecture: what it changes would not be computed. "
                    "The folder with config.json and safetensors may do");
  }
}

Json Translation::run() {
  sizes();
  positions();
  windows();
  tensors();
  peculiarities();
  refuse_the_rest();
  return std::move(config_);
}

}  // namespace

Json config_of(const File& file, const Dialect& dialect) { return Translation(file, dialect).run(); }

}  // namespace headlight::gguf
