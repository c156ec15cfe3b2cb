// How long questions to a large catalogue take. Makes the catalogue through the writer where there is none, then asks each kind
// of question many times with different words and prints p50 and p95 in milliseconds.
//   catalogue_bench FILE [models=100] [heads=256] [families=10] [methods=3] [prompts=32] [questions=200]
// The aim is a p95 of at most 20 ms for 1,000 models x 1,024 heads x 40 families.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>

#include "core/base/error.hpp"
#include "core/base/hash.hpp"
#include "core/base/random.hpp"
#include "storage/catalogue.hpp"
#include "storage/catalogue_writer.hpp"

namespace headlight {
namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point start) { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); }

struct Size {
  int models = 100, heads = 256, families = 10, methods = 3, prompts = 32, questions = 200;
};

Size read_size(int n, char** words) {
  Size size;
  const std::map<std::string, int*> fields{{"models", &size.models},   {"heads", &size.heads},     {"families", &size.families},
                                           {"methods", &size.methods}, {"prompts", &size.prompts}, {"questions", &size.questions}};
  for (int i = 2; i < n; ++i) {
    const std::string word = words[i];
    const size_t equals = word.find('=');
    const auto field = fields.find(word.substr(0, equals));
    if (equals == std::string::npos || field == fields.end()) throw Error(ErrorCode::bad_input, "what is '" + word + "'? Use models=100");
    *field->second = std::atoi(word.c_str() + equals + 1);
  }
  return size;
}

std::string model_name(int i) { return "model-" + std::to_string(i); }
std::string family_name(int i) { return "family-" + std::to_string(i); }
std::string method_name(int i) { return i == 0 ? "score" : "method-" + std::to_string(i); }

// Heads in layers of 16.
ModelRecord model_record(int i, const Size& size) {
  ModelRecord model;
  model.name = model_name(i);
  model.fingerprint = content_hash(model.name);
  model.n_heads = std::min(16, size.heads);
  model.n_layers = size.heads / model.n_heads;
  return model;
}

RunKey run_key(int model, int family, int method, const Size& size) {
  RunKey key;
  key.model = content_hash(model_name(model));
  if (method == 0) key.family = family_name(family);
  key.method = method_name(method);
  key.task = "task";
  key.task_hash = "task";
  key.n_prompts = size.prompts;
  return key;
}

// Most scores are small, a few are large; every tenth model cannot be measured.
RunSummary run_summary(const ModelRecord& model, bool measurable, const Size& size, Random& random) {
  RunSummary summary;
  summary.outputs.push_back({.name = "score", .unit = "1", .doc = "", .threshold = 0.4, .threshold_source = ""});
  summary.measurable = measurable;
  summary.metric = "logit_difference";
  for (int layer = 0; layer < model.n_layers; ++layer)
    for (int head = 0; head < model.n_heads; ++head) {
      HeadResult result;
      result.head = {.layer = layer, .head = head};
      result.n = size.prompts / 2;
      result.score = std::pow(random.uniform(), 6);
      result.ci_low = *result.score * 0.9;
      result.ci_high = *result.score * 1.1;
      result.null_mean = 0.01;
      result.q = random.uniform();
      result.present = *result.score > 0.4;
      result.values.assign(static_cast<size_t>(size.prompts), static_cast<float>(*result.score));
      summary.heads.push_back(std::move(result));
    }
  return summary;
}

void make(const std::string& path, const Size& size) {
  const auto start = Clock::now();
  Random random(1);
  CatalogueWriter writer(path);
  writer.put_task({.id = "task", .content_hash = "task", .title = "", .summary = "", .definition = Json::object()});
  double slowest_ms = 0;
  const auto run = [&](int model, int family, int method) {
    const RunKey key = run_key(model, family, method, size);
    writer.open_run(key);
    const auto begin = Clock::now();
    writer.finish_run(key, run_summary(model_record(model, size), model % 10 != 9, size, random));
    slowest_ms = std::max(slowest_ms, ms_since(begin));
    return key;
  };
  for (int model = 0; model < size.models; ++model) {
    writer.put_model(model_record(model, size));
    for (int method = 0; method < size.methods; ++method) {
      RunKey key;
      for (int family = 0; family < size.families; ++family) {
        if (method == 0 || family == 0) key = run(model, family, method);
        writer.put_detector(key.model, family_name(family), key.method, "task", key);
      }
    }
  }
  std::printf("made in %.1f s; the slowest end of a run took %.1f ms\n", ms_since(start) / 1000, slowest_ms);
}

// A kind of question: `ask` gets the number of the turn.
void measure(const char* what, int n_questions, const std::function<void(int)>& ask) {
  std::vector<double> times;
  for (int i = 0; i < n_questions; ++i) {
    const auto start = Clock::now();
    ask(i);
    times.push_back(ms_since(start));
  }
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) { return times[static_cast<size_t>(share * static_cast<double>(times.size() - 1))]; };
  std::printf("%-64s p50 %8.2f   p95 %8.2f   worst %8.2f\n", what, at(0.5), at(0.95), times.back());
  std::fflush(stdout);
}

