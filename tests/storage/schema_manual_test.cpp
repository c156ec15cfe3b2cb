// The schema in storage/README.md is made of the database and of the comments in its migrations; HEADLIGHT_UPDATE=1 writes it anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <sstream>

#include "core/base/files.hpp"
#include "storage/migrate.hpp"
#include "tests/storage/example.hpp"

namespace headlight {
namespace {

constexpr const char* kManual = HEADLIGHT_SOURCE_DIR "/storage/README.md";
constexpr const char* kMarker = "<!-- From here on written by tests/storage/schema_manual_test.cpp from the migrations. -->\n";

struct Comments {
  std::map<std::string, std::string> tables;                           // by table or view
  std::map<std::pair<std::string, std::string>, std::string> columns;  // by table and column
};

// The word at a place, without quotes and comma.
std::string word_at(const std::string& line, size_t place) {
  const size_t begin = line.find_first_not_of(" \"", place), end = line.find_first_of(" \",", begin);
  return begin == std::string::npos ? "" : line.substr(begin, end - begin);
}

bool starts_with(const std::string& line, const std::string& start) { return line.compare(0, start.size(), start) == 0; }

// Reads "-- text" above CREATE, and "column ...,  -- text" or "... AS column,  -- text" inside it.
Comments comments_of(std::span<const Migration> migrations) {
  static const std::string kTable = "CREATE TABLE ", kView = "CREATE VIEW ", kAdd = " ADD COLUMN ", kAs = " AS ", kComment = "-- ";
  Comments comments;
  for (const Migration& migration : migrations) {
    std::istringstream lines{std::string(migration.sql)};
    std::string above, table;
    for (std::string line; std::getline(lines, line);) {
      const size_t comment = line.find(kComment);
      const std::string code = line.substr(0, comment), text = comment == std::string::npos ? "" : line.substr(comment + kComment.size());
      if (starts_with(line, kTable) || starts_with(line, kView)) {
        table = word_at(line, starts_with(line, kTable) ? kTable.size() : kView.size());
        comments.tables[table] = above;
      } else if (const size_t add = code.find(kAdd); add != std::string::npos) {
        comments.columns[{word_at(code, std::string("ALTER TABLE ").size()), word_at(code, add + kAdd.size())}] = text;
      } else if (starts_with(line, "  ") && !text.empty()) {
        const size_t as = code.rfind(kAs);
        comments.columns.try_emplace({table, word_at(code, as == std::string::npos ? 0 : as + kAs.size())}, text);
      }
      if (comment == 0) {
        above += (above.empty() ? "" : " ") + text;
      } else {
        above.clear();
      }
    }
  }
  return comments;
}

std::vector<std::string> names_of(const Connection& connection, const char* type) {
  return example::rows(connection, std::string("SELECT name FROM sqlite_schema WHERE type = '") + type + "' AND name NOT LIKE 'sqlite_%' ORDER BY rowid");
}

std::string section(const Connection& connection, const Comments& comments, const std::string& name) {
  std::ostringstream text;
  const auto about = comments.tables.find(name);
  EXPECT_TRUE(about != comments.tables.end() && !about->second.empty()) << name << " has no comment above it";
  text << "\n### " << name << "\n\n" << (about == comments.tables.end() ? "" : about->second) << "\n\n| column | type | is |\n|---|---|---|\n";
  Statement columns = connection.prepare(R"sql(
    SELECT name, type, (SELECT "table" || '.' || "to" FROM pragma_foreign_key_list(?1) WHERE "from" = column.name LIMIT 1)
    FROM pragma_table_info(?1) AS column ORDER BY cid)sql");
  columns.bind(name);
  while (columns.step()) {
    const auto comment = comments.columns.find({name, columns.text(0)});
    EXPECT_TRUE(comment != comments.columns.end()) << name << "." << columns.text(0) << " has no comment";
    text << "| " << columns.text(0) << " | " << columns.text(1) << (columns.is_null(2) ? "" : " → " + columns.text(2)) << " | "
         << (comment == comments.columns.end() ? "" : comment->second) << " |\n";
  }
  return text.str();
}

std::string manual_of(const Connection& connection) {
  const Comments comments = comments_of(catalogue_migrations());
  std::string text = "\n## Views\n";
  for (const std::string& view : names_of(connection, "view")) text += section(connection, comments, view);
  text += "\n## Tables\n\nTimes are UTC, ISO 8601 with milliseconds. Hashes are 32 hexadecimal digits (XXH3).\n";
  for (const std::string& table : names_of(connection, "table")) text += section(connection, comments, table);
  return text;
}

TEST(SchemaManual, IsThatOfTheDatabase) {
  const example::Folder folder;
  const CatalogueWriter writer(folder / "a.db");
  const std::string written = read_file(kManual), expected = manual_of(writer.connection());
  const size_t marker = written.find(kMarker);
  ASSERT_NE(marker, std::string::npos) << kManual << " has lost its marker: " << kMarker;
  const std::string head = written.substr(0, marker + std::string(kMarker).size());
  if (std::getenv("HEADLIGHT_UPDATE")) write_file(kManual, head + expected);
  EXPECT_EQ(read_file(kManual), head + expected) << "run this test with HEADLIGHT_UPDATE=1";
}

TEST(Schema, IsStrictEverywhere) {
  const example::Folder folder;
  const CatalogueWriter writer(folder / "a.db");
  EXPECT_THAT(example::rows(writer.connection(), "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND "
                                                 "name NOT LIKE 'sqlite_%'"),
              testing::IsEmpty());
}

}  // namespace
}  // namespace headlight
