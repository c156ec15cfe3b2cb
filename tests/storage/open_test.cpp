#include "storage/open.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "core/base/files.hpp"
#include "storage/catalogue.hpp"
#include "tests/storage/example.hpp"

namespace headlight {
namespace {

using example::Folder;
using example::message_of;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr uid_t kNobody = 65534;

// What `action` says, in a process that permissions hold for: root writes wherever it likes.
template <typename Action>
std::string said_without_rights(Action action) {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && setuid(kNobody) != 0) _exit(1);
    std::string said;
    try {
      said = action();
    } catch (const Error& error) {
      said = std::string(to_string(error.code())) + ": " + error.what();
    }
    const ssize_t written = write(ends[1], said.data(), said.size());
    _exit(written == static_cast<ssize_t>(said.size()) ? 0 : 1);
  }
  close(ends[1]);
  std::string said;
  char buffer[4096];
  for (ssize_t got; (got = read(ends[0], buffer, sizeof buffer)) > 0;) said.append(buffer, static_cast<size_t>(got));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  return said;
}

std::string n_models(const std::filesystem::path& path) {
  return std::to_string(open_for_reading(path)->integer("SELECT count(*) FROM model")) + " models";
}

TEST(OpenForWriting, MakesACatalogue) {
  const Folder folder;
  const auto connection = open_for_writing(folder / "new.db");
  EXPECT_EQ(connection->integer("PRAGMA application_id"), kApplicationId);
  EXPECT_EQ(connection->integer("SELECT count(*) FROM model"), 0);
  EXPECT_EQ(example::rows(*connection, "PRAGMA journal_mode"), std::vector<std::string>{"wal"});
}

TEST(OpenForWriting, TakesAnEmptyFile) {
  const Folder folder;
  write_file(folder / "empty.db", "");
  EXPECT_EQ(open_for_writing(folder / "empty.db")->integer("SELECT count(*) FROM model"), 0);
}

TEST(OpenForWriting, SaysThatTheFolderIsMissing) {
  const Folder folder;
  const auto path = folder / "no" / "such.db";
  EXPECT_THAT(message_of([&] { open_for_writing(path); }),
              AllOf(StartsWith("not_found: " + path.string() + ": there is no folder '"), EndsWith("/no'. Make it first")));
}

TEST(OpenForWriting, SaysThatTheFolderCannotBeWritten) {
  const Folder folder;
  chmod(folder.path().c_str(), 0555);
  const auto path = folder / "new.db";
  EXPECT_EQ(said_without_rights([&] { return open_for_writing(path), ""; }),
            "io: " + path.string() + ": the folder '" + folder.path().string() + "' cannot be written. Name a file elsewhere with --db");
}

TEST(OpenForWriting, SaysThatTheFileCannotBeWritten) {
  const Folder folder;
  open_for_writing(folder / "kept.db");
  chmod((folder / "kept.db").c_str(), 0444);
  chmod(folder.path().c_str(), 0777);
  EXPECT_THAT(said_without_rights([&] { return CatalogueWriter(folder / "kept.db").put_model(example::model("m")); }),
              AllOf(StartsWith("io: "), HasSubstr("kept.db"), HasSubstr("cannot be written"), HasSubstr("--db")));
}

TEST(OpenForReading, SaysHowACatalogueIsMade) {
  const Folder folder;
  const auto path = folder / "none.db";
  const std::string expected = "not_found: no catalogue at " + path.string() + " yet: run `headlight scan MODEL --db " + path.string() + "` first";
  EXPECT_EQ(message_of([&] { open_for_reading(path); }), expected);
  EXPECT_FALSE(std::filesystem::exists(path));
  write_file(path, "");
  EXPECT_EQ(message_of([&] { open_for_reading(path); }), expected);
}

TEST(OpenForReading, CannotWrite) {
  const Folder folder;
  open_for_writing(folder / "a.db");
  const auto connection = open_for_reading(folder / "a.db");
  EXPECT_THAT(message_of([&] { connection->execute("DELETE FROM model"); }), HasSubstr("cannot be written"));
}

TEST(OpenForReading, LeavesNothingBesideTheFile) {
  const Folder folder;
  open_for_writing(folder / "a.db");
  n_models(folder / "a.db");
  int n_files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path())) ++n_files;
  EXPECT_EQ(n_files, 1);
}

TEST(OpenForReading, ReadsInAFolderThatCannotBeWritten) {
  const Folder folder;
  CatalogueWriter(folder / "a b%20?#.db").put_model(example::model("m"));
  chmod((folder / "a b%20?#.db").c_str(), 0444);
  chmod(folder.path().c_str(), 0555);
  EXPECT_EQ(said_without_rights([&] { return n_models(folder / "a b%20?#.db"); }), "1 models");
}

