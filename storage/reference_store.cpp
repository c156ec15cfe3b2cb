#include "storage/reference_store.hpp"

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "storage/read_rows.hpp"
#include "storage/utc_time.hpp"

namespace headlight {
namespace {

std::vector<std::string> texts_of(const Connection& connection, const std::string& sql, std::int64_t list) {
  Statement query = connection.prepare(sql);
  query.bind(list);
  std::vector<std::string> texts;
  while (query.step()) texts.push_back(query.text(0));
  return texts;
}

std::vector<std::string> models_of(const Connection& connection, std::int64_t list) {
  return texts_of(connection, "SELECT name FROM model JOIN reference_model ON reference_model.model = model.id WHERE list = ? ORDER BY name", list);
}

std::optional<std::int64_t> find_list(const Connection& connection, const std::string& name) {
  Statement query = connection.prepare("SELECT id FROM reference_list WHERE name = ?");
  return query.bind(name).step() ? std::optional(query.integer(0)) : std::nullopt;
}

void require_fit(const Connection& connection, const ReferenceList& list, const std::string& model) {
  const ModelRecord record = find_model(connection, model).record;
  if (fits(list.shape, shape_of(record))) return;
  throw Error(ErrorCode::bad_input, "the list " + list.id + " is of a model of another shape: " + to_string(list.shape) + "; " + record.name + " has " +
                                        to_string(shape_of(record)));
}

std::int64_t insert_list(const Connection& connection, const ReferenceList& list) {
  Json models = Json::array();
  for (const std::string& model : list.models) models.push(model);
  connection
      .prepare("INSERT INTO reference_list (name, title, paper, url, models, architecture, n_layers, n_heads, d_model, content_hash, imported_at) "
               "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .run_with(list.id, list.title, list.paper, list.url, to_text(models), unless_empty(list.shape.architecture), list.shape.n_layers,
                list.shape.n_heads, list.shape.d_model, list.content_hash, utc_now());
  return connection.last_id();
}

void insert_families(const Connection& connection, std::int64_t id, const ReferenceList& list, const std::set<std::string>& detectors) {
  Statement put_family = connection.prepare("INSERT INTO reference_family VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  Statement put_head = connection.prepare("INSERT INTO reference_head VALUES (?, ?, ?, ?, ?)");
  int index = 0;
  for (const ReferenceFamily& family : list.families) {
    put_family.run_with(id, family.family, index++, family.sureness, family.complete, unless_empty(family.score_name), unless_empty(family.note),
                        detectors.contains(family.family));
    for (const PublishedHead& head : family.heads) put_head.run_with(id, family.family, head.head.layer, head.head.head, head.score);
  }
}

void note_change(const Connection& connection) { connection.execute("UPDATE change SET n = n + 1"); }

}  // namespace

void import_references(const Connection& connection, const ReferenceList& list, const std::vector<std::string>& models,
                       const std::set<std::string>& detectors) {
  Transaction transaction(connection, Transaction::Kind::write);
  std::set<std::string> held(models.begin(), models.end());
  if (const auto before = find_list(connection, list.id)) {
    for (const std::string& model : models_of(connection, *before)) held.insert(model);
    connection.prepare("DELETE FROM reference_list WHERE id = ?").run_with(*before);
  }
  const std::int64_t id = insert_list(connection, list);
  insert_families(connection, id, list, detectors);
  for (const std::string& model : held) {
    require_fit(connection, list, model);
    connection.prepare("INSERT OR IGNORE INTO reference_model (list, model) VALUES (?, ?)").run_with(id, find_model_id(connection, model));
  }
  note_change(connection);
  transaction.commit();
}

void remove_references(const Connection& connection, const std::string& id, const std::string& model) {
  Transaction transaction(connection, Transaction::Kind::write);
  const auto list = find_list(connection, id);
  if (!list) {
    std::vector<std::string> known;
    for (const ImportedList& other : imported_references(connection)) known.push_back(other.id);
    throw Error(ErrorCode::not_found, "the catalogue " + connection.path().string() + " has no list \"" + id + "\" of published heads; it has " + listed(known));
  }
  if (!model.empty()) {
    Statement take = connection.prepare("DELETE FROM reference_model WHERE list = ? AND model = ? RETURNING 1");
    if (!take.bind(*list, find_model_id(connection, model)).step())
      throw Error(ErrorCode::not_found, "the list " + id + " is not held against " + model + " but against " + listed(models_of(connection, *list)));
    take.run();
  }
  if (model.empty() || models_of(connection, *list).empty()) connection.prepare("DELETE FROM reference_list WHERE id = ?").run_with(*list);
  note_change(connection);
  transaction.commit();
}

std::vector<ImportedList> imported_references(const Connection& connection) {
  Statement query = connection.prepare(
      "SELECT id, name, title, paper, url, content_hash, imported_at, (SELECT count(*) FROM reference_head WHERE list = reference_list.id) "
      "FROM reference_list ORDER BY name");
  std::vector<ImportedList> lists;
  while (query.step())
    lists.push_back({.id = query.text(1),
                     .title = query.text(2),
                     .paper = query.text(3),
                     .url = query.text(4),
                     .content_hash = query.text(5),
                     .imported_at = query.text(6),
                     .models = models_of(connection, query.integer(0)),
                     .families = texts_of(connection, "SELECT family FROM reference_family WHERE list = ? ORDER BY \"index\"", query.integer(0)),
                     .n_heads = query.small(7)});
  return lists;
}

}  // namespace headlight
