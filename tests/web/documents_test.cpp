// What is generated from the route table and the shapes: openapi.json, web/README.md, web/ui/shapes.d.ts. HEADLIGHT_UPDATE=1
// writes the last two again.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>

#include "core/base/files.hpp"
#include "tests/web/site_test.hpp"
#include "web/openapi.hpp"
#include "web/routes.hpp"
#include "web/shapes.hpp"
#include "web/ui_files.hpp"

namespace headlight {
namespace {

constexpr const char* kBegin = "<!-- routes: written by tests/web/documents_test.cpp -->\n";
constexpr const char* kEnd = "<!-- end of routes -->\n";

void expect_content(const std::filesystem::path& path, const std::string& expected) {
  if (std::getenv("HEADLIGHT_UPDATE") != nullptr) write_file(path, expected);
  EXPECT_EQ(read_file(path), expected) << "run this test with HEADLIGHT_UPDATE=1 to write " << path;
}

TEST(Documents, TheManualListsEveryUrl) {
  const std::filesystem::path path = std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "web/README.md";
  const std::string text = read_file(path);
  const size_t begin = text.find(kBegin), end = text.find(kEnd);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  expect_content(path, text.substr(0, begin) + kBegin + routes_markdown() + text.substr(end));
}

TEST(Documents, TheTypesOfTheFrontEndAreThoseOfTheApi) {
  expect_content(std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "web/ui/shapes.d.ts", typescript_declarations());
}

void collect_references(const Json& value, std::set<std::string>& references) {
  if (value.is_array())
    for (const Json& item : value.as_array()) collect_references(item, references);
  if (!value.is_object()) return;
  for (const auto& [name, member] : value.as_object()) {
    if (name == "$ref") references.insert(member.as_string());
    collect_references(member, references);
  }
}

TEST(Documents, OpenApiNamesEveryRouteAndResolvesEveryShape) {
  const Json document = openapi_document();
  for (const Route* route : routes())
    for (const Format format : formats_of(*route))
      EXPECT_TRUE(document.at("paths").contains(pattern_of(*route, format))) << route->pattern;
  std::set<std::string> references;
  collect_references(document, references);
  EXPECT_FALSE(references.empty());
  for (const std::string& reference : references) {
    const std::string prefix = "#/components/schemas/";
    ASSERT_EQ(reference.substr(0, prefix.size()), prefix);
    EXPECT_TRUE(document.at("components").at("schemas").contains(reference.substr(prefix.size()))) << reference;
  }
  EXPECT_EQ(parse_json(to_pretty_text(document)), document);
}

TEST(Documents, OpenApiGivesEveryNameOfAPatternAsAParameter) {
  for (const Route* route : routes()) {
    std::set<std::string> given, named;
    for (const Parameter& parameter : route->parameters)
      if (parameter.in_path) given.insert(std::string(parameter.name));
    for (size_t at = 0; (at = route->pattern.find('{', at)) != std::string_view::npos; ++at)
      named.insert(std::string(route->pattern.substr(at + 1, route->pattern.find('}', at) - at - 1)));
    EXPECT_EQ(given, named) << route->pattern;
  }
}

TEST(UiFiles, AskNobodyElseForAnything) {
  EXPECT_GT(ui_files().size(), 5u);
  for (const UiFile& file : ui_files()) {
    const std::string text(file.content);
    EXPECT_TRUE(text == read_file(std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "web/ui" / file.name))
        << file.name << " is not embedded as it is";
    for (const char* words : {"@import", "innerHTML", "eval(", "document.write"})
      EXPECT_EQ(text.find(words), std::string::npos) << words << " in " << file.name;
    if (file.name.ends_with(".css")) {
      EXPECT_EQ(text.find("url("), std::string::npos) << file.name;
    }
  }
}

}  // namespace
}  // namespace headlight
