#include "storage/connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/storage/example.hpp"

namespace headlight {
namespace {

using example::rows;
using testing::ElementsAre;
using testing::HasSubstr;

struct ConnectionTest : testing::Test {
  example::Folder folder;
  Connection connection{folder / "plain.db", Connection::Mode::create};
};

TEST_F(ConnectionTest, KeepsMissingValuesAsNull) {
  connection.execute("CREATE TABLE t (a REAL, b INTEGER, c TEXT, d BLOB) STRICT");
  connection.prepare("INSERT INTO t VALUES (?, ?, ?, ?)")
      .run_with(std::numeric_limits<double>::quiet_NaN(), std::optional<int>(), nullptr, std::optional<std::span<const std::byte>>());
  Statement query = connection.prepare("SELECT * FROM t");
  ASSERT_TRUE(query.step());
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(query.is_null(i)) << i;
  EXPECT_TRUE(std::isnan(query.real(0)));
  EXPECT_FALSE(query.optional_real(0));
  EXPECT_FALSE(query.optional_integer(1));
}

TEST_F(ConnectionTest, KeepsEmptyTextAndBytesApartFromNull) {
  connection.execute("CREATE TABLE t (c TEXT NOT NULL, d BLOB NOT NULL) STRICT");
  connection.prepare("INSERT INTO t VALUES (?, ?)").run_with(std::string_view(), std::span<const std::byte>());
  EXPECT_THAT(rows(connection, "SELECT length(c), length(d) FROM t"), ElementsAre("0|0"));
}

TEST_F(ConnectionTest, KeepsTextWithZeroBytes) {
  Statement query = connection.prepare("SELECT ?");
  ASSERT_TRUE(query.bind(std::string("a\0b", 3)).step());
  EXPECT_EQ(query.text(0), std::string("a\0b", 3));
}

TEST_F(ConnectionTest, ReadsANameThatSqliteWouldTakeForSomethingElse) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  Connection(":memory:", Connection::Mode::create).execute("CREATE TABLE t (a)");
  Connection("file:x?mode=memory", Connection::Mode::create).execute("CREATE TABLE t (a)");
  std::filesystem::current_path(before);
  EXPECT_TRUE(std::filesystem::exists(folder / ":memory:"));
  EXPECT_TRUE(std::filesystem::exists(folder / "file:x?mode=memory"));
}

TEST_F(ConnectionTest, HoldsForeignKeys) {
  connection.execute("CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a INTEGER REFERENCES a (id))");
  EXPECT_THAT(example::message_of([&] { connection.execute("INSERT INTO b VALUES (7)"); }), HasSubstr("FOREIGN KEY constraint failed"));
}

TEST_F(ConnectionTest, NamesTheFileInItsErrors) {
  EXPECT_THAT(example::message_of([&] { connection.prepare("SELECT * FROM missing"); }),
              testing::AllOf(HasSubstr("plain.db"), HasSubstr("no such table: missing")));
}

TEST(Transaction, IsRolledBackUnlessCommitted) {
  const example::Folder folder;
  const Connection connection(folder / "plain.db", Connection::Mode::create);
  connection.execute("CREATE TABLE t (a)");
  {
    const Transaction transaction(connection, Transaction::Kind::write);
    connection.execute("INSERT INTO t VALUES (1)");
  }
  {
    Transaction transaction(connection, Transaction::Kind::write);
    connection.execute("INSERT INTO t VALUES (2)");
    transaction.commit();
  }
  EXPECT_THAT(rows(connection, "SELECT a FROM t"), ElementsAre("2"));
}

}  // namespace
}  // namespace headlight
