// Every rule of a manifest, broken one at a time by a library of its own.
#include "core/host/plugin_library.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>

#include "core/base/files.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/temporary_folder.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;
using testing_support::code_of;
using testing_support::message_of;

fs::path broken(const std::string& name) { return fs::path(HEADLIGHT_BINARY_DIR) / "broken_plugins" / (name + ".so"); }
std::string loading(const fs::path& path) {
  return message_of([&] { load_plugin(path); });
}

TEST(PluginLibrary, ReadsAWholeManifest) {
  const PluginInfo info = load_plugin(broken("whole")).info;
  EXPECT_EQ(info.kind, PluginKind::family);
  EXPECT_EQ(info.id, "by-hand");
  EXPECT_EQ(info.version, "1.0.0");
  EXPECT_EQ(info.stage, "ICI");
  EXPECT_EQ(info.null_kind, NullKind::random_weights);
  ASSERT_EQ(info.outputs.size(), 2u);
  EXPECT_EQ(info.outputs[0].threshold, 0.5);
  EXPECT_EQ(info.outputs[1].threshold, std::nullopt);
  ASSERT_EQ(info.parameters.size(), 2u);
  EXPECT_FALSE(info.parameters[0].is_integer);
  EXPECT_TRUE(info.parameters[1].is_integer);
  EXPECT_THAT(info.sites, testing::ElementsAre(SiteKind::pattern));
  EXPECT_THAT(info.tasks, testing::ElementsAre("repeated-random"));
  EXPECT_EQ(info.path, broken("whole"));
  EXPECT_NE(info.build_id, load_plugin(broken("whole-again")).info.build_id) << "another build has another id";
  EXPECT_EQ(load_plugin(broken("whole-method")).info.kind, PluginKind::method);
}

struct BrokenRule {
  std::string library, complaint;
};
void PrintTo(const BrokenRule& rule, std::ostream* out) { *out << rule.library; }

class ManifestRule : public testing::TestWithParam<BrokenRule> {};

TEST_P(ManifestRule, IsNamedWhenItIsBroken) {
  EXPECT_EQ(loading(broken(GetParam().library)), GetParam().complaint);
  EXPECT_EQ(code_of([] { load_plugin(broken(GetParam().library)); }), ErrorCode::plugin);
}

