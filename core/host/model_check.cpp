#include "core/host/model_check.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/checkpoint/safetensors.hpp"
#include "core/checkpoint/safetensors_dtype.hpp"
#include "core/engine/forward.hpp"
#include "core/host/forward_run.hpp"

namespace headlight {
namespace {

// Compares every tile of the patterns with the reference's as it comes.
template <typename T>
class PatternCheck : public CaptureHandler<T> {
 public:
  PatternCheck(const Json& attention, ReferenceCheck& check) : attention_(attention), check_(check) {}
  void on_capture(const Capture<T>& c) override {
    const Json::Array& heads = attention_[static_cast<size_t>(c.site.layer)].as_array();
    for (int head = 0; head < c.n_heads; ++head)
      for (int query = 0; query < c.n_queries; ++query) {
        const Json::Array& row = heads.at(static_cast<size_t>(head))[static_cast<size_t>(c.query_begin + query)].as_array();
        for (size_t key = 0; key < std::min<size_t>(row.size(), static_cast<size_t>(c.n_keys)); ++key)
          check_.add_attention(c.site.layer, std::abs(row[key].as_number() - static_cast<double>(c.values[static_cast<size_t>(head * c.n_queries + query) * static_cast<size_t>(c.n_keys) + key])));
      }
  }

 private:
  const Json& attention_;
  ReferenceCheck& check_;
};

// The same with the patterns of expected.safetensors.
template <typename T>
class TensorPatternCheck : public CaptureHandler<T> {
 public:
  TensorPatternCheck(const SafetensorsFile& file, ReferenceCheck& check) : file_(file), check_(check) {}
  void on_capture(const Capture<T>& c) override {
    const TensorEntry& entry = file_.at("pattern." + std::to_string(c.site.layer));
    const auto n = static_cast<size_t>(entry.shape.at(3)), heads = static_cast<size_t>(c.n_heads), keys = static_cast<size_t>(c.n_keys);
    std::vector<double> row(n);
    for (size_t head = 0; head < heads; ++head)
      for (size_t query = 0; query < static_cast<size_t>(c.n_queries); ++query) {
        const size_t line = (c.lane * heads + head) * n + static_cast<size_t>(c.query_begin) + query;
        widen(entry.bytes.data() + line * n * size_of(entry.dtype), entry.dtype, n, row.data());
        const T* ours = c.values + (head * static_cast<size_t>(c.n_queries) + query) * keys;
        for (size_t key = 0; key < std::min(n, keys); ++key) check_.add_attention(c.site.layer, std::abs(row[key] - static_cast<double>(ours[key])));
      }
  }

