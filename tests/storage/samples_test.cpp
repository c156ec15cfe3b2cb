// Prompts and activations, there and back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/catalogue.hpp"
#include "tests/storage/example.hpp"

namespace headlight {
namespace {

using example::message_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pointwise;
using testing::FloatNear;

ActivationRecord pattern(int layer, int prompt) {
  return {.site = "blocks." + std::to_string(layer) + ".attn.hook_pattern",
          .layer = layer,
          .prompt = prompt,
          .shape = {2, 2, 2},
          .values = {1, 0, 0.25f, 0.75f, 1, 0, 0.1f, 0.9f}};
}

struct SamplesTest : testing::Test {
  example::Folder folder;
  CatalogueWriter writer{folder / "a.db"};
  std::unique_ptr<Catalogue> catalogue;
  const std::string model = example::model("tiny").fingerprint, task = example::task("ioi").content_hash;
  const Sample sample{.task_hash = task, .seed = 7, .n_prompts = 4};

  void SetUp() override {
    writer.put_model(example::model("tiny"));
    writer.put_task(example::task("ioi"));
    catalogue = std::make_unique<Catalogue>(folder / "a.db");
  }
  std::int64_t n_chunks() { return writer.connection().integer("SELECT count(*) FROM activation"); }
};

TEST_F(SamplesTest, PromptsComeBackAsTheyWerePut) {
  writer.put_prompts(model, task, 7, 4, example::prompts(), {});
  const std::vector<PromptRecord> put = example::prompts(), got = catalogue->prompts("tiny", sample);
  ASSERT_EQ(got.size(), put.size());
  for (size_t i = 0; i < put.size(); ++i) {
    EXPECT_EQ(got[i].index, put[i].index);
    EXPECT_EQ(got[i].reported, put[i].reported);
    EXPECT_EQ(got[i].tokens, put[i].tokens);
    EXPECT_EQ(got[i].token_ids, put[i].token_ids);
    EXPECT_EQ(got[i].roles, put[i].roles);
    EXPECT_EQ(got[i].answer, put[i].answer);
  }
}

TEST_F(SamplesTest, WhatTheFiltersTookIsToldWithTheRun) {
  const RunKey key = example::key("tiny", "mover", "score");
  example::scan(writer, key, example::summary(), {"mover"});
  EXPECT_EQ(catalogue->run(key.hash()).row.n_kept, std::nullopt) << "no prompts were made";
  EXPECT_FALSE(catalogue->run(key.hash()).row.making);

  writer.put_prompts(model, task, 7, 4, example::prompts(), {.n_tried = 9, .notes = {"5 of 9 prompts dropped: the answer is two tokens"}});
  const RunRow row = catalogue->run(key.hash()).row;
  EXPECT_EQ(row.n_kept, static_cast<int>(example::prompts().size()));
  ASSERT_TRUE(row.making);
  EXPECT_EQ(row.making->n_tried, 9);
  EXPECT_THAT(row.making->notes, ElementsAre("5 of 9 prompts dropped: the answer is two tokens"));

  writer.connection().execute("UPDATE model_prompts SET n_tried = NULL, notes = NULL");  // as an older program left them
  EXPECT_FALSE(catalogue->run(key.hash()).row.making);
  EXPECT_EQ(catalogue->run(key.hash()).row.n_kept, static_cast<int>(example::prompts().size()));
}

TEST_F(SamplesTest, OfATaskAreListedWithTheNewestFirst) {
  EXPECT_THAT(catalogue->samples("tiny", "ioi"), IsEmpty());
  writer.put_prompts(model, task, 7, 4, example::prompts(), {});
  writer.put_prompts(model, task, 8, 4, example::prompts(), {});
  const Sample newer{.task_hash = task, .seed = 8, .n_prompts = 4};
  EXPECT_THAT(catalogue->samples("tiny", "ioi"), ElementsAre(newer, sample));
  EXPECT_THAT(catalogue->samples("tiny", task), ElementsAre(newer, sample));
}

TEST_F(SamplesTest, OfARunAreThoseOfItsKey) {
  example::scan(writer, example::key("tiny", "mover", "score"), example::summary(), {"mover"});
  const std::string run = example::key("tiny", "mover", "score").hash();
  EXPECT_THAT(message_of([&] { catalogue->prompts_of_run(run); }), HasSubstr("has no prompts of 'tiny' for the task " + task + ", seed 7, 4 prompts"));
  writer.put_prompts(model, task, 7, 4, example::prompts(), {});
  EXPECT_EQ(catalogue->prompts_of_run(run).size(), 4u);
}

TEST_F(SamplesTest, ActivationsComeBackWithinTheirPrecision) {
  EXPECT_FALSE(writer.has_activations(model, task, 7, 4));
  EXPECT_THAT(catalogue->activations("tiny", sample), IsEmpty());
  const std::vector<ActivationRecord> put{pattern(1, 0), pattern(0, 2), {.site = "blocks.0.hook_resid_pre", .layer = 0, .prompt = 0, .shape = {1, 3}, .values = {-1.5f, 1e-30f, 3e8f}}};
  writer.put_activations(model, task, 7, 4, put);
  EXPECT_TRUE(writer.has_activations(model, task, 7, 4));
  EXPECT_FALSE(writer.has_activations(model, task, 8, 4));

  std::vector<std::string> listed;
  for (const ActivationInfo& info : catalogue->activations("tiny", sample)) listed.push_back(std::to_string(info.prompt) + " " + info.site);
  EXPECT_THAT(listed, ElementsAre("0 blocks.0.hook_resid_pre", "0 blocks.1.attn.hook_pattern", "2 blocks.0.attn.hook_pattern"));

  const ActivationRecord got = catalogue->activation("tiny", sample, 0, 1, "blocks.1.attn.hook_pattern");
  EXPECT_THAT(got.shape, ElementsAre(2, 2, 2));
  EXPECT_THAT(got.values, Pointwise(FloatNear(1.0f / 4096), put[0].values));
  EXPECT_EQ(catalogue->activation("tiny", sample, 0, 0, "blocks.0.hook_resid_pre").values, put[2].values) << "not a pattern: exact";
}

TEST_F(SamplesTest, ActivationsThatAreThereStay) {
  writer.put_activations(model, task, 7, 4, std::vector{pattern(0, 0)});
  ActivationRecord other = pattern(0, 0);
  other.values.assign(8, 0.0f);
  writer.put_activations(model, task, 7, 4, std::vector{other, pattern(1, 0)});
  EXPECT_EQ(n_chunks(), 2);
  EXPECT_EQ(catalogue->activation("tiny", sample, 0, 0, "blocks.0.attn.hook_pattern").values[0], 1.0f);
}

TEST_F(SamplesTest, ActivationsThatAreNotThereAreNamed) {
  EXPECT_THAT(message_of([&] { catalogue->activation("tiny", sample, 0, 0, "x"); }), HasSubstr("has no activations of 'tiny'"));
  writer.put_activations(model, task, 7, 4, std::vector{pattern(0, 0)});
  EXPECT_THAT(message_of([&] { catalogue->activation("tiny", sample, 3, 0, "blocks.0.attn.hook_pattern"); }),
              HasSubstr("has no blocks.0.attn.hook_pattern of layer 0 on prompt 3 of 'tiny'"));
}

TEST_F(SamplesTest, AnActivationOfAnotherSizeThanItsShapeIsRefusedWhole) {
  ActivationRecord wrong = pattern(1, 0);
  wrong.values.pop_back();
  EXPECT_THAT(message_of([&] { writer.put_activations(model, task, 7, 4, std::vector{pattern(0, 0), wrong}); }),
              AllOf(HasSubstr("has 7 values, but its shape [2,2,2] needs 8")));
  EXPECT_EQ(n_chunks(), 0);
  EXPECT_FALSE(writer.has_activations(model, task, 7, 4));
}

TEST_F(SamplesTest, TheCollectorDeletesTheOldestSetsFirst) {
  for (int seed = 1; seed <= 3; ++seed) writer.put_activations(model, task, seed, 4, std::vector{pattern(0, 0)});
  constexpr std::int64_t kChunkBytes = 2 * 3 * 2;  // heads, numbers of a triangle, bytes
  EXPECT_EQ(writer.collect_activations(3 * kChunkBytes), 0);
  EXPECT_EQ(writer.collect_activations(2 * kChunkBytes + 1), kChunkBytes);
  EXPECT_FALSE(writer.has_activations(model, task, 1, 4));
  EXPECT_TRUE(writer.has_activations(model, task, 2, 4));
  EXPECT_EQ(n_chunks(), 2);
  EXPECT_EQ(writer.collect_activations(0), 2 * kChunkBytes);
  EXPECT_EQ(n_chunks(), 0);
}

}  // namespace
}  // namespace headlight