TEST(OpenForReading, ReadsAFileThatCannotBeWritten) {
  const Folder folder;
  CatalogueWriter(folder / "a.db").put_model(example::model("m"));
  chmod((folder / "a.db").c_str(), 0444);
  chmod(folder.path().c_str(), 0777);
  EXPECT_EQ(said_without_rights([&] { return n_models(folder / "a.db"); }), "1 models");
}

TEST(OpenForReading, SaysWhereTheNewestPartIsWhenItCannotBeRead) {
  const Folder folder, copy;
  {
    CatalogueWriter writer(folder / "a.db");
    writer.put_model(example::model("m"));
    for (const char* name : {"a.db", "a.db-wal"}) std::filesystem::copy_file(folder / name, copy / name);
  }
  chmod((copy / "a.db").c_str(), 0444);
  chmod((copy / "a.db-wal").c_str(), 0444);
  chmod(copy.path().c_str(), 0555);
  EXPECT_THAT(said_without_rights([&] { return n_models(copy / "a.db"); }),
              AllOf(StartsWith("io: "), HasSubstr("a.db-wal'"), HasSubstr("Copy both files")));
}

TEST(OpenForReading, SaysThatAFileCannotBeRead) {
  const Folder folder;
  open_for_writing(folder / "a.db");
  chmod((folder / "a.db").c_str(), 0);
  chmod(folder.path().c_str(), 0777);
  EXPECT_THAT(said_without_rights([&] { return n_models(folder / "a.db"); }),
              AllOf(StartsWith("io: "), HasSubstr("a.db: cannot be opened"), HasSubstr("permissions")));
}

// Each of these is the same for reading and for writing.
void expect_both(const std::filesystem::path& path, const testing::Matcher<const std::string&>& matcher) {
  const std::string before = std::filesystem::is_regular_file(path) ? read_file(path) : "";
  EXPECT_THAT(message_of([&] { open_for_reading(path); }), matcher);
  EXPECT_THAT(message_of([&] { open_for_writing(path); }), matcher);
  EXPECT_TRUE((std::filesystem::is_regular_file(path) ? read_file(path) : "") == before) << "the file was changed";
}

TEST(Open, RefusesAFolder) {
  const Folder folder;
  expect_both(folder.path(), testing::Matcher<const std::string&>(
                                 "bad_input: " + folder.path().string() + ": is a folder, not a catalogue. Name a file with --db"));
}

TEST(Open, RefusesAPipe) {
  const Folder folder;
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  expect_both(folder / "pipe", HasSubstr("is not a regular file"));
}

TEST(Open, RefusesAText) {
  const Folder folder;
  write_file(folder / "notes.txt", std::string(2000, 'x'));
  expect_both(folder / "notes.txt", AllOf(StartsWith("bad_input: "), HasSubstr("notes.txt: is not a SQLite database. Name another file with --db")));
}

TEST(Open, RefusesAShortText) {
  const Folder folder;
  write_file(folder / "short.txt", "x");
  expect_both(folder / "short.txt", HasSubstr("is not a SQLite database"));
}

TEST(Open, RefusesTheDatabaseOfAnotherProgram) {
  const Folder folder;
  Connection(folder / "other.db", Connection::Mode::create).execute("CREATE TABLE t (a); PRAGMA application_id = 77");
  expect_both(folder / "other.db", AllOf(StartsWith("bad_input: "), HasSubstr("is a SQLite database of another program (application_id "
                                                                             "0x0000004d, a catalogue has 0x484c4754)")));
}

TEST(Open, RefusesADatabaseWithTablesThatNobodyMarked) {
  const Folder folder;
  Connection(folder / "other.db", Connection::Mode::create).execute("CREATE TABLE model (a)");
  expect_both(folder / "other.db", HasSubstr("is a SQLite database of another program (application_id 0x00000000"));
}

TEST(Open, RefusesANewerSchema) {
  const Folder folder;
  open_for_writing(folder / "a.db")->execute("PRAGMA user_version = 999");
  expect_both(folder / "a.db", AllOf(StartsWith("unsupported: "), HasSubstr("was written by a newer Headlight (schema 999; this one knows up to 5)"),
                                     HasSubstr("Update Headlight")));
}

TEST(Open, RefusesADamagedFile) {
  const Folder folder;
  open_for_writing(folder / "a.db");
  std::string content = read_file(folder / "a.db");
  std::fill(content.begin() + 100, content.end(), '\xff');
  write_file(folder / "a.db", content);
  expect_both(folder / "a.db", AllOf(StartsWith("corrupt: "), HasSubstr("a.db"), HasSubstr("is damaged"), HasSubstr(".recover")));
}

TEST(Open, RefusesAFileThatWasCutOff) {
  const Folder folder;
  open_for_writing(folder / "a.db");
  write_file(folder / "a.db", read_file(folder / "a.db").substr(0, 9000));
  expect_both(folder / "a.db", AllOf(StartsWith("corrupt: "), HasSubstr("is damaged")));
}

}  // namespace
}  // namespace headlight