 private:
  const SafetensorsFile& file_;
  ReferenceCheck& check_;
};

void require_shape(const TensorEntry& entry, const Shape& shape) {
  if (entry.shape == shape && is_floating(entry.dtype)) return;
  throw Error(ErrorCode::corrupt, "expected.safetensors: \"" + entry.name + "\" is " + std::string(to_string(entry.dtype)) + " " +
                                      to_string(entry.shape) + " where the model gives " + to_string(shape));
}

template <typename T>
ReferenceCheck check_expected(const Model& model, const std::filesystem::path& path, int n_threads) {
  const SafetensorsFile file(path);
  const ForwardJob job = read_token_file(path);
  const auto& d = model.description();
  const auto n_prompts = static_cast<std::int64_t>(job.prompts.size()), n = static_cast<std::int64_t>(job.n_columns);
  ThreadPool pool(n_threads);
  Forward<T> forward(model, pool);
  ReferenceCheck check{.n_cases = static_cast<int>(n_prompts)};
  TensorPatternCheck<T> patterns(file, check);
  PassRequest<T> request;
  for (const auto& prompt : job.prompts) request.lanes.push_back({.tokens = prompt});
  for (int l = 0; l < d.n_layers; ++l) {
    require_shape(file.at("pattern." + std::to_string(l)), {n_prompts, d.attention.n_heads, n, n});
    request.captures.sites.insert({.kind = SiteKind::pattern, .layer = l});
  }
  request.captures.handler = &patterns;
  const TensorEntry& entry = file.at("logits");
  require_shape(entry, {n_prompts, n, d.vocab_size});
  const auto& rows = forward.run(request);
  std::vector<T> logits(static_cast<size_t>(n_elements(entry.shape)));
  forward.logits(rows.values.data(), static_cast<size_t>(n_prompts * n), logits.data());
  std::vector<double> expected(logits.size());
  widen(entry.bytes.data(), entry.dtype, expected.size(), expected.data());
  for (size_t i = 0; i < logits.size(); ++i) check.add_logit(expected[i], static_cast<double>(logits[i]));
  return check;
}

// Keeps the residual stream after every layer: [layer][numbers in the order of the pass].
template <typename T>
class StreamKeeper : public CaptureHandler<T> {
 public:
  std::map<int, std::vector<double>> by_layer;
  void on_capture(const Capture<T>& c) override {
    auto& stream = by_layer[c.site.layer];
    stream.insert(stream.end(), c.values, c.values + c.n_queries * c.width);
  }
};

template <typename T>
std::vector<std::vector<double>> streams_and_logits(const Model& model, const std::vector<std::vector<TokenId>>& prompts, ThreadPool& pool) {
  Forward<T> forward(model, pool);
  StreamKeeper<T> keeper;
  PassRequest<T> request;
  for (const auto& prompt : prompts) request.lanes.push_back({.tokens = prompt});
  for (int l = 0; l < model.description().n_layers; ++l) request.captures.sites.insert({.kind = SiteKind::resid_post, .layer = l});
  request.captures.handler = &keeper;
  const auto& rows = forward.run(request);
  std::vector<std::vector<double>> all;
  for (auto& [layer, stream] : keeper.by_layer) all.push_back(std::move(stream));
  const size_t n_rows = rows.values.size() / forward.d_model();
  Buffer<T> logits(n_rows * forward.vocab_size());
  forward.logits(rows.values.data(), n_rows, logits.data());
  all.emplace_back(logits.data(), logits.data() + logits.size());
  return all;
}

}  // namespace

std::string verdict_of(const ReferenceCheck& check) {
  char numbers[120];
  std::snprintf(numbers, sizeof numbers, "%d cases, largest difference of a logit %.1e, of an attention weight %.1e", check.n_cases, check.logits, check.attention);
  if (check.by_rounding) return std::string("meets its reference but for the rounding of float, which float64 does without: ") + numbers;
  if (check.first_bad_layer) return "DIVERGES in the attention of layer " + std::to_string(*check.first_bad_layer) + ": " + numbers;
  return std::string(check.logits_within(kReferenceTolerance) ? "meets its reference: " : "DIVERGES in the logits: ") + numbers;
}

template <typename T>
std::optional<ReferenceCheck> check_reference(const Model& model, const std::filesystem::path& folder, int n_threads) {
  const auto path = folder / "reference.json", tensors = folder / "expected.safetensors";
  if (!std::filesystem::exists(path) && std::filesystem::exists(tensors)) return check_expected<T>(model, tensors, n_threads);
  if (!std::filesystem::exists(path)) return std::nullopt;
  const Json reference = parse_json_file(path.string());
  ThreadPool pool(n_threads);
  Forward<T> forward(model, pool);
  ReferenceCheck check;
  for (const Json& item : reference.at("cases").as_array()) {
    std::vector<TokenId> ids;
    for (const Json& id : item.at("ids").as_array()) ids.push_back(static_cast<TokenId>(id.as_integer()));
    PatternCheck<T> patterns(item["attention"], check);
    PassRequest<T> request;
    request.lanes.push_back({.tokens = ids, .wanted = {static_cast<int>(ids.size()) - 1}});
    if (!item["attention"].is_null()) {
      for (int l = 0; l < model.description().n_layers; ++l) request.captures.sites.insert({.kind = SiteKind::pattern, .layer = l});
      request.captures.handler = &patterns;
    }
    const auto& rows = forward.run(request);
    std::vector<T> logits(forward.vocab_size());
    forward.logits(rows.values.data(), 1, logits.data());
    const auto& expected = item.at("last_logits").as_array();
    if (expected.size() != logits.size())
      throw Error(ErrorCode::corrupt, path.string() + ": it has " + std::to_string(expected.size()) + " logits, the model " + std::to_string(logits.size()));
    for (size_t i = 0; i < logits.size(); ++i) check.add_logit(expected[i].as_number(), static_cast<double>(logits[i]));
    ++check.n_cases;
  }
  return check;
}

ReferenceCheck settle(ReferenceCheck in_float, const ReferenceCheck& in_double) {
  if (in_float.agrees()) return in_float;
  in_float.by_rounding = in_double.agrees() && in_float.within(kRoundingTolerance);
  if (!in_double.agrees()) in_float.first_bad_layer = in_double.first_bad_layer;
  return in_float;
}

std::optional<ReferenceCheck> check_trust(const Model& model, const std::filesystem::path& folder, int n_threads) {
  const auto in_float = check_reference<float>(model, folder, n_threads);
  if (!in_float || in_float->agrees()) return in_float;
  return settle(*in_float, *check_reference<double>(model, folder, n_threads));
}

std::vector<double> compare_precisions(const Model& model, const std::vector<std::vector<TokenId>>& prompts, int n_threads) {
  ThreadPool pool(n_threads);
  const auto in_float = streams_and_logits<float>(model, prompts, pool);
  const auto in_double = streams_and_logits<double>(model, prompts, pool);
  std::vector<double> differences;
  for (size_t i = 0; i < in_double.size(); ++i) {
    double largest = 0, scale = 0;
    for (size_t j = 0; j < in_double[i].size(); ++j) {
      largest = std::max(largest, std::abs(in_double[i][j] - in_float[i][j]));
      scale = std::max(scale, std::abs(in_double[i][j]));
    }
    differences.push_back(scale > 0 ? largest / scale : largest);
  }
  return differences;
}

template std::optional<ReferenceCheck> check_reference<float>(const Model&, const std::filesystem::path&, int);
template std::optional<ReferenceCheck> check_reference<double>(const Model&, const std::filesystem::path&, int);

}  // namespace headlight
