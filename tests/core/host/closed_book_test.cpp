#include "core/host/closed_book.hpp"

#include <gtest/gtest.h>

#include "core/engine/evaluator.hpp"
#include "core/tasks/task.hpp"

namespace headlight {
namespace {

const std::filesystem::path kModel = std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "models/mixture-tiny";

TEST(ClosedBook, IsKnownWhereTheAnswerIsTheBestOfAllTokens) {
  const Model model = Model::open(kModel);
  const Tokenizer tokenizer = Tokenizer::open(kModel);
  ThreadPool pool(1);
  const ModelDescription& description = model.description();
  const PromptContext context{.tokenizer = &tokenizer, .vocab_size = description.vocab_size, .n_ctx = description.n_ctx, .bos = description.bos_token};
  ClosedBook knows(model, pool);
  int n_known = 0, n_unknown = 0;
  for (const char* task : {"conflict-context", "world-capital-conflict"}) {
    PromptSet alone;
    for (const Prompt& prompt : make_prompts(load_task(std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "plugins/tasks" / (std::string(task) + ".json")), context, 12, 1).prompts) {
      Prompt question;
      question.tokens = prompt.gate->tokens;
      question.questions = {prompt.gate->question};
      alone.prompts.push_back(std::move(question));
    }
    const auto outcomes = Evaluator<float>(model, pool, alone).clean();
    for (size_t p = 0; p < outcomes.size(); ++p) {
      const Gate gate{.text = "", .tokens = alone.prompts[p].tokens, .question = alone.prompts[p].questions[0]};
      EXPECT_EQ(knows(gate), *outcomes[p].accuracy == 1) << task << " " << p;
      EXPECT_EQ(knows(gate), *outcomes[p].accuracy == 1) << "asked again";
      ++(knows(gate) ? n_known : n_unknown);
      Gate wrong = gate;
      wrong.question.answers = {gate.tokens.front()};
      EXPECT_FALSE(knows(wrong));
    }
  }
  EXPECT_GT(n_known, 0);
  EXPECT_GT(n_unknown, 0) << "it was not trained on many capitals";
}

}  // namespace
}  // namespace headlight