void ask_all(const std::string& path, const Size& size) {
  const auto model = [&](int i) { return model_name(i * 7 % size.models); };
  const auto family = [&](int i) { return family_name(i * 3 % size.families); };
  const auto method = [&](int i) { return method_name(i % size.methods); };
  const auto verdict = [&](int i) { return kVerdicts[static_cast<size_t>(i) % kVerdicts.size()]; };
  measure("open, and the first page", std::min(size.questions, 10), [&](int) { Catalogue(path).heads({}); });

  Catalogue catalogue(path);
  std::printf("%lld rows\n", static_cast<long long>(catalogue.heads({}).total));
  const auto heads = [&](const char* what, const std::function<HeadQuery(int)>& query) {
    measure(what, size.questions, [&](int i) { catalogue.heads(query(i)); });
  };
  heads("heads: the best of all", [&](int i) { return HeadQuery{.offset = i}; });
  heads("heads: the worst of all", [&](int) { return HeadQuery{.order = {.descending = false}}; });
  heads("heads: of a family", [&](int i) { return HeadQuery{.family = family(i)}; });
  heads("heads: of a family and method", [&](int i) { return HeadQuery{.family = family(i), .method = method(i)}; });
  heads("heads: of a method", [&](int i) { return HeadQuery{.method = method(i)}; });
  heads("heads: of a model", [&](int i) { return HeadQuery{.model = model(i)}; });
  heads("heads: of a model, by q", [&](int i) { return HeadQuery{.model = model(i), .order = {.field = HeadField::q, .descending = false}}; });
  heads("heads: of a model, by place", [&](int i) { return HeadQuery{.model = model(i), .order = {.field = HeadField::head, .descending = false}}; });
  heads("heads: of a verdict", [&](int i) { return HeadQuery{.verdict = verdict(i)}; });
  heads("heads: of a family and verdict", [&](int i) { return HeadQuery{.family = family(i), .verdict = verdict(i)}; });
  heads("heads: over a score", [&](int i) { return HeadQuery{.min_score = 0.01 * (i % 100)}; });
  heads("heads: of a family over a score", [&](int i) { return HeadQuery{.family = family(i), .min_score = 0.01 * (i % 100)}; });
  heads("heads: found by words", [&](int i) { return HeadQuery{.search = model(i) + " " + family(i)}; });
  heads("heads: one head in a model", [&](int i) { return HeadQuery{.model = model(i), .head = HeadId{.layer = 0, .head = 1}}; });
  heads("heads: page 100 of a family", [&](int i) { return HeadQuery{.family = family(i), .offset = 10'000}; });
  heads("heads: of a family, by model", [&](int i) { return HeadQuery{.family = family(i), .order = {.field = HeadField::model, .descending = false}}; });
  measure("facets: of all", size.questions, [&](int) { catalogue.facets({}); });
  measure("facets: of a family and verdict", size.questions, [&](int i) { catalogue.facets({.family = family(i), .verdict = verdict(i)}); });
  measure("all of one head", size.questions, [&](int i) { catalogue.head(model(i), {.layer = 0, .head = i % 4}); });
  measure("a grid", size.questions, [&](int i) { catalogue.grid({model(i), family(i), method(i), "task"}); });
  measure("two models, one family", size.questions, [&](int i) { catalogue.compare({.model_a = model(i), .model_b = model(i + 1), .family = family(i)}); });
  measure("two models, everything", std::min(size.questions, 20), [&](int i) { catalogue.compare({.model_a = model(i), .model_b = model(i + 1)}); });
  measure("detectors of a model", size.questions, [&](int i) { catalogue.detectors({.model = model(i)}); });
  measure("runs: the newest", size.questions, [&](int) { catalogue.runs({}); });
  measure("runs: of a model", size.questions, [&](int i) { catalogue.runs({.model = model(i)}); });
  measure("models", std::min(size.questions, 50), [&](int) { catalogue.models(); });
}

}  // namespace
}  // namespace headlight

int main(int n, char** words) {
  try {
    if (n < 2) throw headlight::Error(headlight::ErrorCode::bad_input, "usage: catalogue_bench FILE [models=100] [heads=256] ...");
    const headlight::Size size = headlight::read_size(n, words);
    std::printf("%d models x %d heads x %d families x %d methods, %d prompts\n", size.models, size.heads, size.families, size.methods, size.prompts);
    if (!std::filesystem::exists(words[1])) headlight::make(words[1], size);
    std::printf("%.1f MB\n", static_cast<double>(std::filesystem::file_size(words[1])) / 1e6);
    headlight::ask_all(words[1], size);
  } catch (const headlight::Error& error) {
    std::fprintf(stderr, "catalogue_bench: %s\n", error.what());
    return 1;
  }
}
