#include "core/tasks/task.hpp"

#include <algorithm>
#include <map>
#include <system_error>

#include "core/base/error.hpp"
#include "core/base/hash.hpp"
#include "core/base/nearest.hpp"
#include "core/base/random.hpp"
#include "core/tasks/data_file.hpp"
#include "core/tasks/definition.hpp"
#include "core/tasks/drawing_version.hpp"
#include "core/tasks/generators.hpp"

namespace headlight {
namespace {

// Members by name: the order in which a file writes them changes nothing that is drawn.
Json canonical(const Json& value) {
  if (value.is_array()) {
    Json::Array items;
    for (const Json& item : value.as_array()) items.push_back(canonical(item));
    return Json(std::move(items));
  }
  if (!value.is_object()) return value;
  Json::Object members;
  for (const auto& [name, member] : value.as_object()) members.emplace_back(name, canonical(member));
  std::sort(members.begin(), members.end(), [](const Json::Member& a, const Json::Member& b) { return a.first < b.first; });
  return Json(std::move(members));
}

std::vector<std::filesystem::path> task_files(const std::filesystem::path& folder, std::vector<std::string>& problems) {
  std::vector<std::filesystem::path> files;
  std::error_code failure;
  if (!std::filesystem::exists(folder, failure)) return files;
  for (std::filesystem::directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure))
    if (entry->path().extension() == ".json") files.push_back(entry->path());
  if (failure) problems.push_back(folder.string() + ": cannot be listed: " + failure.message());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Task parse_task(const Json& definition) {
  const tasks::TaskHead head = tasks::read_task_head(definition);
  tasks::generator_of(definition).check(definition);
  return {.id = head.id,
          .title = head.title,
          .summary = head.summary,
          .content_hash = Hasher().add(std::to_string(tasks::kDrawingVersion)).add(to_text(canonical(definition))).digest(),
          .definition = definition};
}

Task load_task(const std::filesystem::path& file) {
  const Json definition = parse_json_file(file.string());
  try {
    return parse_task(tasks::with_data(definition, file.parent_path()));
  } catch (const Error& error) {
    throw error.at(file.string());
  }
}

std::vector<Task> load_tasks(const std::vector<std::filesystem::path>& folders, std::vector<std::string>& problems) {
  std::map<std::string, std::pair<Task, std::filesystem::path>> by_id;
  for (const auto& folder : folders) {
    for (const auto& file : task_files(folder, problems)) {
      try {
        Task task = load_task(file);
        const std::string id = task.id;
        const auto [first, is_new] = by_id.try_emplace(id, std::move(task), file);
        if (!is_new)
          problems.push_back(file.string() + ": left out: " + first->second.second.string() + " has the id \"" + id +
                             "\" already");
      } catch (const Error& error) {
        problems.push_back(error.what());
      }
    }
  }
  std::vector<Task> result;
  for (auto& [id, task] : by_id) result.push_back(std::move(task.first));
  return result;
}

const Task& find_task(const std::vector<Task>& tasks, const std::string& id) {
  std::vector<std::string> known;
  for (const Task& task : tasks) {
    if (task.id == id) return task;
    known.push_back(task.id);
  }
  throw Error(ErrorCode::not_found, "there is no task \"" + id + "\"" + instead_of(id, known));
}

PromptSet make_prompts(const Task& task, const PromptContext& context, int count, std::uint64_t seed) {
  if (count < 1) throw Error(ErrorCode::bad_input, std::to_string(count) + " prompts were asked for; at least 1 is needed");
  return tasks::generator_of(task.definition).make(task.definition, task.id, context, count, seed);
}

PromptSet shuffle_tokens(const PromptSet& prompts, std::optional<TokenId> bos, std::uint64_t seed) {
  PromptSet result = prompts;
  for (size_t i = 0; i < result.prompts.size(); ++i) {
    Prompt& prompt = result.prompts[i];
    const size_t start = bos && !prompt.tokens.empty() && prompt.tokens.front() == *bos ? 1 : 0;
    std::vector<size_t> order;
    for (size_t position = start; position < prompt.tokens.size(); ++position) order.push_back(position);
    Random random(seed, "shuffle/" + std::to_string(i));
    random.shuffle(order);
    const auto shuffled = [&](const auto& tokens) {
      auto moved = tokens;
      for (size_t k = 0; k < order.size(); ++k) moved[start + k] = tokens[order[k]];
      return moved;
    };
    prompt.tokens = shuffled(prompt.tokens);
    if (prompt.corrupted) prompt.corrupted = shuffled(*prompt.corrupted);
    if (!prompt.pieces.empty()) prompt.pieces = shuffled(prompt.pieces);
    prompt.text.clear();  // it no longer is what the tokens say
  }
  return result;
}

}  // namespace headlight
