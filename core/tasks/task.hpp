// A task: on what heads are looked for. One JSON file each (plugins/tasks/README.md documents the fields), no code.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/tasks/prompt.hpp"

namespace headlight {

struct Task {
  std::string id, title, summary;
  std::string content_hash;  // of the definition in canonical form and of how prompts are drawn from it
  Json definition;           // validated
};

// Throws Error{bad_input} that names the file, the field and what it should be.
Task load_task(const std::filesystem::path& file);
Task parse_task(const Json& definition);

// All *.json of the folders, by id; a later folder does not replace an earlier one's task. A bad file is reported in `problems`
// and left out.
std::vector<Task> load_tasks(const std::vector<std::filesystem::path>& folders, std::vector<std::string>& problems);

// Throws Error{not_found} that says what there is.
const Task& find_task(const std::vector<Task>& tasks, const std::string& id);

// What a task needs to know of a model.
struct PromptContext {
  const Tokenizer* tokenizer = nullptr;  // none: only generators of token ids work
  int vocab_size = 0;
  int n_ctx = 0;               // 0: no limit
  std::optional<TokenId> bos;  // put before every prompt
  // Whether the model answers the closed-book question of a prompt; prompts whose question it does not are dropped, and counted as such.
  // None: all are kept.
  std::function<bool(const Gate& gate)> knows = {};
};

// `count` prompts, the same for the same definition, tokenizer, seed and count; a longer list begins with the shorter one.
// Throws Error{not_measurable} with the reason when fewer than two can be made (context too short, no tokenizer, answers not
// single tokens).
PromptSet make_prompts(const Task& task, const PromptContext& context, int count, std::uint64_t seed);

// The same prompts with the tokens after the first (when it is `bos`) in random order; roles, words and readouts stay where they were.
// Pieces and a twin's tokens move like the tokens; `text` is cleared, since the tokens no longer say it.
PromptSet shuffle_tokens(const PromptSet& prompts, std::optional<TokenId> bos, std::uint64_t seed);

}  // namespace headlight
