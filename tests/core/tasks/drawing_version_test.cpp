// A catalogue finds prompts by their task's hash, so a task whose hash stands must go on giving the prompts that it gave.
// drawn_prompts.txt has a line for each shipped task: its id, its hash, the hash of what the shipped tokenizer makes of it.
// After a task's file has changed, or kDrawingVersion: HEADLIGHT_UPDATE=1 test_tasks_prompts --gtest_filter='DrawnPrompts*'
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "core/base/files.hpp"
#include "core/base/hash.hpp"
#include "tests/core/tasks/shipped_prompts.hpp"

namespace headlight {
namespace {

using namespace shipped_tasks;

const std::filesystem::path kFile = kSource / "tests/core/tasks/drawn_prompts.txt";

std::string hash_of(const PromptSet& set) {
  Hasher hasher;
  const auto add = [&](const std::vector<TokenId>& ids) { hasher.add(std::as_bytes(std::span(ids))); };
  for (const Prompt& prompt : set.prompts) {
    add(prompt.tokens);
    if (prompt.corrupted) add(*prompt.corrupted);
    for (const Question& question : prompt.questions) {
      add(question.answers);
      add(question.wrong);
    }
    for (const Role& role : prompt.roles) hasher.add(role.name + " " + std::to_string(role.begin) + " " + std::to_string(role.end));
  }
  return hasher.digest();
}

struct Drawn {
  std::string task_hash, prompts_hash;
};

TEST(DrawnPrompts, OfATaskWhoseHashStandsAreWhatTheyWere) {
  std::map<std::string, Drawn> drawn;
  std::ostringstream text;
  for (const std::string& id : all_ids()) {
    const Task task = load_task(kSource / "plugins/tasks" / (id + ".json"));
    drawn[id] = {task.content_hash, hash_of(prompts_of(id, shipped_tokenizer()))};
    text << id << " " << drawn[id].task_hash << " " << drawn[id].prompts_hash << "\n";
  }
  if (std::getenv("HEADLIGHT_UPDATE")) std::ofstream(kFile) << text.str();

  std::istringstream lines(read_file(kFile));
  std::map<std::string, Drawn> before;
  for (std::string id, task_hash, prompts_hash; lines >> id >> task_hash >> prompts_hash;) before[id] = {task_hash, prompts_hash};
  for (const auto& [id, now] : drawn) {
    ASSERT_TRUE(before.contains(id)) << id << " is new: write drawn_prompts.txt again (see the top of this test)";
    EXPECT_EQ(now.task_hash, before[id].task_hash) << id << " has changed: write drawn_prompts.txt again (see the top of this test)";
    if (now.task_hash == before[id].task_hash) {
      EXPECT_EQ(now.prompts_hash, before[id].prompts_hash)
          << id << " gives other prompts under the same hash: raise kDrawingVersion in core/tasks/drawing_version.hpp";
    }
  }
  EXPECT_EQ(before.size(), drawn.size()) << "a task has gone: write drawn_prompts.txt again";
}

}  // namespace
}  // namespace headlight
