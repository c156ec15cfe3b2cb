#include "storage/migrate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/open.hpp"
#include "tests/storage/example.hpp"

namespace headlight {
namespace {

using example::Folder;
using example::message_of;
using example::rows;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Migration kFirstMigration{.number = 1,
                           .name = "0001_a",
                           .sql = "CREATE TABLE migration (number, name, applied_at); CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (5)"};
constexpr Migration kSecond{.number = 2, .name = "0002_b", .sql = "ALTER TABLE a ADD COLUMN y INTEGER; UPDATE a SET y = x + 1"};
constexpr Migration kBroken{.number = 2, .name = "0002_b", .sql = "CREATE TABLE b (x); UPDATE missing SET x = 1"};

TEST(Migrations, AreNumberedFromOneWithoutGaps) {
  int expected = 1;
  for (const Migration& migration : catalogue_migrations()) EXPECT_EQ(migration.number, expected++) << migration.name;
  EXPECT_GT(expected, 1);
}

TEST(Migrations, LeaveTheirRecord) {
  const Folder folder;
  const auto connection = open_for_writing(folder / "a.db");
  EXPECT_THAT(rows(*connection, "SELECT number, name FROM migration ORDER BY number"), ElementsAre("1|0001_tables", "2|0002_views", "3|0003_references", "4|0004_self_tests", "5|0005_work"));
  EXPECT_EQ(schema_version(*connection), 5);
}

TEST(Migrations, BringAnOlderFileUpToDateInPlace) {
  const Folder folder;
  const Connection connection(folder / "a.db", Connection::Mode::create);
  migrate(connection, std::span(&kFirstMigration, 1));
  EXPECT_EQ(schema_version(connection), 1);
  const Migration both[]{kFirstMigration, kSecond};
  migrate(connection, both);
  EXPECT_THAT(rows(connection, "SELECT x, y FROM a"), ElementsAre("5|6"));
  EXPECT_EQ(schema_version(connection), 2);
}

TEST(Migrations, AreAppliedOnce) {
  const Folder folder;
  const Connection connection(folder / "a.db", Connection::Mode::create);
  const Migration both[]{kFirstMigration, kSecond};
  migrate(connection, both);
  migrate(connection, both);
  EXPECT_THAT(rows(connection, "SELECT count(*) FROM a"), ElementsAre("1"));
}

TEST(Migrations, ThatFailLeaveTheFileAsItWas) {
  const Folder folder;
  const Connection connection(folder / "a.db", Connection::Mode::create);
  const Migration both[]{kFirstMigration, kBroken};
  EXPECT_THAT(message_of([&] { migrate(connection, both); }), testing::AllOf(HasSubstr("migration 0002_b"), HasSubstr("no such table: missing")));
  EXPECT_EQ(schema_version(connection), 1);
  EXPECT_THAT(rows(connection, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"), ElementsAre("a", "migration"));
}

TEST(Migrations, KeepWhatAnOlderCatalogueHolds) {
  const Folder folder;
  {
    const Connection connection(folder / "a.db", Connection::Mode::create);
    migrate(connection, catalogue_migrations().first(1));
    connection.execute(
        "INSERT INTO model VALUES (1, 'f', 'm', 'p', 'llama', NULL, 'bf16', 2, 3, 1, 12, 4, 100, 64, 12345, '2025', '2025')");
  }
  const auto reading = open_for_reading(folder / "a.db");
  EXPECT_THAT(rows(*reading, "SELECT model, n_layers FROM models"), ElementsAre("m|2"));
}

// Several processes make the same catalogue at the same time; returns how many failed.
int open_at_once(const std::filesystem::path& path, int n_processes) {
  std::vector<pid_t> children;
  for (int i = 0; i < n_processes; ++i) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    try {
      open_for_writing(path);
      _exit(0);
    } catch (const Error& error) {
      fprintf(stderr, "%s\n", error.what());
      _exit(1);
    }
  }
  int n_failed = 0;
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    n_failed += status != 0;
  }
  return n_failed;
}

TEST(Migrations, OfSeveralProcessesAtOnceAreAppliedOnce) {
  for (int round = 0; round < 10; ++round) {
    const Folder folder;
    EXPECT_EQ(open_at_once(folder / "a.db", 6), 0);
    EXPECT_THAT(rows(*open_for_reading(folder / "a.db"), "SELECT number FROM migration"), ElementsAre("1", "2", "3", "4", "5"));
  }
}

}  // namespace
}  // namespace headlight
