#include "core/host/plugin_info.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"

namespace headlight {
namespace {

PluginInfo example() {
  PluginInfo plugin{.path = "/plugins/induction.so",
                    .build_id = "0123456789abcdef",
                    .kind = PluginKind::family,
                    .null_kind = NullKind::shuffled_tokens,
                    .id = "induction",
                    .version = "1.2.3",
                    .title = "Induction head",
                    .summary = "Looks at what followed.",
                    .stage = "LR",
                    .formula = "mean of A[i, p+1]",
                    .formula_source = "2",
                    .references = {},
                    .parameters = {},
                    .outputs = {},
                    .sites = {},
                    .tasks = {"repeated-random", "ioi"},
                    .measures_family = false};
  plugin.references = {{"In-context Learning", "https://arxiv.org/abs/2209.11895"}};
  plugin.parameters = {{.name = "offset", .doc = "tokens after", .is_integer = true, .default_value = 1, .min = 0, .max = 4}};
  plugin.outputs = {
      {.name = "score",
       .doc = "share",
       .unit = "share",
       .min = 0,
       .max = 1,
       .threshold = 0.2,
       .threshold_source = "a third party [2]"},
      {.name = "ratio", .doc = "ratio", .unit = "1", .min = 0, .max = 1e9, .threshold = {}, .threshold_source = ""}};
  plugin.sites = {SiteKind::pattern, SiteKind::v, SiteKind::final_norm};
  return plugin;
}

TEST(PluginInfo, ComesBackFromItsText) {
  PluginInfo plugin = example();
  for (const NullKind null_kind : {NullKind::shuffled_tokens, NullKind::random_weights, NullKind::other_heads})
    for (const PluginKind kind : {PluginKind::family, PluginKind::method}) {
      plugin.null_kind = null_kind;
      plugin.kind = kind;
      plugin.measures_family = kind == PluginKind::method;
      const PluginInfo back = plugin_info_from(parse_json(to_text(to_json(plugin))));
      EXPECT_EQ(to_json(back), to_json(plugin));
      EXPECT_EQ(back.null_kind, null_kind);
      EXPECT_EQ(back.kind, kind);
      EXPECT_EQ(back.sites, plugin.sites);
      EXPECT_EQ(back.outputs[0].threshold, 0.2);
      EXPECT_EQ(back.outputs[1].threshold, std::nullopt) << "no threshold stays none";
      EXPECT_EQ(back.path, plugin.path);
    }
}

TEST(PluginInfo, WithAFieldMissingIsRefusedByName) {
  const Json whole = to_json(example());
  for (const Json::Member& member : whole.as_object()) {
    Json::Object fields = whole.as_object();
    std::erase_if(fields, [&](const Json::Member& field) { return field.first == member.first; });
    EXPECT_THAT(testing_support::message_of([&] { plugin_info_from(Json(fields)); }), testing::HasSubstr(member.first))
        << member.first;
  }
}

TEST(PluginRecord, SaysNothingOfWhereThePluginLies) {
  PluginInfo here = example(), there = example();
  there.path = "/elsewhere/induction.so";
  EXPECT_EQ(to_text(record_of(here).manifest), to_text(record_of(there).manifest));
  EXPECT_EQ(record_of(here).kind, "family");
  EXPECT_EQ(record_of(here).build_id, here.build_id);
}

}  // namespace
}  // namespace headlight
