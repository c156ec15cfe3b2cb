#include "core/host/model_check.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/engine/forward.hpp"

namespace headlight {
namespace {

// Compares every tile of the patterns with the reference's as it comes.
template <typename T>
class PatternCheck : public CaptureHandler<T> {
 public:
  PatternCheck(const Json& attention, ReferenceCheck& check) : attention_(attention), check_(check) {}
  void on_capture(const Capture<T>& c) override {
    const Json::Array& heads = attention_[static_cast<size_t>(c.site.layer)].as_array();
    double largest = 0;
    for (int head = 0; head < c.n_heads; ++head)
      for (int query = 0; query < c.n_queries; ++query) {
        const Json::Array& row = heads.at(static_cast<size_t>(head))[static_cast<size_t>(c.query_begin + query)].as_array();
        for (size_t key = 0; key < std::min<size_t>(row.size(), static_cast<size_t>(c.n_keys)); ++key)
          largest = std::max(largest, std::abs(row[key].as_number() - static_cast<double>(c.values[static_cast<size_t>(head * c.n_queries + query) * static_cast<size_t>(c.n_keys) + key])));
      }
    check_.attention = std::max(check_.attention, largest);
    if (largest > kReferenceTolerance && (!check_.first_bad_layer || c.site.layer < *check_.first_bad_layer)) check_.first_bad_layer = c.site.layer;
  }

 private:
  const Json& attention_;
  ReferenceCheck& check_;
};

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

template <typename T>
std::optional<ReferenceCheck> check_reference(const Model& model, const std::filesystem::path& folder, int n_threads) {
  const auto path = folder / "reference.json";
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
    for (size_t i = 0; i < logits.size(); ++i) check.logits = std::max(check.logits, std::abs(expected[i].as_number() - static_cast<double>(logits[i])));
    ++check.n_cases;
  }
  return check;
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
