// Folders of plugins with bad ones among the good: the bad are reported, the good are read, whatever happens on the way.
#include "core/host/plugin_search.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "core/base/files.hpp"
#include "tests/scan/plugin_folder.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/temporary_folder.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::PluginFolder;
using testing_support::TemporaryFolder;

const fs::path kProgram = fs::path(HEADLIGHT_BINARY_DIR) / "cli/headlight";

PluginIndex indexed(const PluginFolder& folder, std::chrono::milliseconds load_timeout = std::chrono::seconds(20)) {
  return index_plugins({folder.path()}, kProgram, load_timeout);
}

std::vector<std::string> ids(const std::vector<PluginInfo>& plugins) {
  std::vector<std::string> ids;
  for (const PluginInfo& plugin : plugins) ids.push_back(plugin.id);
  return ids;
}

// Reads a folder in which the library lies between two good ones, and gives the complaint about it.
std::string complaint_about(const std::string& library, std::chrono::milliseconds load_timeout = std::chrono::seconds(20)) {
  const PluginFolder folder({"induction", library, "zero-ablation"});
  const PluginIndex index = indexed(folder, load_timeout);
  EXPECT_THAT(ids(index.families), ElementsAre("induction"));
  EXPECT_THAT(ids(index.methods), ElementsAre("zero-ablation"));
  if (index.problems.size() != 1) return std::to_string(index.problems.size()) + " problems";
  EXPECT_EQ(index.problems[0].path.filename(), library + ".so");
  return index.problems[0].reason;
}

TEST(PluginSearch, FindsThePluginsOfTheTree) {
  const PluginIndex index = index_plugins({fs::path(HEADLIGHT_BINARY_DIR) / "plugins"}, kProgram);
  EXPECT_THAT(ids(index.families),
              testing::IsSupersetOf({"attention-sink", "duplicate-token", "induction", "positional", "previous-token"}));
  EXPECT_THAT(ids(index.methods), testing::IsSupersetOf({"score", "zero-ablation"}));
  EXPECT_THAT(index.problems, IsEmpty());
}

TEST(PluginSearch, ReportsALibraryThatAbortsWhileItLoads) {
  EXPECT_EQ(
      complaint_about("load-abort"),
      "while it was loaded the process was killed by signal 6 (Aborted); last words: first line\nthe table of tokens is empty\n");
}

TEST(PluginSearch, ReportsALibraryThatHangsWhileItLoads) {
  EXPECT_EQ(complaint_about("load-hang", std::chrono::milliseconds(1500)), "it did not load within 1.5 s");
}

TEST(PluginSearch, ReportsALibraryThatExitsWhileItLoads) {
  EXPECT_EQ(complaint_about("load-exit"), "while it was loaded the process exited with code 0");
}

TEST(PluginSearch, ReportsALibraryThatCrashesWhileItLoads) {
  EXPECT_THAT(complaint_about("load-crash"), HasSubstr("while it was loaded the process "));
}

TEST(PluginSearch, ReportsALibraryThatWritesIntoTheWorkersPipe) {
  EXPECT_THAT(complaint_about("load-write-into-the-pipe"),
              AllOf(HasSubstr("while it was loaded the process sent what is no message"), HasSubstr("and was stopped")));
}

TEST(PluginSearch, ReportsALibraryThatEatsMemoryWhileItLoads) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "memory is not limited under the sanitizers";
#else
  EXPECT_EQ(complaint_about("load-eat-memory"), "while it was loaded the process was killed by signal 6 (Aborted)");
#endif
}

TEST(PluginSearch, ReportsALibraryThatIsStillBeingCopied) {
  const PluginFolder folder({"induction"});
  const std::string whole = read_file(fs::path(HEADLIGHT_BINARY_DIR) / "broken_plugins/whole.so");
  for (const size_t size : {size_t{0}, size_t{10}, size_t{100}, size_t{2000}, whole.size() / 2}) {
    write_file(folder.path() / "half.so", whole.substr(0, size));
    const PluginIndex index = indexed(folder);
    EXPECT_THAT(ids(index.families), ElementsAre("induction")) << size << " bytes";
    ASSERT_EQ(index.problems.size(), 1u) << size << " bytes";
    EXPECT_THAT(index.problems[0].reason,
                testing::AnyOf(HasSubstr("cannot be loaded"), HasSubstr("while it was loaded the process ")));
  }
}

TEST(PluginSearch, ReportsABrokenManifest) {
  EXPECT_EQ(complaint_about("no-stage"), "its manifest has no stage (KR, ICI, LR or EP)");
}

TEST(PluginSearch, ReportsTextThatWouldBreakTheMessage) {
  EXPECT_EQ(complaint_about("title"), "the title in its manifest is no UTF-8 text");
}

