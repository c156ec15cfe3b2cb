// The shipped tasks with the tokenizers of real models beside the repository.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "core/tasks/task.hpp"
#include "tests/core/tasks/mixture_wordings.hpp"

namespace headlight {
namespace {

const std::filesystem::path kShared = HEADLIGHT_SOURCE_DIR "/../shared";

Task shipped(const std::string& id) { return load_task(HEADLIGHT_SOURCE_DIR "/plugins/tasks/" + id + ".json"); }

struct Model {
  const char* folder;
  int n_ctx;
  std::optional<TokenId> bos;
  const char* space;  // how a token spells the space before a word; "" where tokens are characters
};
void PrintTo(const Model& model, std::ostream* out) { *out << model.folder; }

class RealTokenizer : public testing::TestWithParam<Model> {
 protected:
  void SetUp() override {
    const auto folder = kShared / GetParam().folder;
    if (!std::filesystem::exists(folder / "tokenizer.json")) GTEST_SKIP() << folder << " is not here";
    tokenizer_.emplace(Tokenizer::open(folder));
    context_ = {
        .tokenizer = &*tokenizer_, .vocab_size = tokenizer_->vocab_size(), .n_ctx = GetParam().n_ctx, .bos = GetParam().bos};
  }

  std::string text_of(const std::vector<TokenId>& tokens, const Prompt& prompt, std::string_view role_name) const {
    for (const Role& role : prompt.roles)
      if (role.name == role_name)
        return tokenizer_->decode(
            std::span(tokens).subspan(static_cast<size_t>(role.begin), static_cast<size_t>(role.end - role.begin)));
    return "no such role";
  }

