// CatalogueWriter: models, plugins, tasks and prompts. Runs are in run_writer.cpp, activations in activation_writer.cpp.
#include "storage/catalogue_writer.hpp"

#include "core/base/error.hpp"
#include "core/base/hash.hpp"
#include "storage/open.hpp"
#include "storage/utc_time.hpp"

namespace headlight {
namespace {

// The name, or with the fingerprint's beginning when another model has it.
std::string free_name(const Connection& connection, const ModelRecord& model) {
  Statement other = connection.prepare("SELECT 1 FROM model WHERE name = ? AND fingerprint <> ?");
  std::string name = model.name;
  for (size_t digits = 8; other.bind(name, model.fingerprint).step(); digits += 8) {
    if (digits > model.fingerprint.size() + 8)
      throw Error(ErrorCode::internal, "the name '" + name + "' is taken and the fingerprint '" + model.fingerprint + "' cannot tell it apart");
    name = model.name + "@" + model.fingerprint.substr(0, digits);
  }
  return name;
}

template <typename T>
Json json_list(const std::vector<T>& items) {
  Json list = Json::array();
  for (const T& item : items) list.push(item);
  return list;
}

std::string hash_of(std::span<const PromptRecord> prompts) {
  Hasher hasher;
  for (const PromptRecord& prompt : prompts)
    hasher.add(std::to_string(prompt.index))
        .add(prompt.reported ? "1" : "0")
        .add(to_text(json_list(prompt.tokens)))
        .add(to_text(json_list(prompt.token_ids)))
        .add(to_text(prompt.roles))
        .add(prompt.answer);
  return hasher.digest();
}

// The id of the set with exactly these prompts.
std::int64_t put_prompt_set(const Connection& connection, std::span<const PromptRecord> prompts) {
  const std::string hash = hash_of(prompts);
  Statement known = connection.prepare("SELECT id FROM prompt_set WHERE content_hash = ?");
  if (known.bind(hash).step()) return known.integer(0);

  connection.prepare("INSERT INTO prompt_set (content_hash) VALUES (?)").run_with(hash);
  const std::int64_t set = connection.last_id();
  Statement insert = connection.prepare(
      "INSERT INTO prompt (prompt_set, \"index\", reported, tokens, token_ids, roles, answer) VALUES (?, ?, ?, ?, ?, ?, ?)");
  for (const PromptRecord& prompt : prompts)
    insert.run_with(set, prompt.index, prompt.reported, to_text(json_list(prompt.tokens)), to_text(json_list(prompt.token_ids)),
                    to_text(prompt.roles), unless_empty(prompt.answer));
  return set;
}

}  // namespace

CatalogueWriter::CatalogueWriter(const std::filesystem::path& path) : connection_(open_for_writing(path)) {}

std::int64_t CatalogueWriter::model_id(const std::string& fingerprint) {
  Statement query = connection_->prepare("SELECT id FROM model WHERE fingerprint = ?");
  if (query.bind(fingerprint).step()) return query.integer(0);
  throw Error(ErrorCode::internal, "the catalogue has no model with the fingerprint '" + fingerprint + "': put_model comes first");
}

void CatalogueWriter::note_change() const { connection_->execute("UPDATE change SET n = n + 1"); }

std::string CatalogueWriter::put_model(const ModelRecord& model) {
  if (model.name.empty() || model.fingerprint.empty())
    throw Error(ErrorCode::internal, "a model needs a name ('" + model.name + "') and a fingerprint ('" + model.fingerprint + "')");
  Transaction transaction(*connection_, Transaction::Kind::write);
  const std::string name = free_name(*connection_, model);
  const std::string now = utc_now();
  connection_
      ->prepare(R"sql(
        INSERT INTO model (fingerprint, name, path, architecture, tokenizer_hash, dtype, n_layers, n_heads, n_kv_heads, d_model,
                           d_head, vocab_size, n_ctx, n_parameters, added_at, seen_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (fingerprint) DO UPDATE SET
          name = excluded.name, path = excluded.path, architecture = excluded.architecture, tokenizer_hash = excluded.tokenizer_hash,
          dtype = excluded.dtype, n_layers = excluded.n_layers, n_heads = excluded.n_heads, n_kv_heads = excluded.n_kv_heads,
          d_model = excluded.d_model, d_head = excluded.d_head, vocab_size = excluded.vocab_size, n_ctx = excluded.n_ctx,
          n_parameters = excluded.n_parameters, seen_at = excluded.seen_at)sql")
      .run_with(model.fingerprint, name, model.path, model.architecture, unless_empty(model.tokenizer_hash), model.dtype,
                model.n_layers, model.n_heads, model.n_kv_heads, model.d_model, model.d_head, model.vocab_size, model.n_ctx,
                model.n_parameters, now, now);
  note_change();
  transaction.commit();
  return name;
}

void CatalogueWriter::put_self_test(const std::string& model, const SelfTest& test) {
  Transaction transaction(*connection_, Transaction::Kind::write);
  connection_->prepare("INSERT OR REPLACE INTO self_test (model, n_cases, logits, attention, tested_at) VALUES (?, ?, ?, ?, ?)")
      .run_with(model_id(model), test.n_cases, test.logits, test.attention, utc_now());
  note_change();
  transaction.commit();
}

void CatalogueWriter::put_plugin(const PluginRecord& plugin) {
  Transaction transaction(*connection_, Transaction::Kind::write);
  connection_
      ->prepare(R"sql(
        INSERT INTO plugin (kind, id, version, build_id, manifest, seen_at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (kind, id, version, build_id) DO UPDATE SET manifest = excluded.manifest, seen_at = excluded.seen_at)sql")
      .run_with(plugin.kind, plugin.id, plugin.version, plugin.build_id, to_text(plugin.manifest), utc_now());
  transaction.commit();
}

void CatalogueWriter::put_task(const TaskRecord& task) {
  Transaction transaction(*connection_, Transaction::Kind::write);
  connection_
      ->prepare(R"sql(
        INSERT INTO task (content_hash, id, title, summary, definition, seen_at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (content_hash) DO UPDATE SET
          id = excluded.id, title = excluded.title, summary = excluded.summary, seen_at = excluded.seen_at)sql")
      .run_with(task.content_hash, task.id, task.title, task.summary, to_text(task.definition), utc_now());
  transaction.commit();
}

void CatalogueWriter::put_prompts(const std::string& model, const std::string& task_hash, std::int64_t seed, int n_prompts,
                                  std::span<const PromptRecord> prompts, const PromptMaking& making) {
  Transaction transaction(*connection_, Transaction::Kind::write);
  const std::int64_t id = model_id(model);
  Statement known = connection_->prepare("SELECT 1 FROM model_prompts WHERE model = ? AND task_hash = ? AND seed = ? AND n_prompts = ?");
  if (known.bind(id, task_hash, seed, n_prompts).step()) return;
  connection_->prepare("INSERT INTO model_prompts (model, task_hash, seed, n_prompts, prompt_set, n_tried, notes) VALUES (?, ?, ?, ?, ?, ?, ?)")
      .run_with(id, task_hash, seed, n_prompts, put_prompt_set(*connection_, prompts), making.n_tried, to_text(json_list(making.notes)));
  transaction.commit();
}

}  // namespace headlight