TEST(PluginSearch, ReportsEveryBadOneAndReadsEveryGoodOne) {
  const PluginFolder folder(
      {"exports-nothing", "exports-v2", "induction", "load-abort", "load-exit", "no-id", "previous-token", "score"});
  const PluginIndex index = indexed(folder);
  EXPECT_THAT(ids(index.families), ElementsAre("induction", "previous-token"));
  EXPECT_THAT(ids(index.methods), ElementsAre("score"));
  std::vector<std::string> bad;
  for (const PluginProblem& problem : index.problems) bad.push_back(problem.path.stem().string());
  EXPECT_THAT(bad, ElementsAre("exports-nothing", "exports-v2", "load-abort", "load-exit", "no-id"));
}

TEST(PluginSearch, OfNothingButBadOnesEnds) {
  const PluginIndex index = indexed(PluginFolder({"load-abort", "load-crash", "load-exit"}));
  EXPECT_EQ(index.problems.size(), 3u);
  EXPECT_THAT(index.families, IsEmpty());
}

TEST(PluginSearch, IgnoresFilesThatAreNoLibraries) {
  const PluginFolder folder({"induction"});
  write_file(folder.path() / "README.md", "about");
  write_file(folder.path() / "task.json", "{}");
  EXPECT_THAT(indexed(folder).problems, IsEmpty());
}

TEST(PluginSearch, TakesTheFirstOfTwoWithOneIdAndNamesBoth) {
  const PluginFolder first({"whole-again"}), second({"whole"});
  const PluginIndex index = index_plugins({first.path(), second.path()}, kProgram);
  ASSERT_EQ(index.families.size(), 1u);
  EXPECT_EQ(index.families[0].title, "Another of the same id");
  ASSERT_EQ(index.problems.size(), 1u);
  EXPECT_EQ(index.problems[0].path, second.path() / "whole.so");
  EXPECT_EQ(index.problems[0].reason,
            "left out: " + (first.path() / "whole-again.so").string() + " has the same id \"by-hand\" and was found first");
}

TEST(PluginSearch, TakesOneBuildInTwoFoldersForOnePlugin) {
  const PluginFolder first({"whole"}), second({"whole"});
  const PluginIndex index = index_plugins({first.path(), second.path()}, kProgram);
  EXPECT_EQ(index.families.size(), 1u);
  EXPECT_THAT(index.problems, IsEmpty());
}

TEST(PluginSearch, AllowsAFamilyAndAMethodOfOneName) {
  const PluginIndex index = indexed(PluginFolder({"whole", "whole-method"}));
  EXPECT_THAT(ids(index.families), ElementsAre("by-hand"));
  EXPECT_THAT(ids(index.methods), ElementsAre("by-hand"));
  EXPECT_THAT(index.problems, IsEmpty());
}

TEST(PluginSearch, NamesWhatThereIsWhenAnIdIsUnknown) {
  const PluginIndex index = indexed(PluginFolder({"induction", "previous-token"}));
  EXPECT_EQ(find_plugin(index.families, "induction", PluginKind::family).id, "induction");
  EXPECT_EQ(testing_support::message_of([&] { find_plugin(index.families, "inductoin", PluginKind::family); }),
            "there is no family \"inductoin\"; did you mean induction? There are induction, previous-token");
  EXPECT_EQ(testing_support::message_of([&] { find_plugin(index.methods, "score", PluginKind::method); }),
            "there is no method \"score\"; there is none at all: see `headlight plugins`");
}

TEST(SearchFolders, PutsTheEnvironmentsFoldersFirstAndDropsThoseThatAreNotThere) {
  const TemporaryFolder a, b;
  ::setenv("HEADLIGHT_PLUGIN_PATH", (a.path().string() + ":/not/there::" + b.path().string() + ":" + a.path().string()).c_str(),
           1);
  ::setenv("XDG_DATA_HOME", "/not/there/either", 1);
  const SearchFolders folders = search_folders(kProgram);
  ::unsetenv("HEADLIGHT_PLUGIN_PATH");
  ::unsetenv("XDG_DATA_HOME");
  EXPECT_THAT(folders.plugins, ElementsAre(fs::canonical(a.path()), fs::canonical(b.path()),
                                           fs::canonical(fs::path(HEADLIGHT_BINARY_DIR) / "plugins")));
  EXPECT_THAT(folders.tasks, testing::Contains(fs::canonical(fs::path(HEADLIGHT_SOURCE_DIR) / "plugins/tasks")));
  EXPECT_THAT(folders.models, testing::Contains(fs::canonical(fs::path(HEADLIGHT_SOURCE_DIR) / "models")));
}

}  // namespace
}  // namespace headlight
