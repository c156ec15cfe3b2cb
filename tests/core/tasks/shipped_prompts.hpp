// Prompts of the shipped tasks, and what holds for all of them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "core/tasks/task.hpp"

namespace headlight::shipped_tasks {

inline const std::filesystem::path kSource = HEADLIGHT_SOURCE_DIR;
inline constexpr int kPrompts = 24;

inline std::vector<std::string> all_ids() {
  std::vector<std::string> ids;
  for (const auto& entry : std::filesystem::directory_iterator(kSource / "plugins" / "tasks"))
    if (entry.path().extension() == ".json") ids.push_back(entry.path().stem());
  std::sort(ids.begin(), ids.end());
  return ids;
}

inline const Tokenizer& shipped_tokenizer() {
  static const Tokenizer tokenizer = Tokenizer::open(kSource / "models" / "mixture-tiny");
  return tokenizer;
}

inline PromptSet prompts_of(const std::string& id, const Tokenizer& tokenizer, int count = kPrompts) {
  return make_prompts(load_task(kSource / "plugins" / "tasks" / (id + ".json")),
                      {.tokenizer = &tokenizer, .vocab_size = tokenizer.vocab_size(), .n_ctx = 2048, .bos = 0}, count, 1);
}

inline std::string trimmed(std::string text) { return text.starts_with(' ') ? text.substr(1) : text; }

// The texts of a role's places, without the space before them.
inline std::vector<std::string> texts_of(const Prompt& prompt, const std::string& name) {
  std::vector<std::string> texts;
  for (const Role& role : prompt.roles) {
    if (role.name != name) continue;
    std::string text;
    for (int i = role.begin; i < role.end; ++i) text += prompt.pieces[static_cast<size_t>(i)];
    texts.push_back(trimmed(text));
  }
  return texts;
}

inline void expect_sound(const PromptSet& set, const std::string& id) {
  for (const Prompt& prompt : set.prompts) {
    const int n = static_cast<int>(prompt.tokens.size());
    EXPECT_EQ(prompt.words.size(), prompt.tokens.size()) << id;
    EXPECT_EQ(prompt.pieces.size(), prompt.tokens.size()) << id;
    for (const Role& role : prompt.roles)
      EXPECT_TRUE(role.begin >= 0 && role.begin < role.end && role.end <= n) << id << " " << role.name;
    for (const Question& question : prompt.questions)
      for (const TokenId answer : question.answers) EXPECT_THAT(question.wrong, testing::Not(testing::Contains(answer))) << id;
    if (prompt.corrupted) {
      EXPECT_EQ(prompt.corrupted->size(), prompt.tokens.size()) << id;
      EXPECT_NE(*prompt.corrupted, prompt.tokens) << id;
    }
    if (prompt.gate) {
      EXPECT_EQ(prompt.gate->question.answers.size(), 1u) << id;
    }
  }
}

}  // namespace headlight::shipped_tasks
