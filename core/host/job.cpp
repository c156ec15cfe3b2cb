#include "core/host/job.hpp"

#include "core/host/frames.hpp"

namespace headlight {
namespace {

Json numbers(const std::vector<double>& values) {
  Json array = Json::array();
  for (const double value : values) array.push(value);
  return array;
}

std::vector<double> numbers_from(const Json& json) {
  std::vector<double> values;
  for (const Json& value : json.as_array()) values.push_back(value.as_number());
  return values;
}

}  // namespace

Json to_json(const Job& job, std::string& blob) {
  Json json = Json::object({{"model", job.model.string()},
                            {"task", job.task},
                            {"seed", job.seed},
                            {"n_prompts", job.n_prompts},
                            {"n_threads", job.n_threads},
                            {"memory_bytes", job.memory_bytes},
                            {"wants_patterns", job.wants_patterns},
                            {"runs", Json::array()}});
  Json runs = Json::array();
  for (const JobRun& run : job.runs) {
    const std::string committed = to_blob(run.committed);
    runs.push(Json::object({{"label", run.label},
                            {"family", run.family.string()},
                            {"method", run.method.string()},
                            {"family_parameters", numbers(run.family_parameters)},
                            {"method_parameters", numbers(run.method_parameters)},
                            {"guards_captures", run.guards_captures},
                            {"committed_bytes", static_cast<std::int64_t>(committed.size())}}));
    blob += committed;
  }
  json.set("runs", std::move(runs));
  return json;
}

Job job_from(const Json& json, std::string_view blob) {
  Job job{.model = json.at("model").as_string(),
          .task = json.at("task"),
          .seed = json.at("seed").as_integer(),
          .n_prompts = static_cast<int>(json.at("n_prompts").as_integer()),
          .n_threads = static_cast<int>(json.at("n_threads").as_integer()),
          .memory_bytes = json.at("memory_bytes").as_integer(),
          .wants_patterns = json.at("wants_patterns").as_bool(),
          .runs = {}};
  for (const Json& run : json.at("runs").as_array()) {
    const auto n_bytes = static_cast<size_t>(run.at("committed_bytes").as_integer());
    job.runs.push_back({.label = run.at("label").as_string(),
                        .family = run.at("family").as_string(),
                        .method = run.at("method").as_string(),
                        .family_parameters = numbers_from(run.at("family_parameters")),
                        .method_parameters = numbers_from(run.at("method_parameters")),
                        .committed = cell_values_from(blob.substr(0, n_bytes)),
                        .guards_captures = run.at("guards_captures").as_bool()});
    blob.remove_prefix(n_bytes);
  }
  return job;
}

}  // namespace headlight