  std::optional<Tokenizer> tokenizer_;
  PromptContext context_;
};

std::string without_space(std::string text) { return !text.empty() && text[0] == ' ' ? text.substr(1) : text; }

TEST_P(RealTokenizer, TellsStoriesOfTheMixture) {
  const PromptSet set = make_prompts(shipped("stories"), context_, 50, 1);
  ASSERT_EQ(set.prompts.size(), 50u);
  const std::regex first(mixture::kStoryFirst);
  for (const Prompt& prompt : set.prompts) {
    const size_t start = context_.bos ? 1 : 0;
    EXPECT_EQ(tokenizer_->decode(std::span(prompt.tokens).subspan(start)), prompt.text);
    EXPECT_EQ(prompt.readouts.size(), prompt.tokens.size() - 1);
    EXPECT_LE(static_cast<int>(prompt.tokens.size()), GetParam().n_ctx);
    const std::string sentence = mixture::sentences_of(prompt.text).front();
    if (prompt.text.find(". ") != std::string::npos) {
      EXPECT_TRUE(std::regex_match(sentence, first)) << sentence;
    }
  }
  EXPECT_GT(set.chance, 0);
  EXPECT_LT(set.chance, 0.25);
}

TEST_P(RealTokenizer, RepeatsRandomTokens) {
  const PromptSet set = make_prompts(shipped("repeated-random"), context_, 10, 1);
  for (const Prompt& prompt : set.prompts) {
    EXPECT_LE(static_cast<int>(prompt.tokens.size()), GetParam().n_ctx);
    for (const Question& question : prompt.questions)
      EXPECT_EQ(prompt.tokens[static_cast<size_t>(question.position) + 1], question.answers[0]);
  }
}

TEST_P(RealTokenizer, AsksForTheIndirectObject) {
  const Task task = shipped("ioi");
  if (GetParam().space[0] == '\0') {
    EXPECT_THROW(make_prompts(task, context_, 20, 1), Error);
    return;
  }
  const std::regex wording(mixture::kIoi);
  const PromptSet set = make_prompts(task, context_, 40, 1);
  ASSERT_EQ(set.prompts.size(), 40u);
  EXPECT_EQ(set.chance, 0.5);
  for (const Prompt& prompt : set.prompts) {
    EXPECT_TRUE(std::regex_match(prompt.text, wording)) << prompt.text;
    const std::string io = without_space(text_of(prompt.tokens, prompt, "io")),
                      s = without_space(text_of(prompt.tokens, prompt, "s1"));
    EXPECT_EQ(io, prompt.answer);
    EXPECT_EQ(without_space(text_of(prompt.tokens, prompt, "s2")), s);
    EXPECT_THAT(" and met went came were at , .",
                testing::HasSubstr(" " + without_space(text_of(prompt.tokens, prompt, "s1_next"))));
    ASSERT_EQ(prompt.corrupted->size(), prompt.tokens.size());
    EXPECT_EQ(without_space(text_of(*prompt.corrupted, prompt, "io")), s);
    EXPECT_EQ(without_space(text_of(*prompt.corrupted, prompt, "s1")), io);
    EXPECT_EQ(without_space(text_of(*prompt.corrupted, prompt, "s2")), io);
    const TokenId answer = prompt.readouts[0].token, wrong = prompt.readouts[1].token;
    EXPECT_TRUE((" " + io).starts_with(" " + without_space(tokenizer_->decode(std::vector{answer})))) << io;
    EXPECT_TRUE((" " + s).starts_with(" " + without_space(tokenizer_->decode(std::vector{wrong})))) << s;
  }
}

INSTANTIATE_TEST_SUITE_P(Models, RealTokenizer,
                         testing::Values(Model{"models/mixture-tiny", 512, 0, "Ġ"}, Model{"tokenizers/gpt-2", 1024, 50256, "Ġ"},
                                         Model{"tokenizers/qwen2", 4096, {}, "Ġ"}, Model{"tokenizers/falcon", 2048, {}, "Ġ"},
                                         Model{"tokenizers/llama-spm", 2048, 1, "▁"}, Model{"models/stories260K", 512, 1, "▁"},
                                         Model{"models/babyllama-char105", 256, 1, ""},
                                         Model{"models/charstories-gpt2", 32, {}, ""}),
                         [](const auto& test) {
                           std::string name = std::string(test.param.folder).substr(std::string(test.param.folder).find('/') + 1);
                           std::erase(name, '-');
                           return name;
                         });

TEST(SharedTasks, UseTheWordsOfTheMixture) {
  const auto file = kShared / "training" / "lexicon.py";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
  const std::string lexicon = read_file(file);
  const auto expect_words = [&](const Json& list, const std::string& name) {
    std::string words;
    for (const Json& word : list.as_array()) words += (words.empty() ? "" : " ") + word.as_string();
    EXPECT_THAT(lexicon, testing::HasSubstr("\n" + name + " = \"" + words + "\".split()")) << name;
  };
  const Json ioi = shipped("ioi").definition["lists"], stories = shipped("stories").definition["lists"];
  for (const Json* lists : {&ioi, &stories}) {
    expect_words(lists->at("names"), "NAMES");
    expect_words(lists->at("places"), "PLACES");
    expect_words(lists->at("objects"), "OBJECTS");
  }
  expect_words(stories.at("adjectives"), "ADJ");
  expect_words(stories.at("animals"), "ANIMATE");
  expect_words(stories.at("verbs_t"), "VERBS_T");
  expect_words(stories.at("verbs_i"), "VERBS_I");
  expect_words(stories.at("adverbs"), "ADVERBS");
}

TEST(SharedTasks, CannotBeToldInThreeLetters) {
  const auto folder = kShared / "models" / "llmviz-gpt-nano-sort";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not here";
  const Tokenizer tokenizer = Tokenizer::open(folder);
  const PromptContext context{.tokenizer = &tokenizer, .vocab_size = 3, .n_ctx = 11, .bos = {}};
  for (const char* id : {"ioi", "stories"}) {
    try {
      make_prompts(shipped(id), context, 10, 1);
      FAIL() << id;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::not_measurable);
      EXPECT_THAT(error.what(), testing::HasSubstr("the tokenizer cannot express the text"));
    }
  }
  EXPECT_EQ(make_prompts(shipped("repeated-random"), context, 10, 1).prompts[0].tokens.size(), 6u);
}

}  // namespace
}  // namespace headlight
