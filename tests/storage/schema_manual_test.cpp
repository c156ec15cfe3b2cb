// The schema in storage/README.md is made of the database and of the comments in its migrations; HEADLIGHT_UPDATE=1 writes it anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <regex>
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

// Reads "-- text" above CREATE, and "column ...,  -- text" or "... AS column,  -- text" inside it.
Comments comments_of(std::span<const Migration> migrations) {
  static const std::regex create("CREATE (TABLE|VIEW) (\\w+) .*"), table_column("  \"?(\\w+)\"? (?:INTEGER|TEXT|REAL|BLOB)\\b.*  -- (.*)"),
      view_column("  .* AS \"?(\\w+)\"?,?  +-- (.*)"), added("ALTER TABLE (\\w+) ADD COLUMN \"?(\\w+)\"? .*-- (.*)");
  Comments comments;
  for (const Migration& migration : migrations) {
    std::istringstream lines{std::string(migration.sql)};
    std::string above, table;
    std::smatch match;
    for (std::string line; std::getline(lines, line);) {
      if (std::regex_match(line, match, create)) {
        table = match[2];
        comments.tables[table] = above;
      } else if (std::regex_match(line, match, added)) {
        comments.columns[{match[1], match[2]}] = match[3];
      } else if (std::regex_match(line, match, table_column) || std::regex_match(line, match, view_column)) {
        comments.columns.try_emplace({table, match[1]}, match[2]);
      }
      if (line.rfind("-- ", 0) == 0) {
        above += (above.empty() ? "" : " ") + line.substr(3);
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
