// Catalogue: prompts, and the numbers inside the forward pass that were kept for them.
#include "core/base/error.hpp"
#include "storage/activation_encoding.hpp"
#include "storage/catalogue.hpp"
#include "storage/head_index.hpp"
#include "storage/read_rows.hpp"

namespace headlight {
namespace {

std::vector<std::string> strings_from(const Json& list) {
  std::vector<std::string> values;
  for (const Json& item : list.as_array()) values.push_back(item.as_string());
  return values;
}

std::string described(const std::string& model, const Sample& sample) {
  return "of '" + model + "' for the task " + sample.task_hash + ", seed " + std::to_string(sample.seed) + ", " +
         std::to_string(sample.n_prompts) + " prompts";
}

std::optional<std::int64_t> find_activation_set(const Connection& connection, const std::string& model, const Sample& sample) {
  Statement query =
      connection.prepare("SELECT id FROM activation_set WHERE model = ? AND task_hash = ? AND seed = ? AND n_prompts = ?");
  if (!query.bind(find_model_id(connection, model), sample.task_hash, sample.seed, sample.n_prompts).step()) return std::nullopt;
  return query.integer(0);
}

std::vector<int> read_shape(const Statement& row, int column) { return integers_from(read_json(row, column, "the shape of an activation")); }

}  // namespace

std::vector<Sample> Catalogue::samples(const std::string& model, const std::string& task) {
  const Transaction transaction(*connection_, Transaction::Kind::read);
  Statement query = connection_->prepare(R"sql(
    SELECT model_prompts.task_hash, seed, n_prompts FROM model_prompts JOIN task ON task.content_hash = model_prompts.task_hash
    WHERE model = ?1 AND (task.id = ?2 OR task.content_hash = ?2) ORDER BY model_prompts.id DESC)sql");
  query.bind(find_model_id(*connection_, model), task);
  std::vector<Sample> samples;
  while (query.step()) samples.push_back({.task_hash = query.text(0), .seed = query.integer(1), .n_prompts = query.small(2)});
  return samples;
}

std::vector<PromptRecord> Catalogue::prompts(const std::string& model, const Sample& sample) {
  const Transaction transaction(*connection_, Transaction::Kind::read);
  Statement query = connection_->prepare(R"sql(
    SELECT prompt."index", reported, tokens, token_ids, roles, answer
    FROM model_prompts JOIN prompt ON prompt.prompt_set = model_prompts.prompt_set
    WHERE model = ? AND task_hash = ? AND seed = ? AND n_prompts = ? ORDER BY prompt."index")sql");
  query.bind(find_model_id(*connection_, model), sample.task_hash, sample.seed, sample.n_prompts);
  std::vector<PromptRecord> prompts;
  while (query.step())
    prompts.push_back({.index = query.small(0),
                       .reported = query.integer(1) != 0,
                       .tokens = strings_from(read_json(query, 2, "the tokens of a prompt")),
                       .token_ids = integers_from(read_json(query, 3, "the token ids of a prompt")),
                       .roles = read_json(query, 4, "the roles of a prompt"),
                       .answer = query.text(5)});
  if (prompts.empty()) throw Error(ErrorCode::not_found, "the catalogue has no prompts " + described(model, sample));
  return prompts;
}

std::vector<ActivationInfo> Catalogue::activations(const std::string& model, const Sample& sample) {
  const Transaction transaction(*connection_, Transaction::Kind::read);
  std::vector<ActivationInfo> list;
  const auto set = find_activation_set(*connection_, model, sample);
  if (!set) return list;
  Statement query = connection_->prepare(
      "SELECT prompt, layer, site, shape FROM activation WHERE activation_set = ? ORDER BY prompt, layer, site");
  query.bind(*set);
  while (query.step())
    list.push_back({.prompt = query.small(0), .layer = query.small(1), .site = query.text(2), .shape = read_shape(query, 3)});
  return list;
}

ActivationRecord Catalogue::activation(const std::string& model, const Sample& sample, int prompt, int layer, const std::string& site) {
  const Transaction transaction(*connection_, Transaction::Kind::read);
  const auto set = find_activation_set(*connection_, model, sample);
  if (!set) throw Error(ErrorCode::not_found, "the catalogue has no activations " + described(model, sample));
  Statement query = connection_->prepare(
      "SELECT shape, encoding, content FROM activation WHERE activation_set = ? AND prompt = ? AND layer = ? AND site = ?");
  if (!query.bind(*set, prompt, layer, site).step())
    throw Error(ErrorCode::not_found, "the catalogue has no " + site + " of layer " + std::to_string(layer) + " on prompt " +
                                          std::to_string(prompt) + " " + described(model, sample));
  ActivationRecord record{.site = site, .layer = layer, .prompt = prompt, .shape = read_shape(query, 0), .values = {}};
  record.values = decode(query.text(1), record.shape, query.bytes(2));
  return record;
}

}  // namespace headlight
