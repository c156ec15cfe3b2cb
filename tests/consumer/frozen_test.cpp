// The plugin boundary beside version 1.0 of it, frozen in frozen/headlight/plugin.h: no field has moved, no struct has shrunk, no
// enum value has changed. What was appended since is free.
#include <gtest/gtest.h>
#include <headlight/plugin.h>

#include <cstddef>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

namespace frozen {
#undef HEADLIGHT_PLUGIN_H
#undef HEADLIGHT_ABI_MAJOR
#undef HEADLIGHT_ABI_MINOR
#undef HEADLIGHT_EXPORT
#include "tests/consumer/frozen/headlight/plugin.h"
}  // namespace frozen

namespace {

#define EXPECT_SAME_PLACE(STRUCT, FIELD)                                                       \
  EXPECT_EQ(offsetof(frozen::STRUCT, FIELD), offsetof(::STRUCT, FIELD)) << #STRUCT "." #FIELD; \
  EXPECT_EQ(sizeof(frozen::STRUCT::FIELD), sizeof(::STRUCT::FIELD)) << #STRUCT "." #FIELD

#define EXPECT_GROWN(STRUCT)                                      \
  EXPECT_LE(sizeof(frozen::STRUCT), sizeof(::STRUCT)) << #STRUCT; \
  EXPECT_EQ(0u, offsetof(::STRUCT, size))

TEST(FrozenBoundary, NoFieldOfTheManifestHasMoved) {
  EXPECT_GROWN(headlight_reference);
  EXPECT_SAME_PLACE(headlight_reference, title);
  EXPECT_SAME_PLACE(headlight_reference, url);

  EXPECT_GROWN(headlight_parameter);
  EXPECT_SAME_PLACE(headlight_parameter, type);
  EXPECT_SAME_PLACE(headlight_parameter, name);
  EXPECT_SAME_PLACE(headlight_parameter, doc);
  EXPECT_SAME_PLACE(headlight_parameter, default_value);
  EXPECT_SAME_PLACE(headlight_parameter, min);
  EXPECT_SAME_PLACE(headlight_parameter, max);

  EXPECT_GROWN(headlight_output);
  EXPECT_SAME_PLACE(headlight_output, has_threshold);
  EXPECT_SAME_PLACE(headlight_output, name);
  EXPECT_SAME_PLACE(headlight_output, doc);
  EXPECT_SAME_PLACE(headlight_output, unit);
  EXPECT_SAME_PLACE(headlight_output, min);
  EXPECT_SAME_PLACE(headlight_output, max);
  EXPECT_SAME_PLACE(headlight_output, threshold);
  EXPECT_SAME_PLACE(headlight_output, threshold_source);

  EXPECT_GROWN(headlight_manifest);
  EXPECT_SAME_PLACE(headlight_manifest, kind);
  EXPECT_SAME_PLACE(headlight_manifest, stage);
  EXPECT_SAME_PLACE(headlight_manifest, null_kind);
  EXPECT_SAME_PLACE(headlight_manifest, id);
  EXPECT_SAME_PLACE(headlight_manifest, version);
  EXPECT_SAME_PLACE(headlight_manifest, title);
  EXPECT_SAME_PLACE(headlight_manifest, summary);
  EXPECT_SAME_PLACE(headlight_manifest, formula);
  EXPECT_SAME_PLACE(headlight_manifest, formula_source);
  EXPECT_SAME_PLACE(headlight_manifest, references);
  EXPECT_SAME_PLACE(headlight_manifest, n_references);
  EXPECT_SAME_PLACE(headlight_manifest, n_parameters);
  EXPECT_SAME_PLACE(headlight_manifest, parameters);
  EXPECT_SAME_PLACE(headlight_manifest, outputs);
  EXPECT_SAME_PLACE(headlight_manifest, n_outputs);
  EXPECT_SAME_PLACE(headlight_manifest, n_sites);
  EXPECT_SAME_PLACE(headlight_manifest, sites);
  EXPECT_SAME_PLACE(headlight_manifest, tasks);
  EXPECT_SAME_PLACE(headlight_manifest, n_tasks);
  EXPECT_SAME_PLACE(headlight_manifest, measures_family);

  EXPECT_GROWN(headlight_plugin);
  EXPECT_SAME_PLACE(headlight_plugin, abi_minor);
  EXPECT_SAME_PLACE(headlight_plugin, manifest);
  EXPECT_SAME_PLACE(headlight_plugin, family);
  EXPECT_SAME_PLACE(headlight_plugin, method);
}

TEST(FrozenBoundary, NoFieldThatAPluginReadsHasMoved) {
  EXPECT_GROWN(headlight_model);
  EXPECT_SAME_PLACE(headlight_model, n_layers);
  EXPECT_SAME_PLACE(headlight_model, n_heads);
  EXPECT_SAME_PLACE(headlight_model, n_kv_heads);
  EXPECT_SAME_PLACE(headlight_model, d_model);
  EXPECT_SAME_PLACE(headlight_model, d_head);
  EXPECT_SAME_PLACE(headlight_model, vocab_size);
  EXPECT_SAME_PLACE(headlight_model, bos_token);
  EXPECT_SAME_PLACE(headlight_model, has_bos);

  EXPECT_EQ(sizeof(frozen::headlight_role), sizeof(::headlight_role))
      << "an array of these has no stride of its own: it cannot grow";
  EXPECT_SAME_PLACE(headlight_role, name);
  EXPECT_SAME_PLACE(headlight_role, begin);
  EXPECT_SAME_PLACE(headlight_role, end);

  EXPECT_GROWN(headlight_prompt);
  EXPECT_SAME_PLACE(headlight_prompt, index);
  EXPECT_SAME_PLACE(headlight_prompt, n_tokens);
  EXPECT_SAME_PLACE(headlight_prompt, n_roles);
  EXPECT_SAME_PLACE(headlight_prompt, tokens);
  EXPECT_SAME_PLACE(headlight_prompt, roles);

  EXPECT_GROWN(headlight_capture);
  EXPECT_SAME_PLACE(headlight_capture, site);
  EXPECT_SAME_PLACE(headlight_capture, layer);
  EXPECT_SAME_PLACE(headlight_capture, query_begin);
  EXPECT_SAME_PLACE(headlight_capture, n_queries);
  EXPECT_SAME_PLACE(headlight_capture, n_heads);
  EXPECT_SAME_PLACE(headlight_capture, n_keys);
  EXPECT_SAME_PLACE(headlight_capture, width);
  EXPECT_SAME_PLACE(headlight_capture, values);

  EXPECT_GROWN(headlight_host);
  EXPECT_SAME_PLACE(headlight_host, context);
  EXPECT_SAME_PLACE(headlight_host, model);
  EXPECT_SAME_PLACE(headlight_host, parameters);
  EXPECT_SAME_PLACE(headlight_host, fail);
  EXPECT_SAME_PLACE(headlight_host, emit);
}

TEST(FrozenBoundary, NoFunctionHasMoved) {
  EXPECT_GROWN(headlight_family);
  EXPECT_SAME_PLACE(headlight_family, open);
  EXPECT_SAME_PLACE(headlight_family, begin_prompt);
  EXPECT_SAME_PLACE(headlight_family, observe);
  EXPECT_SAME_PLACE(headlight_family, end_prompt);
  EXPECT_SAME_PLACE(headlight_family, close);

  EXPECT_GROWN(headlight_method);
  EXPECT_SAME_PLACE(headlight_method, run);

  EXPECT_GROWN(headlight_edit);
  EXPECT_SAME_PLACE(headlight_edit, op);
  EXPECT_SAME_PLACE(headlight_edit, site);
  EXPECT_SAME_PLACE(headlight_edit, layer);
  EXPECT_SAME_PLACE(headlight_edit, head);
  EXPECT_SAME_PLACE(headlight_edit, position_begin);
  EXPECT_SAME_PLACE(headlight_edit, position_end);
  EXPECT_SAME_PLACE(headlight_edit, factor);
  EXPECT_SAME_PLACE(headlight_edit, values);
  EXPECT_SAME_PLACE(headlight_edit, n_values);

  EXPECT_GROWN(headlight_cell);
  EXPECT_SAME_PLACE(headlight_cell, prompt);
  EXPECT_SAME_PLACE(headlight_cell, head_layer);
  EXPECT_SAME_PLACE(headlight_cell, head);
  EXPECT_SAME_PLACE(headlight_cell, n_edits);
  EXPECT_SAME_PLACE(headlight_cell, edits);

  EXPECT_GROWN(headlight_session);
  EXPECT_SAME_PLACE(headlight_session, context);
  EXPECT_SAME_PLACE(headlight_session, n_prompts);
  EXPECT_SAME_PLACE(headlight_session, prompt);
  EXPECT_SAME_PLACE(headlight_session, clean_metric);
  EXPECT_SAME_PLACE(headlight_session, evaluate);
  EXPECT_SAME_PLACE(headlight_session, statistic);
  EXPECT_SAME_PLACE(headlight_session, emit);
  EXPECT_SAME_PLACE(headlight_session, progress);
}

// Every "HEADLIGHT_NAME = number" of a header.
std::map<std::string, std::string> enum_values(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  const std::string whole = text.str();
  static const std::regex kValue(R"((HEADLIGHT_[A-Z0-9_]+) = (-?\d+))");
  std::map<std::string, std::string> values;
  for (std::sregex_iterator match(whole.begin(), whole.end(), kValue), end; match != end; ++match)
    values[(*match)[1]] = (*match)[2];
  return values;
}

TEST(FrozenBoundary, NoEnumValueHasChanged) {
  const auto then = enum_values(HEADLIGHT_SOURCE_DIR "/tests/consumer/frozen/headlight/plugin.h");
  const auto now = enum_values(HEADLIGHT_SOURCE_DIR "/core/sdk/include/headlight/plugin.h");
  EXPECT_EQ(then.size(), 39u);
  for (const auto& [name, value] : then) {
    ASSERT_TRUE(now.contains(name)) << name << " is gone";
    EXPECT_EQ(value, now.at(name)) << name;
  }
}

TEST(FrozenBoundary, TheMajorVersionIsStillOne) { EXPECT_EQ(1, HEADLIGHT_ABI_MAJOR); }

}  // namespace
