#include "core/hub/partial_file.hpp"

#include <gtest/gtest.h>

#include "core/base/files.hpp"
#include "tests/support/temporary_folder.hpp"

namespace headlight {
namespace {

using testing_support::TemporaryFolder;

constexpr const char* kHello = "ce013625030ba8dba906f756967f9e9ca394464a";  // of "hello\n", as git hash-object prints it

TEST(PartialFile, GoesOnWithWhatIsThereAndKnowsItsHash) {
  const TemporaryFolder folder;
  { PartialFile(folder / "a.incomplete", 6, FileHashKind::git_blob).add("hel"); }
  PartialFile part(folder / "a.incomplete", 6, FileHashKind::git_blob);
  EXPECT_EQ(part.size(), 3);
  part.add("lo\n");
  EXPECT_EQ(part.digest(), kHello);
  EXPECT_FALSE(std::filesystem::exists(folder / "a"));
  part.become(folder / "a");
  EXPECT_EQ(read_file(folder / "a"), "hello\n");
  EXPECT_FALSE(std::filesystem::exists(folder / "a.incomplete"));
}

TEST(PartialFile, BeginsAgain) {
  const TemporaryFolder folder;
  PartialFile part(folder / "a.incomplete", 6, FileHashKind::git_blob);
  part.add("other");
  part.restart();
  EXPECT_EQ(part.size(), 0);
  part.add("hello\n");
  EXPECT_EQ(part.digest(), kHello);
}

TEST(PartialFile, ThrowsAwayWhatIsLongerThanTheFile) {
  const TemporaryFolder folder;
  write_file(folder / "a.incomplete", "hello hello");
  EXPECT_EQ(PartialFile(folder / "a.incomplete", 6, std::nullopt).size(), 0);
}

}  // namespace
}  // namespace headlight
