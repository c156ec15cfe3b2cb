// CatalogueWriter: activations, one chunk per (prompt, layer, site), and the collector that keeps them within a budget.
#include "core/base/error.hpp"
#include "storage/activation_encoding.hpp"
#include "storage/catalogue_writer.hpp"
#include "storage/utc_time.hpp"

namespace headlight {
namespace {

std::string shape_text(const std::vector<int>& shape) {
  Json axes = Json::array();
  for (const int axis : shape) axes.push(axis);
  return to_text(axes);
}

std::optional<std::int64_t> find_set(const Connection& connection, std::int64_t model, const std::string& task_hash, std::int64_t seed,
                                     int n_prompts) {
  Statement query =
      connection.prepare("SELECT id FROM activation_set WHERE model = ? AND task_hash = ? AND seed = ? AND n_prompts = ?");
  if (!query.bind(model, task_hash, seed, n_prompts).step()) return std::nullopt;
  return query.integer(0);
}

}  // namespace

bool CatalogueWriter::has_activations(const std::string& model, const std::string& task_hash, std::int64_t seed, int n_prompts) {
  return find_set(*connection_, model_id(model), task_hash, seed, n_prompts).has_value();
}

void CatalogueWriter::put_activations(const std::string& model, const std::string& task_hash, std::int64_t seed, int n_prompts,
                                      std::span<const ActivationRecord> activations) {
  Transaction transaction(*connection_, Transaction::Kind::write);
  const std::int64_t model_row = model_id(model);
  std::optional<std::int64_t> set = find_set(*connection_, model_row, task_hash, seed, n_prompts);
  if (!set) {
    connection_->prepare("INSERT INTO activation_set (model, task_hash, seed, n_prompts, added_at) VALUES (?, ?, ?, ?, ?)")
        .run_with(model_row, task_hash, seed, n_prompts, utc_now());
    set = connection_->last_id();
  }
  Statement insert = connection_->prepare(
      "INSERT OR IGNORE INTO activation (activation_set, prompt, layer, site, shape, encoding, content) VALUES (?, ?, ?, ?, ?, ?, ?)");
  for (const ActivationRecord& chunk : activations) {
    if (chunk.values.size() != count_of(chunk.shape))
      throw Error(ErrorCode::internal, "the activation " + chunk.site + " has " + std::to_string(chunk.values.size()) +
                                           " values, but its shape " + shape_text(chunk.shape) + " needs " +
                                           std::to_string(count_of(chunk.shape)));
    const ChunkEncoding encoding = best_encoding(chunk.shape, chunk.values);
    const std::vector<std::byte> content = encode(encoding, chunk.shape, chunk.values);
    insert.run_with(*set, chunk.prompt, chunk.layer, chunk.site, shape_text(chunk.shape), to_string(encoding), std::span(content));
  }
  transaction.commit();
}

std::int64_t CatalogueWriter::collect_activations(std::int64_t budget_bytes) {
  Transaction transaction(*connection_, Transaction::Kind::write);
  Statement sizes = connection_->prepare(R"sql(
    SELECT activation_set, sum(length(content)) FROM activation GROUP BY activation_set ORDER BY activation_set DESC)sql");
  std::vector<std::int64_t> too_old;
  std::int64_t kept = 0, deleted = 0;
  while (sizes.step()) {
    const std::int64_t size = sizes.integer(1);
    if (too_old.empty() && kept + size <= budget_bytes) {
      kept += size;
    } else {
      too_old.push_back(sizes.integer(0));
      deleted += size;
    }
  }
  Statement erase = connection_->prepare("DELETE FROM activation_set WHERE id = ?");
  for (const std::int64_t set : too_old) erase.run_with(set);
  transaction.commit();
  return deleted;
}

}  // namespace headlight
