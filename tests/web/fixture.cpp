#include "tests/web/fixture.hpp"

#include <cmath>
#include <map>
#include <vector>

#include "core/base/hash.hpp"
#include "core/base/random.hpp"
#include "storage/catalogue_writer.hpp"
#include "storage/reference_store.hpp"

namespace headlight::testing_support {
namespace {

constexpr int kPrompts = 12, kBlock = 10, kShownPrompts = 3;
constexpr std::int64_t kSeed = 7;
constexpr const char* kWords[] = {" cat", " dog",  " king", " lamp", " ring", " ship",
                                  " map", " bird", " key",  " rose", " wolf", " ball"};
constexpr const char* kNames[] = {" Mary", " John", " Tom", " Anna", " Paul", " Kate"};

struct Roles {  // heads with a planted role
  HeadId previous;
  std::vector<HeadId> induction;
};

struct Subject {
  ModelRecord record;
  Roles roles;
  bool solves_ioi = true;
};

Subject first_subject() {
  return {.record = {.fingerprint = content_hash("tiny-gpt weights"),
                     .name = kFirstModel,
                     .path = "models/tiny-gpt",
                     .architecture = "gpt2",
                     .tokenizer_hash = content_hash("tokenizer"),
                     .dtype = "bf16",
                     .n_layers = 4,
                     .n_heads = 8,
                     .n_kv_heads = 8,
                     .d_model = 128,
                     .d_head = 16,
                     .vocab_size = 2506,
                     .n_ctx = 512,
                     .n_parameters = 1'123'456},
          .roles = {.previous = {1, 2}, .induction = {{2, 5}, {3, 1}}},
          .solves_ioi = true};
}

Subject second_subject() {
  return {.record = {.fingerprint = content_hash("step weights"),
                     .name = kSecondModel,
                     .path = "models/steps/step00250",
                     .architecture = "llama",
                     .tokenizer_hash = content_hash("tokenizer"),
                     .dtype = "f32",
                     .n_layers = 3,
                     .n_heads = 8,
                     .n_kv_heads = 4,
                     .d_model = 96,
                     .d_head = 12,
                     .vocab_size = 2506,
                     .n_ctx = std::nullopt,
                     .n_parameters = 845'000},
          .roles = {.previous = {0, 4}, .induction = {}},
          .solves_ioi = false};
}

PluginRecord plugin(const char* kind, const char* id, const char* title, const char* summary, const char* formula,
                    const char* unit, double threshold, const char* null, bool measures_family) {
  const bool is_family = std::string_view(kind) == "family";
  Json manifest = Json::object({{"id", id},
                                {"kind", kind},
                                {"version", "1.0.0"},
                                {"title", title},
                                {"summary", summary},
                                {"stage", is_family ? "LR" : ""},
                                {"formula", formula},
                                {"formula_source", is_family ? "2" : "C"},
                                {"null", null},
                                {"measures_family", measures_family}});
  manifest.set("references", Json(Json::Array{Json::object({{"title", "In-context Learning and Induction Heads"},
                                                            {"url", "https://arxiv.org/abs/2209.11895"}})}));
  manifest.set("parameters", Json::array());
  manifest.set("sites", Json(Json::Array{"pattern"}));
  manifest.set("tasks", is_family ? Json(Json::Array{"repeated-random"}) : Json::array());
  manifest.set("outputs", Json(Json::Array{Json::object({{"name", is_family ? "statistic" : "effect"},
                                                         {"doc", "what the head shows"},
                                                         {"unit", unit},
                                                         {"min", -1e9},
                                                         {"max", 1e9},
                                                         {"threshold", threshold},
                                                         {"threshold_source", "made up for tests [R]"}})}));
  return {.kind = kind, .id = id, .version = "1.0.0", .build_id = content_hash(id), .manifest = manifest};
}

TaskRecord task(const char* id, const char* title, const char* summary) {
  const Json definition = Json::object({{"id", id}, {"title", title}, {"summary", summary}, {"version", "1.0.0"}});
  return {
      .id = id, .content_hash = content_hash(to_text(definition)), .title = title, .summary = summary, .definition = definition};
}

std::vector<PromptRecord> repeated_prompts() {
  std::vector<PromptRecord> prompts;
  for (int p = 0; p < kPrompts; ++p) {
    Random random(kSeed, "repeated" + std::to_string(p));
    PromptRecord prompt{
        .index = p, .reported = p % 2 == 1, .tokens = {"<|endoftext|>"}, .token_ids = {0}, .roles = Json(), .answer = ""};
    std::vector<int> block;
    for (int t = 0; t < kBlock; ++t) block.push_back(static_cast<int>(random.below(std::size(kWords))));
    for (int repeat = 0; repeat < 2; ++repeat)
      for (const int word : block) {
        prompt.tokens.emplace_back(kWords[word]);
        prompt.token_ids.push_back(100 + word);
      }
    prompt.roles = Json::object({{"second_occurrence", Json(Json::Array{1 + kBlock, 1 + 2 * kBlock})},
                                 {"end", Json(Json::Array{2 * kBlock, 1 + 2 * kBlock})}});
    prompts.push_back(std::move(prompt));
  }
  return prompts;
}

std::vector<PromptRecord> ioi_prompts() {
  std::vector<PromptRecord> prompts;
  for (int p = 0; p < kPrompts; ++p) {
    const std::string io = kNames[p % 6], s = kNames[(p + 1 + p / 6) % 6];
    PromptRecord prompt{.index = p,
                        .reported = p % 2 == 1,
                        .tokens = {"<|endoftext|>", "When", io, " and", s, " went", " to", " the", " park", ",", s, " gave", " a",
                                   " ring", " to"},
                        .token_ids = {},
                        .roles = Json(),
                        .answer = io};
    for (size_t t = 0; t < prompt.tokens.size(); ++t) prompt.token_ids.push_back(static_cast<int>(200 + t));
    prompt.roles = Json::object({{"io", Json(Json::Array{2, 3})},
                                 {"s1", Json(Json::Array{4, 5})},
                                 {"s2", Json(Json::Array{10, 11})},
                                 {"end", Json(Json::Array{14, 15})}});
    prompts.push_back(std::move(prompt));
  }
  return prompts;
}

bool is_induction(const Roles& roles, HeadId head) {
  for (const HeadId planted : roles.induction)
    if (planted == head) return true;
  return false;
}

// Causal rows that sum to 1: the planted heads look where they should, the others at the beginning and here and there.
std::vector<float> pattern_of(const Subject& subject, int layer, const PromptRecord& prompt) {
  const size_t n = prompt.tokens.size();
  std::vector<float> values;
  for (int h = 0; h < subject.record.n_heads; ++h) {
    const HeadId head{layer, h};
    Random random(kSeed, to_string(head) + std::to_string(prompt.index));
    for (size_t query = 0; query < n; ++query) {
      std::vector<double> row(n, 0.0);
      for (size_t key = 0; key <= query; ++key) row[key] = random.uniform() * 0.3 + (key == 0 ? 2.0 : 0.0);
      if (head == subject.roles.previous && query > 0) row[query - 1] += 30;
      if (is_induction(subject.roles, head))
        for (size_t key = 1; key < query; ++key)
          if (prompt.token_ids[key - 1] == prompt.token_ids[query]) row[key] += 25;
      double sum = 0;
      for (const double weight : row) sum += weight;
      for (const double weight : row) values.push_back(static_cast<float>(weight / sum));
    }
  }
  return values;
}

// The mean that a head's numbers scatter about.
double centre(const Subject& subject, const std::string& family, HeadId head) {
  if (family == "previous-token") return head == subject.roles.previous ? 0.93 : 0.06;
  if (family == "induction") return is_induction(subject.roles, head) ? (head == subject.roles.induction[0] ? 0.9 : 0.35) : 0.03;
  return head == subject.roles.previous                                           ? -3.5
         : !subject.roles.induction.empty() && head == subject.roles.induction[0] ? -7.2
                                                                                  : 0.02;  // zero-ablation
}

// The filters of the one task dropped some texts.
PromptMaking making_of(const TaskRecord& task) {
  if (task.id != "ioi") return {.n_tried = kPrompts, .notes = {}};
  return {.n_tried = kPrompts + 5, .notes = {"5 of 17 prompts dropped: the answer \" Anna\" is two tokens"}};
}

RunSummary summary_of(const Subject& subject, const std::string& family, const std::string& unit, double threshold, bool solved,
                      const std::string& task_id) {
  RunSummary summary{.outputs = {{.name = family.empty() ? "effect" : "statistic",
                                  .unit = unit,
                                  .doc = "what the head shows",
                                  .threshold = threshold,
                                  .threshold_source = "made up for tests [R]"}},
                     .measurable = solved,
                     .why_not = solved ? "" : "the accuracy on " + task_id + " is 51.2 %, no more than guessing (50.0 %) allows",
                     .clean_metric = solved ? 5.25 : 0.04,
                     .metric = task_id == "ioi" ? "logit_difference" : "log_prob",
                     .metric_unit = task_id == "ioi" ? "logits" : "nats",
                     .accuracy = solved ? 0.97 : 0.512,
                     .accuracy_error = solved ? 0.01 : 0.05,
                     .chance = task_id == "ioi" ? std::optional(0.5) : std::nullopt,
                     .seconds = 4.2};
  summary.work = family.empty() ? RunWork{.rows = 600, .rows_full = 2400} : RunWork{.forwards = 4 * kPrompts, .forwards_shared = 3 * kPrompts};
  for (int layer = 0; layer < subject.record.n_layers; ++layer) {
    for (int h = 0; h < subject.record.n_heads; ++h) {
      const HeadId head{layer, h};
      const double mean = centre(subject, family, head), width = 0.02 + 0.05 * std::fabs(mean);
      Random random(kSeed, subject.record.name + family + task_id + to_string(head));
      HeadResult result{.output = 0, .head = head, .n = kPrompts / 2};
      double sum = 0, selected = 0;
      for (int p = 0; p < kPrompts; ++p) {
        const double value =
            family.empty() ? mean + width * random.normal() : std::min(1.0, std::max(0.0, mean + width * random.normal()));
        (p % 2 == 1 ? sum : selected) += value;
        result.values.push_back(static_cast<float>(value));
        result.null_values.push_back(static_cast<float>(0.02 + 0.01 * random.uniform()));
      }
      result.score = sum / (kPrompts / 2);
      result.selection_score = selected / (kPrompts / 2);
      result.ci_low = *result.score - width;
      result.ci_high = *result.score + width;
      result.null_mean = 0.025;
      result.present = solved && std::fabs(*result.score) >= threshold;
      result.p = result.present ? 0.0001 : 0.4;
      result.q = result.present ? 0.0004 : 0.6;
      const bool unmeasured = family == "induction" && head == HeadId{0, 7};
      if (unmeasured) result = {.output = 0, .head = head, .n = 0};
      summary.heads.push_back(std::move(result));
    }
  }
  return summary;
}

class Writer {
 public:
  explicit Writer(const std::filesystem::path& path) : catalogue_(path) {}

  void write() {
    for (const PluginRecord& record : {induction_, previous_, score_, ablation_}) catalogue_.put_plugin(record);
    for (const TaskRecord& record : {repeated_, ioi_}) catalogue_.put_task(record);
    for (const Subject& subject : {first_subject(), second_subject()}) write_subject(subject);
    write_unfinished(first_subject());
    write_references();
  }

 private:
  RunKey key_of(const Subject& subject, const PluginRecord* family, const PluginRecord& method, const TaskRecord& on,
                std::int64_t seed = kSeed) const {
    RunKey key{.model = subject.record.fingerprint,
               .tokenizer = subject.record.tokenizer_hash,
               .method = method.id,
               .method_version = method.version,
               .method_build = method.build_id,
               .task = on.id,
               .task_hash = on.content_hash,
               .seed = seed,
               .n_prompts = kPrompts,
               .engine_version = "1"};
    if (family != nullptr) {
      key.family = family->id;
      key.family_version = family->version;
      key.family_build = family->build_id;
    }
    return key;
  }

  void write_subject(const Subject& subject) {
    catalogue_.put_model(subject.record);
    for (const auto& [on, prompts] : {std::pair(&repeated_, repeated_prompts()), std::pair(&ioi_, ioi_prompts())}) {
      catalogue_.put_prompts(subject.record.fingerprint, on->content_hash, kSeed, kPrompts, prompts, making_of(*on));
      write_patterns(subject, *on, prompts);
      const bool solved = on->id != "ioi" || subject.solves_ioi;
      for (const PluginRecord* family : {&induction_, &previous_})
        write_run(subject, family, score_, *on, "share", 0.3, solved, {family});
      write_run(subject, nullptr, ablation_, *on, "metric", 1.0, solved, {&induction_, &previous_});
    }
  }

  void write_patterns(const Subject& subject, const TaskRecord& on, const std::vector<PromptRecord>& prompts) {
    std::vector<ActivationRecord> records;
    int n_shown = 0;
    for (const PromptRecord& prompt : prompts) {
      if (!prompt.reported || n_shown++ >= kShownPrompts) continue;
      const auto n = static_cast<int>(prompt.tokens.size());
      for (int layer = 0; layer < subject.record.n_layers; ++layer)
        records.push_back({.site = "blocks." + std::to_string(layer) + ".attn.hook_pattern",
                           .layer = layer,
                           .prompt = prompt.index,
                           .shape = {subject.record.n_heads, n, n},
                           .values = pattern_of(subject, layer, prompt)});
    }
    catalogue_.put_activations(subject.record.fingerprint, on.content_hash, kSeed, kPrompts, records);
  }

  void write_run(const Subject& subject, const PluginRecord* family, const PluginRecord& method, const TaskRecord& on,
                 const std::string& unit, double threshold, bool solved, const std::vector<const PluginRecord*>& answers) {
    const RunKey key = key_of(subject, family, method, on);
    catalogue_.open_run(key);
    std::vector<PromptOutcome> outcomes;
    for (int p = 0; p < kPrompts; ++p) outcomes.push_back({.prompt = p, .metric = 5.0 + 0.1 * p, .accuracy = p == 3 ? 0.0 : 1.0});
    catalogue_.commit_outcomes(key, outcomes);
    catalogue_.finish_run(key, summary_of(subject, family == nullptr ? "" : family->id, unit, threshold, solved, on.id));
    for (const PluginRecord* answered : answers)
      catalogue_.put_detector(subject.record.fingerprint, answered->id, method.id, on.id, key);
  }

  // Of the induction heads of tiny-gpt one is published with a missed and an unmeasured one; the other is found besides.
  void write_references() {
    const ModelRecord first = first_subject().record, second = second_subject().record;
    const auto publish = [&](const ModelRecord& model, const char* id, const char* title, std::vector<ReferenceFamily> families) {
      import_references(catalogue_.connection(),
                        {.id = id, .title = title, .paper = "In-context Learning and Induction Heads", .url = "https://arxiv.org/abs/2209.11895",
                         .models = {model.name}, .shape = shape_of(model), .families = std::move(families), .content_hash = content_hash(id)},
                        {model.name}, {"name-mover"});
    };
    publish(first, "made-up", "Made up for tests",
            {{.family = "induction", .sureness = "C", .complete = true, .score_name = "matching score", .note = "Made up.",
              .heads = {{{2, 5}, 0.963}, {{1, 4}, 0.5}, {{0, 7}, 0.25}}},
             {.family = "previous-token", .sureness = "P", .complete = false, .score_name = "", .note = "", .heads = {{{1, 2}}}},
             {.family = "s-inhibition", .sureness = "M", .complete = false, .score_name = "", .note = "", .heads = {{{2, 5}}}}});
    publish(second, "made-up-too", "Made up as well",
            {{.family = "name-mover", .sureness = "2", .complete = true, .score_name = "", .note = "", .heads = {{{2, 1}}}}});
  }

  void write_unfinished(const Subject& subject) {
    const RunKey failed = key_of(subject, nullptr, ablation_, repeated_, 8);
    catalogue_.open_run(failed);
    catalogue_.stop_run(failed, RunStatus::failed, "out_of_memory",
                        "the budget of 1G does not hold one prompt of 4096 tokens: raise --memory");
    const RunKey running = key_of(subject, &induction_, score_, ioi_, 9);
    catalogue_.open_run(running);
    catalogue_.commit(running, std::vector<CellValue>{{.head = {0, 0}, .prompt = 0, .value = 0.5},
                                                      {.head = {0, 1}, .prompt = 0, .value = 0.25}});
  }

  CatalogueWriter catalogue_;
  PluginRecord induction_ = plugin(
      "family", "induction", "Induction head", "Finds the earlier place of the current token and looks at what followed it.",
      "mean over repeated tokens i of sum over earlier places p of A[i, p+1]", "share", 0.3, "random-weights", false);
  PluginRecord previous_ = plugin("family", "previous-token", "Previous-token head", "Looks at the token before the current one.",
                                  "mean over i of A[i, i-1]", "share", 0.3, "random-weights", false);
  PluginRecord score_ =
      plugin("method", "score", "Score", "Takes the family's statistic.", "the family's", "share", 0, "random-weights", true);
  PluginRecord ablation_ =
      plugin("method", "zero-ablation", "Zero ablation", "Zeroes one head at a time and measures what the task's metric loses.",
             "metric(z_h := 0) - metric(clean)", "metric", 1.0, "other-heads", false);
  TaskRecord repeated_ = task("repeated-random", "Repeated random tokens",
                              "Random tokens, twice: every token of the second block can be known only from the first.");
  TaskRecord ioi_ = task("ioi", "Indirect object identification",
                         "Two people are named, one of them gives something away: the model is to name the other.");
};

}  // namespace

void write_fixture(const std::filesystem::path& path) { Writer(path).write(); }

void add_hostile_model(const std::filesystem::path& path) {
  ModelRecord model = first_subject().record;
  model.fingerprint = content_hash("hostile");
  model.name = kHostileName;
  model.path = "</code><script>alert(2)</script>";
  model.architecture = "</td><script>alert(3)</script>";
  CatalogueWriter(path).put_model(model);
}

}  // namespace headlight::testing_support
