// The read side of the catalogue, for the command line and the browser.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "storage/connection.hpp"
#include "storage/head_query.hpp"
#include "storage/rows.hpp"

namespace headlight {

class HeadIndex;

// One thread at a time; opening is cheap (about a millisecond), so every thread may have its own. Each call sees one state of
// the file, and the newest: a scan may be writing to it. All lists have a fixed order. What is asked for by name and is not
// there throws Error{not_found} that says what is; a filter that nothing passes gives an empty list.
class Catalogue {
 public:
  // Throws as open_for_reading does.
  explicit Catalogue(const std::filesystem::path& path);
  ~Catalogue();

  HeadPage heads(const HeadQuery& query);
  Facets facets(const HeadQuery& query);  // limit, offset and order do not matter

  std::vector<ModelRow> models();                // by name
  ModelRow model(const std::string& name);       // by name or fingerprint
  std::vector<PluginRow> plugins();              // by kind, id, newest first
  std::vector<TaskRow> tasks();                  // by id, newest first
  TaskRow task(const std::string& id_or_hash);   // the newest of this id
  RunPage runs(const RunQuery& query);
  RunDetail run(const std::string& hash);        // or the beginning of it, 6 digits at least
  std::vector<DetectorRow> detectors(const DetectorName& filter);  // "" is any; by model, family, task, method

  HeadEvidence head(const std::string& model, HeadId head);
  Grid grid(const DetectorName& name, const std::string& output = "");  // "": the first one, the score
  ComparisonPage compare(const ComparisonQuery& query);

  std::vector<Sample> samples(const std::string& model, const std::string& task);  // newest first; empty without any
  std::vector<PromptRecord> prompts(const std::string& model, const Sample& sample);
  std::vector<PromptRecord> prompts_of_run(const std::string& hash);

  // By prompt, layer, site; empty when the scan kept none.
  std::vector<ActivationInfo> activations(const std::string& model, const Sample& sample);
  // The values have the shape's axes, row-major: a pattern is [head, query, key].
  ActivationRecord activation(const std::string& model, const Sample& sample, int prompt, int layer, const std::string& site);

  const Connection& connection() const { return *connection_; }

 private:
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<HeadIndex> index_;
};

}  // namespace headlight
