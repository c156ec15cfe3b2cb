// Catalogue: heads, models, plugins and tasks. Runs are in catalogue_runs.cpp, one head in catalogue_evidence.cpp, two models in
// catalogue_compare.cpp, prompts and activations in catalogue_samples.cpp.
#include "storage/catalogue.hpp"

#include "core/base/error.hpp"
#include "core/base/nearest.hpp"
#include "storage/head_search.hpp"
#include "storage/open.hpp"
#include "storage/read_rows.hpp"

namespace headlight {

Catalogue::Catalogue(const std::filesystem::path& path) : connection_(open_for_reading(path)), index_(std::make_unique<HeadIndex>()) {}

Catalogue::~Catalogue() = default;

HeadPage Catalogue::heads(const HeadQuery& query) {
  const Transaction transaction(*connection_, Transaction::Kind::read);
  index_->refresh(*connection_);
  return find_heads(*index_, *connection_, query);
}

Facets Catalogue::facets(const HeadQuery& query) {
  const Transaction transaction(*connection_, Transaction::Kind::read);
  index_->refresh(*connection_);
  return count_facets(*index_, *connection_, query);
}

std::vector<ModelRow> Catalogue::models() {
  Statement query = connection_->prepare(std::string(kSelectModels) + "ORDER BY name");
  std::vector<ModelRow> rows;
  while (query.step()) rows.push_back(read_model(query));
  return rows;
}

ModelRow Catalogue::model(const std::string& name) {
  const Transaction transaction(*connection_, Transaction::Kind::read);
  return find_model(*connection_, name);
}

std::vector<PluginRow> Catalogue::plugins() {
  Statement query = connection_->prepare(
      "SELECT kind, id, version, build_id, manifest, seen_at FROM plugin ORDER BY kind, id, seen_at DESC, version DESC, build_id");
  std::vector<PluginRow> rows;
  while (query.step())
    rows.push_back({.record = {.kind = query.text(0),
                               .id = query.text(1),
                               .version = query.text(2),
                               .build_id = query.text(3),
                               .manifest = read_json(query, 4, "the manifest of a plugin")},
                    .seen_at = query.text(5)});
  return rows;
}

std::vector<TaskRow> Catalogue::tasks() {
  Statement query = connection_->prepare(
      "SELECT id, content_hash, title, summary, definition, seen_at FROM task ORDER BY id, seen_at DESC, content_hash");
  std::vector<TaskRow> rows;
  while (query.step())
    rows.push_back({.record = {.id = query.text(0),
                               .content_hash = query.text(1),
                               .title = query.text(2),
                               .summary = query.text(3),
                               .definition = read_json(query, 4, "the definition of a task")},
                    .seen_at = query.text(5)});
  return rows;
}

TaskRow Catalogue::task(const std::string& id_or_hash) {
  std::vector<std::string> ids;
  for (TaskRow& row : tasks()) {
    if (row.record.id == id_or_hash || row.record.content_hash == id_or_hash) return std::move(row);
    if (ids.empty() || ids.back() != row.record.id) ids.push_back(row.record.id);
  }
  throw Error(ErrorCode::not_found, "the catalogue " + connection_->path().string() + " has no task '" + id_or_hash + "'" + instead_of(id_or_hash, ids, 10));
}

}  // namespace headlight