INSTANTIATE_TEST_SUITE_P(
    Broken, ManifestRule,
    testing::Values(
        BrokenRule{"no-manifest", "its manifest is missing or shorter than version 1 has it"},
        BrokenRule{"short-plugin", "its manifest is missing or shorter than version 1 has it"},
        BrokenRule{"short-manifest", "its manifest is missing or shorter than version 1 has it"},
        BrokenRule{"kind", "its kind 7 is neither family nor method"}, BrokenRule{"null-kind", "its null 9 is not known"},
        BrokenRule{"no-id", "its manifest has no id"},
        BrokenRule{"id", "its id \"Capital Letters\" has other signs than lower-case letters, digits, '-' and '_'"},
        BrokenRule{"no-version", "its manifest has no version"},
        BrokenRule{"version", "its version \"new\" is no semantic version such as 1.0.0"},
        BrokenRule{"no-title", "its manifest has no title"}, BrokenRule{"title", "the title in its manifest is no UTF-8 text"},
        BrokenRule{"no-summary", "its manifest has no summary"}, BrokenRule{"no-formula", "its manifest has no formula"},
        BrokenRule{"no-formula-source", "its manifest has no formula_source"},
        BrokenRule{"formula-source", "its formula_source \"CP\" is none of C, P, S, 2, M, R"},
        BrokenRule{"no-stage", "its manifest has no stage (KR, ICI, LR or EP)"},
        BrokenRule{"stage", "its manifest has no stage (KR, ICI, LR or EP)"},
        BrokenRule{"no-outputs", "its manifest declares no output"},
        BrokenRule{"outputs", "its manifest counts 2 outputs but has none"},
        BrokenRule{"output-size", std::string("a struct of its manifest is 8 bytes long where version 1.0 has ") +
                                      std::to_string(offsetof(headlight_output, best_of_first))},
        BrokenRule{"no-output-name", "its manifest has no output's name"},
        BrokenRule{"output-name", "its output's name \"two words\" has other signs than lower-case letters, digits, '-' and '_'"},
        BrokenRule{"same-output-name", "it has two outputs of the name \"nothing\""},
        BrokenRule{"no-output-doc", "its manifest has no output's doc"},
        BrokenRule{"no-output-unit", "its manifest has no output's unit"},
        BrokenRule{"range", "the range of its output \"nothing\" is empty"},
        BrokenRule{"range-nan", "the range of its output \"nothing\" is not finite"},
        BrokenRule{"range-infinite", "the range of its output \"nothing\" is not finite"},
        BrokenRule{"threshold", "the threshold of its output \"nothing\" lies outside its range"},
        BrokenRule{"across", "its output \"nothing\" is the number 9 across prompts, which is not known"},
        BrokenRule{"across-of-nothing", "its output \"nothing\" is made of outputs that it does not have"},
        BrokenRule{"across-with-nothing", "its output \"nothing\" is made of outputs that it does not have"},
        BrokenRule{"across-of-itself", "its output \"nothing\" is made of outputs that are themselves made of others"},
        BrokenRule{"no-threshold-source", "the threshold of its output \"nothing\" has no source"},
        BrokenRule{"no-parameter-name", "its manifest has no parameter's name"},
        BrokenRule{"same-parameter-name", "it has two parameters of the name \"strength\""},
        BrokenRule{"no-parameter-doc", "its manifest has no parameter's doc"},
        BrokenRule{"parameter-type", "the type 5 of its parameter \"strength\" is neither number nor integer"},
        BrokenRule{"parameter-default", "the default of its parameter \"strength\" lies outside its range"},
        BrokenRule{"parameter-default-fraction", "the default of its parameter \"strength\" is no integer"},
        BrokenRule{"no-references", "its manifest has no reference"},
        BrokenRule{"no-reference-title", "its manifest has no reference's title"},
        BrokenRule{"no-reference-url", "its manifest has no reference's url"},
        BrokenRule{"no-sites", "its manifest names no site to observe"},
        BrokenRule{"site", "its site 99 is none that can be observed"},
        BrokenRule{"site-logits", "its site 15 is none that can be observed"},
        BrokenRule{"no-tasks", "its manifest names no task"},
        BrokenRule{"task", "its task's id \"Repeated Random\" has other signs than lower-case letters, digits, '-' and '_'"},
        BrokenRule{"no-family", "it calls itself a family but does not bring all functions of one"},
        BrokenRule{"no-observe", "it calls itself a family but does not bring all functions of one"},
        BrokenRule{"no-method", "it calls itself a method but does not bring its function"}),
    [](const auto& param) {
      std::string name = param.param.library;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

TEST(PluginLibrary, OfAnotherMajorVersionSaysSo) {
  EXPECT_EQ(
      loading(broken("exports-v2")),
      "it was built for version 2 of the plugin boundary, this program speaks version 1: rebuild it against this program's SDK");
}

TEST(PluginLibrary, ThatExportsNothingIsToldWhatIsMissing) {
  EXPECT_EQ(loading(broken("exports-nothing")),
            "it exports no headlight_plugin_v1: end its source with HEADLIGHT_EXPORT_FAMILY or HEADLIGHT_EXPORT_METHOD");
}

TEST(PluginLibrary, ThatMissesASymbolIsRefusedWithTheLoadersWords) {
  EXPECT_THAT(loading(broken("misses-a-symbol")),
              testing::AllOf(StartsWith("it cannot be loaded: "), HasSubstr("undefined symbol: nobody_has_this")));
}

TEST(PluginLibrary, ThatIsNoLibraryIsRefusedWithTheLoadersWords) {
  const testing_support::TemporaryFolder folder;
  write_file(folder / "text.so", std::string(500, 'x'));
  write_file(folder / "empty.so", "");
  for (const char* name : {"text.so", "empty.so", "absent.so"})
    EXPECT_THAT(loading(folder / name), StartsWith("it cannot be loaded: ")) << name;
  EXPECT_THAT(loading(folder / "text.so"), HasSubstr("invalid ELF header"));
}

}  // namespace
}  // namespace headlight
