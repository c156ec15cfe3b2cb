#include "storage/sql.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/files.hpp"
#include "storage/catalogue.hpp"
#include "storage/open.hpp"
#include "tests/storage/example.hpp"

namespace headlight {
namespace {

using example::message_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

struct SqlTest : testing::Test {
  example::Folder folder;
  CatalogueWriter writer{folder / "a.db"};
  std::unique_ptr<Connection> connection;
  void SetUp() override {
    writer.put_model(example::model("tiny"));
    example::scan(writer, example::key("tiny", "mover", "score"), example::summary({{.layer = 1, .head = 2}}), {"mover"});
    connection = open_for_reading(folder / "a.db");
  }
  SqlResult run(const std::string& sql, const SqlLimits& limits = {}) { return run_sql(*connection, sql, limits); }
};

TEST_F(SqlTest, GivesColumnsAndTypedValues) {
  const SqlResult result = run("SELECT 1 AS a, 2.5 AS b, 'x' AS c, NULL AS d, x'00ff' AS e, '' AS f");
  EXPECT_THAT(result.columns, ElementsAre("a", "b", "c", "d", "e", "f"));
  ASSERT_EQ(result.rows.size(), 1u);
  EXPECT_THAT(result.rows[0], ElementsAre(SqlValue(std::int64_t{1}), SqlValue(2.5), SqlValue("x"), SqlValue(nullptr),
                                          SqlValue(SqlBlob{std::byte{0}, std::byte{255}}), SqlValue("")));
  EXPECT_FALSE(result.truncated);
}

TEST_F(SqlTest, ReadsTheViews) {
  const SqlResult result = run("SELECT head, verdict FROM heads WHERE family = 'mover' ORDER BY score DESC LIMIT 1;  -- best\n");
  ASSERT_EQ(result.rows.size(), 1u);
  EXPECT_THAT(result.rows[0], ElementsAre(SqlValue("L1H2"), SqlValue("correlational")));
  for (const char* view : {"heads", "head_outputs", "evidence", "runs", "models"})
    EXPECT_NO_THROW(run(std::string("SELECT * FROM ") + view)) << view;
}

TEST_F(SqlTest, AllowsWhatReads) {
  for (const char* sql : {"WITH x (n) AS (VALUES (1), (2)) SELECT sum(n) FROM x", "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 10) SELECT n FROM c",
                          "VALUES (1, 2)", "EXPLAIN QUERY PLAN SELECT * FROM heads", "EXPLAIN SELECT 1", "SELECT * FROM pragma_table_info('heads')",
                          "PRAGMA table_info(heads)", "PRAGMA user_version", "SELECT value FROM json_each('[1,2]')",
                          "SELECT rank() OVER (ORDER BY score) FROM heads", "SELECT name, sql FROM sqlite_schema", "SELECT sqrt(2), 'abc' LIKE 'a%'"})
    EXPECT_NO_THROW(run(sql)) << sql;
}

TEST_F(SqlTest, RefusesWhatDoesMoreThanReading) {
  const std::string other = (folder / "other.db").string();
  const std::vector<std::string> statements{
      "DELETE FROM run", "INSERT INTO run (hash) VALUES ('x')", "UPDATE model SET name = 'x'", "DROP TABLE run", "CREATE TABLE t (a)",
      "CREATE TEMP TABLE t (a)", "CREATE VIEW v AS SELECT 1", "CREATE TRIGGER t AFTER INSERT ON run BEGIN SELECT 1; END",
      "CREATE VIRTUAL TABLE t USING fts5 (a)", "ALTER TABLE run ADD COLUMN x", "ATTACH '" + other + "' AS o", "DETACH main",
      "VACUUM INTO '" + other + "'", "VACUUM", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT s", "REINDEX", "ANALYZE", "PRAGMA query_only = OFF",
      "PRAGMA user_version = 5", "PRAGMA application_id = 5", "PRAGMA journal_mode = DELETE", "PRAGMA writable_schema = ON",
      "PRAGMA wal_checkpoint", "PRAGMA cache_size = 1", "SELECT load_extension('x')", "SELECT fts3_tokenizer('x')",
      "UPDATE sqlite_schema SET sql = ''", "DELETE FROM sqlite_schema", "WITH x AS (SELECT 1) DELETE FROM run", "SELECT 1; DELETE FROM run"};
  for (const Connection* each : std::initializer_list<const Connection*>{connection.get(), &writer.connection()})
    for (const std::string& sql : statements) EXPECT_THAT(message_of([&] { run_sql(*each, sql); }), StartsWith("bad_input: ")) << sql;
  EXPECT_FALSE(std::filesystem::exists(other));
  EXPECT_EQ(writer.connection().integer("SELECT count(*) FROM run"), 1);
  EXPECT_EQ(writer.connection().integer("PRAGMA user_version"), 5);
}

TEST_F(SqlTest, LeavesTheConnectionAsItWas) {
  run_sql(writer.connection(), "SELECT 1");
  EXPECT_THROW(run_sql(writer.connection(), "DELETE FROM run"), Error);
  EXPECT_EQ(writer.put_model(example::model("next")), "next");
}

TEST_F(SqlTest, ExplainsWhatItCannotRun) {
  EXPECT_THAT(message_of([&] { run("SELEC 1"); }), HasSubstr("bad_input: SQL: near \"SELEC\": syntax error"));
  EXPECT_THAT(message_of([&] { run("SELECT * FROM head"); }), HasSubstr("no such table: head"));
  EXPECT_THAT(message_of([&] { run(" -- nothing\n ;"); }), HasSubstr("there is no SQL statement"));
  EXPECT_THAT(message_of([&] { run("SELECT 1; SELECT 2"); }), HasSubstr("more than one SQL statement"));
  EXPECT_THAT(message_of([&] { run("SELECT 1; nonsense"); }), HasSubstr("more than one SQL statement"));
  EXPECT_THAT(message_of([&] { run("DELETE FROM run"); }), HasSubstr("may only read the catalogue"));
  EXPECT_THAT(message_of([&] { run("SELECT abs(-9223372036854775808)"); }), HasSubstr("integer overflow"));
}

TEST_F(SqlTest, StopsAtTheRowLimit) {
  const SqlResult result = run("SELECT head FROM heads", {.rows = 4});
  EXPECT_EQ(result.rows.size(), 4u);
  EXPECT_TRUE(result.truncated);
  EXPECT_FALSE(run("SELECT head FROM heads", {.rows = 6}).truncated);
}

TEST_F(SqlTest, StopsAtTheTimeLimit) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(message_of([&] { run("WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c", {.time = std::chrono::milliseconds(100)}); }),
            "cancelled: the statement was stopped after 100 ms. Ask for less, or filter earlier");
  EXPECT_THROW(run("WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c",
                   {.time = std::chrono::milliseconds(100), .rows = SIZE_MAX, .bytes = SIZE_MAX}), Error);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_EQ(run("SELECT 1").rows.size(), 1u);
}

TEST_F(SqlTest, StopsAtTheSizeLimit) {
  EXPECT_THAT(message_of([&] { run("SELECT zeroblob(2000000)", {.bytes = 1'000'000}); }), HasSubstr("larger than 1000000 bytes"));
  const SqlResult result = run("WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT zeroblob(100000) FROM c", {.bytes = 1'000'000});
  EXPECT_TRUE(result.truncated);
  EXPECT_LE(result.rows.size(), 11u);
}

TEST_F(SqlTest, ReadsTheSameWhileAScanWrites) {
  writer.put_model(example::model("second"));
  EXPECT_EQ(run("SELECT * FROM models").rows.size(), 2u);
}

}  // namespace
}  // namespace headlight
