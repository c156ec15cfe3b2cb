#include "core/engine/edit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hpp"

namespace headlight {
namespace {

std::string message_of(const char* text) {
  try {
    parse_edit(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "understood";
}

TEST(EditText, IsReadAsItsGrammarSays) {
  EXPECT_EQ(parse_edit("zero:L1H2").edit, (Edit{.op = EditOp::zero, .site = SiteKind::z, .layer = 1, .head = 2}));
  EXPECT_EQ(parse_edit("mean:L1H2@3").edit, (Edit{.op = EditOp::mean, .site = SiteKind::z, .layer = 1, .head = 2, .begin = 3, .end = 4}));
  EXPECT_EQ(parse_edit("scale:L1H2=0.5@3..7").edit,
            (Edit{.op = EditOp::scale, .site = SiteKind::z, .layer = 1, .head = 2, .begin = 3, .end = 7, .factor = 0.5f}));
  for (const char* text : {"zero:1.2", "zero:1-2", "zero:a1.h2", "zero:(1, 2)"}) EXPECT_EQ(parse_edit(text).edit, parse_edit("zero:L1H2").edit) << text;
  EXPECT_EQ(parse_edit("zero:L0KV1.k").edit, (Edit{.op = EditOp::zero, .site = SiteKind::k, .layer = 0, .head = 1}));
  EXPECT_EQ(parse_edit("zero:L4.mlp_out").edit, (Edit{.op = EditOp::zero, .site = SiteKind::mlp_out, .layer = 4}));
  EXPECT_EQ(parse_edit("zero:L4H0.pattern@2").edit,
            (Edit{.op = EditOp::zero, .site = SiteKind::pattern, .layer = 4, .head = 0, .begin = 2, .end = 3}));
}

TEST(EditText, NamesWhereItsVectorComesFrom) {
  const EditText text = parse_edit("add:L3.resid_pre=steer.safetensors:direction@1");
  EXPECT_EQ(text.values_file, "steer.safetensors");
  EXPECT_EQ(text.values_tensor, "direction");
  EXPECT_EQ(text.edit.op, EditOp::add);
}

TEST(EditText, IsRefusedWithTheReasonAndTheGrammar) {
  EXPECT_THAT(message_of("zero L1H2"), testing::AllOf(testing::HasSubstr("no colon"), testing::HasSubstr("OP:TARGET")));
  EXPECT_THAT(message_of("erase:L1H2"), testing::HasSubstr("\"erase\" is no operation"));
  EXPECT_THAT(message_of("zero:H2"), testing::HasSubstr("begins with its layer"));
  EXPECT_THAT(message_of("zero:L1"), testing::HasSubstr("neither head nor site"));
  EXPECT_THAT(message_of("scale:L1H2"), testing::HasSubstr("needs =FACTOR"));
  EXPECT_THAT(message_of("scale:L1H2=fast"), testing::HasSubstr("\"fast\" is no number"));
  EXPECT_THAT(message_of("zero:L1H2=1"), testing::HasSubstr("takes no value"));
  EXPECT_THAT(message_of("zero:L1H2@7..3"), testing::HasSubstr("not after the first"));
  EXPECT_THAT(message_of("zero:L1H2.k"), testing::HasSubstr("k and v belong to KV heads"));
  EXPECT_THAT(message_of("zero:L1H2.mlp_out"), testing::HasSubstr("has no heads"));
}

TEST(Edit, IsCheckedAgainstTheModel) {
  ModelDescription model;
  model.n_layers = 2;
  model.d_model = 8;
  model.attention = {.n_heads = 4, .n_kv_heads = 2, .d_head = 2};
  const auto refusal = [&](const Edit& edit) {
    try {
      check_edit(edit, model);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_EQ(refusal({.layer = 1, .head = 3}), "accepted");
  EXPECT_THAT(refusal({.layer = 2, .head = 0}), testing::HasSubstr("layers 0 to 1"));
  EXPECT_THAT(refusal({.layer = 0, .head = 4}), testing::HasSubstr("heads 0 to 3"));
  EXPECT_THAT(refusal({.site = SiteKind::k, .layer = 0, .head = 2}), testing::HasSubstr("heads 0 to 1 for keys and values"));
  EXPECT_THAT(refusal({.op = EditOp::add, .layer = 0, .head = 0, .values = {1, 2, 3}}), testing::HasSubstr("brings 3 values where a vector has 2"));
  EXPECT_THAT(refusal({.op = EditOp::replace, .site = SiteKind::pattern, .layer = 0, .head = 0}), testing::HasSubstr("zeroed and scaled"));
}

TEST(SiteNames, AreThoseOfTheField) {
  EXPECT_EQ(to_string(Site{.kind = SiteKind::pattern, .layer = 5}), "blocks.5.attn.hook_pattern");
  EXPECT_EQ(to_string(Site{.kind = SiteKind::resid_pre, .layer = 0}), "blocks.0.hook_resid_pre");
  EXPECT_EQ(to_string(Site{.kind = SiteKind::final_norm}), "ln_final.hook_normalized");
}

TEST(SiteNames, TakeAStarForEveryLayer) {
  EXPECT_EQ(parse_sites("blocks.*.attn.hook_z", 3).size(), 3u);
  EXPECT_EQ(parse_sites("hook_z", 3).size(), 3u);
  EXPECT_EQ(parse_sites("blocks.1.hook_z", 3), (std::vector<Site>{{.kind = SiteKind::z, .layer = 1}}));
}

TEST(SiteNames, AreListedWhenOneIsWrong) {
  try {
    parse_sites("blocks.7.attn.hook_z", 3);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("layers 0 to 2"), testing::HasSubstr("blocks.L.attn.hook_pattern")));
  }
}

}  // namespace
}  // namespace headlight
