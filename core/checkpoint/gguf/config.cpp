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
[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorCode::unsupported, message); }

constexpr std::int64_t kMostLayers = 10'000;

// Of "expert_gating_func".
constexpr std::int64_t kSoftmax = 1, kSoftmaxOfActive = 3;

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

  std::string quoted(std::string_view key) const { return "\"" + prefix_ + std::string(key) + "\""; }

  void sizes();
  void own_keys();
  void experts();
  void routing();
  void positions();
  void rope_scaling();
  Json factors(std::string_view tensor) const;
  void windows();
  void layers_of_windows(const Value& pattern);
  void tensors();
  void peculiarities();
  void gpt_oss();
  void olmo3();
  void exaone4();
  void refuse_unless(bool holds, std::string_view key, std::string_view why) const;
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
  if (!value) fail("the metadata has no " + quoted(key));
  if (*value < 1 || *value > INT32_MAX) fail(quoted(key) + " is " + std::to_string(*value));
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
    refuse(quoted("attention.value_length") + " is " + std::to_string(*d_value) + " and a head's keys have " +
           std::to_string(d_head_) + " dimensions; Headlight reads models where the two are the same");
  for (const KeyName& name : kUsualKeys) config_.set(name.field, require(name.key));
  config_.set("num_key_value_heads", n_kv_heads).set("head_dim", d_head_);
  for (const char* key : {"attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon"})
    if (const auto epsilon = number(key)) config_.set(dialect_.epsilon_field, *epsilon);
}

void Translation::own_keys() {
  for (const KeyName& name : dialect_.keys) {
    const std::string key = prefix_ + std::string(name.key);
    if (!take(name.key)) {
      if (name.is_required) fail("the metadata has no " + quoted(name.key));
      continue;
    }
    if (name.field == "use_parallel_residual") {
      config_.set(name.field, *file_.flag(key));
      continue;
    }
    const double read = *file_.number(key);
    if (read == 0 && name.is_required) fail(quoted(name.key) + " is 0");
    if (read == 0 && name.key == "attention.clamp_kqv") continue;  // no limit
    if (read == std::floor(read) && std::abs(read) < 1e15)
      config_.set(name.field, static_cast<std::int64_t>(read));
    else
      config_.set(name.field, read);
  }
}

// Experts in every layer: their number, how many are active, and how wide those are that differ from the usual width.
void Translation::experts() {
  if (dialect_.experts_field.empty()) return;
  const std::int64_t n = integer("expert_count").value_or(0);
  if (n == 0 && dialect_.architecture == "llama") return void(integer("expert_used_count"));
  config_.set(dialect_.experts_field, require("expert_count"));
  config_.set("num_experts_per_tok", require("expert_used_count"));
  const auto width_of = [&](std::string_view tensor, std::size_t axis) -> std::optional<std::int64_t> {
    const Tensor* found = file_.find_tensor(tensor);
    return found && axis < found->shape.size() ? std::optional(found->shape[axis]) : std::nullopt;
  };
  const auto set_width = [&](const char* field, const char* key, std::optional<std::int64_t> of_the_tensor) {
    if (const auto width = integer(key); width && *width > 0) of_the_tensor = width;
    if (of_the_tensor) config_.set(field, *of_the_tensor);
  };
  set_width("moe_intermediate_size", "expert_feed_forward_length", width_of("blk.0.ffn_up_exps.weight", 1));
  if (dialect_.architecture == "qwen2moe")
    set_width("shared_expert_intermediate_size", "expert_shared_feed_forward_length", width_of("blk.0.ffn_up_shexp.weight", 0));
  routing();
}

void Translation::routing() {
  const bool is_settled = dialect_.expert_weights == ExpertWeights::always_normalised;
  bool is_normalised = dialect_.expert_weights != ExpertWeights::plain;
  if (take("expert_weights_norm")) {
    const bool says = *file_.flag(prefix_ + "expert_weights_norm");
    refuse_unless(!is_settled || says, "expert_weights_norm", "is false, and the weights of this architecture's experts sum to 1");
    is_normalised = says;
  }
  config_.set("norm_topk_prob", is_normalised);
  const double scale = number("expert_weights_scale").value_or(1);
  refuse_unless(scale == 0 || scale == 1, "expert_weights_scale", "is another number than 1, which this architecture does not have");
  const std::int64_t function = integer("expert_gating_func").value_or(0);
  refuse_unless(function == 0 || function == kSoftmax || (function == kSoftmaxOfActive && is_normalised), "expert_gating_func",
                "is no softmax, which this architecture has");
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
  if (dialect_.architecture == "gpt-oss") scaling.set("truncate", false);  // as it is defined; files do not say so
  config_.set("rope_scaling", std::move(scaling));
}

void Translation::windows() {
  if (dialect_.windows == Windows::none) return;  // and the key is refused
  if (const auto window = integer("attention.sliding_window"); window && *window > 0)
    config_.set("sliding_window", *window);
  if (const Value* pattern = take("attention.sliding_window_pattern")) layers_of_windows(*pattern);
}

