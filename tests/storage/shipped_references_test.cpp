// The lists of models/references and the README beside them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "storage/reference_list.hpp"

namespace headlight {
namespace {

const std::filesystem::path kFolder = HEADLIGHT_SOURCE_DIR "/models/references";

std::map<std::string, ReferenceList> shipped() {
  std::map<std::string, ReferenceList> lists;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder))
    if (entry.path().extension() == ".json") lists.emplace(entry.path().stem().string(), read_reference_list(entry.path()));
  return lists;
}

TEST(ShippedReferences, AreAllGoodAndNamedLikeTheirFiles) {
  const auto lists = shipped();
  EXPECT_GT(lists.size(), 30u);
  for (const auto& [name, list] : lists) {
    EXPECT_EQ(list.id, name);
    EXPECT_TRUE(list.url.starts_with("https://")) << name;
    for (const ReferenceFamily& family : list.families)
      for (const PublishedHead& head : family.heads) EXPECT_TRUE(!head.score || *head.score > 0) << name << " " << to_string(head.head);
  }
}

TEST(ShippedReferences, HaveTheCircuitOfIndirectObjectIdentification) {
  const ReferenceList list = shipped().at("ioi-gpt2");
  size_t n_heads = 0;
  for (const ReferenceFamily& family : list.families) n_heads += family.heads.size();
  EXPECT_EQ(n_heads, 26u) << "as in the paper";
  EXPECT_EQ(to_string(list.shape), "gpt2, 12 layers of 12 heads, width 768");
}

TEST(ShippedReferences, StandInTheReadme) {
  const std::string marker = "<!-- lists: written by tests/storage/shipped_references_test.cpp -->\n";
  std::string table = "| list | model | families |\n|---|---|---|\n";
  for (const auto& [name, list] : shipped()) {
    table += "| `" + name + "` | " + list.models.front() + " | ";
    for (size_t i = 0; i < list.families.size(); ++i) {
      const ReferenceFamily& family = list.families[i];
      table += (i == 0 ? "" : ", ") + family.family + " (" + std::to_string(family.heads.size()) + (family.complete ? ", complete" : "") + ", " + family.sureness + ")";
    }
    table += " |\n";
  }
  const std::string text = read_file(kFolder / "README.md");
  const size_t at = text.find(marker);
  ASSERT_NE(at, text.npos) << "models/references/README.md has lost its marker: " << marker;
  const std::string expected = text.substr(0, at + marker.size()) + table;
  if (std::getenv("HEADLIGHT_UPDATE")) write_file(kFolder / "README.md", expected);
  EXPECT_EQ(read_file(kFolder / "README.md"), expected) << "run this test with HEADLIGHT_UPDATE=1";
}

}  // namespace
}  // namespace headlight