// A truth value for each layer, or every how many layers one does not slide.
void Translation::layers_of_windows(const Value& pattern) {
  if (n_layers_ > kMostLayers) return;  // which the reader of the configuration refuses
  const std::string key = prefix_ + "attention.sliding_window_pattern";
  std::vector<bool> slides(static_cast<std::size_t>(n_layers_), true);
  if (pattern.is_array()) {
    slides = *file_.value(key, [](const Value& value) { return value.flags(); });
  } else if (const std::int64_t period = *file_.integer(key); period > 0) {
    for (std::int64_t i = 0; i < n_layers_; ++i) slides[static_cast<std::size_t>(i)] = (i + 1) % period != 0;
  }
  refuse_unless(dialect_.windows == Windows::of_some_layers || std::ranges::find(slides, false) == slides.end(),
                "attention.sliding_window_pattern", "leaves layers out, and all layers of this architecture slide where one does");
  Json types = Json::array();
  for (const bool one : slides) types.push(one ? "sliding_attention" : "full_attention");
  config_.set("layer_types", std::move(types));
}

// What config.json says and GGUF files leave to the tensors that are there.
void Translation::tensors() {
  const Tensor* embedding = file_.find_tensor("token_embd.weight");
  if (!embedding) fail("it has no tensor \"token_embd.weight\": a file of only a tokenizer, or a part of a model?");
  config_.set("vocab_size", embedding->shape.front());
  config_.set("tie_word_embeddings", !has("output.weight"));
  const bool attention = has("blk.0.attn_q.bias") || has("blk.0.attn_qkv.bias");
  for (const char* field : {"attention_bias", "use_bias", "use_qkv_bias", "qkv_bias", "bias"}) config_.set(field, attention);
  config_.set("attention_out_bias", has("blk.0.attn_output.bias"));
  config_.set("mlp_bias", has("blk.0.ffn_up.bias"));
  config_.set("use_qk_norm", has("blk.0.attn_q_norm.weight"));
  for (const char* field : {"bos_token_id", "eos_token_id"}) {
    const std::string key = std::string("tokenizer.ggml.") + field;
    const auto id = file_.integer(key);
    config_.set(field, id && *id >= 0 && *id < embedding->shape.front() ? Json(*id) : Json());
  }
}

void Translation::refuse_unless(bool holds, std::string_view key, std::string_view why) const {
  if (!holds) refuse(quoted(key) + " " + std::string(why));
}

// A file that says nothing of a scaling has none, whatever the usual config.json has.
void Translation::gpt_oss() {
  require("attention.sliding_window");
  if (!config_.contains("rope_scaling"))
    config_.set("rope_parameters", Json::object({{"rope_type", "default"}, {"rope_theta", config_["rope_theta"]}}));
}

// A scaling is that of the layers without a window.
void Translation::olmo3() {
  const Json& theta = config_["rope_theta"];
  Json full = config_["rope_scaling"].is_object() ? config_["rope_scaling"] : Json::object({{"rope_type", "default"}});
  full.set("rope_theta", theta);
  Json sliding = Json::object({{"rope_type", "default"}, {"rope_theta", theta}});
  if (const auto own = number("rope.freq_base_swa")) sliding.set("rope_theta", *own);
  config_.set("rope_parameters", Json::object({{"full_attention", std::move(full)}, {"sliding_attention", std::move(sliding)}}));
  config_.set("rope_scaling", Json());
}

// Only the 32B, of 64 layers, has windows.
void Translation::exaone4() {
  if (config_.contains("sliding_window")) return;
  if (n_layers_ == 64)
    fail("the metadata has no " + quoted("attention.sliding_window") + ", without which the windows of the 64 layers are not known");
  config_.set("sliding_window", Json());
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
  if (dialect_.architecture == "gpt-oss") gpt_oss();
  if (dialect_.model_type == "olmo3") olmo3();
  if (dialect_.architecture == "exaone4") exaone4();
  if (dialect_.architecture == "cohere2") require("attention.sliding_window");
  if (dialect_.architecture == "olmo")
    refuse_unless(number("attention.layer_norm_epsilon").value_or(1e-5) == 1e-5, "attention.layer_norm_epsilon",
                  "is another number than 1e-05, which this architecture has");
  if (dialect_.architecture.starts_with("granite"))  // where the key says whether there are positions
    refuse_unless(file_.flag(prefix_ + "rope.scaling.finetuned").value_or(true), "rope.scaling.finetuned",
                  "is false: queries and keys would not be rotated, and Headlight computes this architecture with a rotation only");
  if (take("attention.causal"))
    refuse_unless(*file_.flag(prefix_ + "attention.causal"), "attention.causal", "is false, and Headlight reads causal models only");
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
    refuse("the metadata has \"" + key.substr(0, 100) +
           "\", which Headlight does not know of this architecture: what it changes would not be computed. "
           "The folder with config.json and safetensors may do");
  }
}

Json Translation::run() {
  sizes();
  own_keys();
  experts();
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
