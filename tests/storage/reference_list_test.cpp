// Reading a published list: every mistake is told with its place.
#include "storage/reference_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/hash.hpp"
#include "core/base/json.hpp"
#include "tests/storage/example.hpp"

namespace headlight {
namespace {

using testing::HasSubstr;

constexpr const char* kText = R"({
  "id": "a-list", "title": "A list", "paper": "A paper", "url": "https://example.org/a", "models": ["org/Model", "model"],
  "shape": {"architecture": "llama", "n_layers": 2, "n_heads": 3, "d_model": 12},
  "families": [
    {"family": "induction", "sureness": "C", "complete": true, "note": "A note.", "score": "share", "heads": ["L1H2", "1.1"], "scores": [0.9, 1]},
    {"family": "cmr-like", "sureness": "2", "complete": false, "heads": ["L0H0"]}]})";

// The list with `from` replaced by `to`.
std::string changed(const std::string& from, const std::string& to) {
  std::string text = kText;
  EXPECT_NE(text.find(from), text.npos) << from;
  return text.replace(text.find(from), from.size(), to);
}

std::string complaint_about(const std::string& from, const std::string& to) {
  return example::message_of([&] { parse_reference_list(changed(from, to)); });
}

TEST(ReferenceList, IsReadAsItStandsThere) {
  const ReferenceList list = parse_reference_list(kText);
  EXPECT_EQ(list.id, "a-list");
  EXPECT_EQ(list.models, (std::vector<std::string>{"org/Model", "model"}));
  EXPECT_EQ(to_string(list.shape), "llama, 2 layers of 3 heads, width 12");
  ASSERT_EQ(list.families.size(), 2u);
  const ReferenceFamily& induction = list.families[0];
  EXPECT_TRUE(induction.complete);
  EXPECT_EQ(induction.note, "A note.");
  EXPECT_EQ(induction.score_name, "share");
  ASSERT_EQ(induction.heads.size(), 2u);
  EXPECT_EQ(induction.heads[1].head, (HeadId{.layer = 1, .head = 1}));
  EXPECT_EQ(induction.heads[1].score, 1.0);
  EXPECT_EQ(list.families[1].heads[0].score, std::nullopt);
  EXPECT_EQ(list.content_hash, content_hash(kText));
}

TEST(ReferenceList, RefusesFieldsThatItDoesNotKnowOrThatAreMissing) {
  EXPECT_THAT(complaint_about(R"("title": "A list", )", ""), HasSubstr("bad_input: the field \"title\" is missing"));
  EXPECT_THAT(complaint_about(R"("note")", R"("remark")"), HasSubstr("families[0]: \"remark\" is not a field here; there are family, sureness"));
  EXPECT_THAT(complaint_about(R"("d_model": 12)", R"("width": 12)"), HasSubstr("shape: \"width\" is not a field here"));
  EXPECT_THAT(complaint_about(R"("complete": true)", R"("complete": 1)"), HasSubstr("families[0]: complete: expected a boolean"));
  EXPECT_THAT(complaint_about(R"("id": "a-list")", R"("id": "A list")"), HasSubstr("id: \"A list\" is no id"));
  EXPECT_THAT(complaint_about(R"("C")", R"("sure")"), HasSubstr("sureness: \"sure\" is not known; there are C, P, S, 2, M, R"));
  EXPECT_THAT(complaint_about(R"({)", R"([)"), HasSubstr("corrupt"));
}

TEST(ReferenceList, RefusesHeadsThatTheModelDoesNotHave) {
  EXPECT_THAT(complaint_about("L1H2", "L2H0"), HasSubstr("families[0]: heads[0]: L2H0 is outside of the shape, whose last head is L1H2"));
  EXPECT_THAT(complaint_about("L1H2", "L0H3"), HasSubstr("L0H3 is outside"));
  EXPECT_THAT(complaint_about("L1H2", "the last"), HasSubstr("heads[0]: \"the last\" is no head: write L5H1"));
  EXPECT_THAT(complaint_about(R"("n_layers": 2)", R"("n_layers": 0)"), HasSubstr("shape: n_layers: 0 is out of range"));
}

TEST(ReferenceList, RefusesWhatStandsThereTwiceOrNotAtAll) {
  EXPECT_THAT(complaint_about("1.1", "L1H2"), HasSubstr("families[0]: heads[1]: L1H2 stands there twice"));
  EXPECT_THAT(complaint_about("cmr-like", "induction"), HasSubstr("families[1]: the family \"induction\" stands there twice"));
  EXPECT_THAT(complaint_about(R"(["L0H0"])", "[]"), HasSubstr("families[1]: heads: there is none"));
  EXPECT_THAT(complaint_about("[0.9, 1]", "[0.9]"), HasSubstr("scores: there are 1 for 2 heads"));
  EXPECT_THAT(complaint_about(R"("score": "share", )", ""), HasSubstr("\"score\" (what the scores are) and \"scores\" go together"));
}

TEST(ReferenceList, IsOfAModelByNameAndByShape) {
  const ReferenceList list = parse_reference_list(kText);
  EXPECT_TRUE(names(list, example::model("ORG/model")));
  EXPECT_FALSE(names(list, example::model("other/model")));
  ModelRecord model = example::model("model");
  EXPECT_TRUE(fits(list.shape, shape_of(model)));
  model.d_model = 24;
  EXPECT_FALSE(fits(list.shape, shape_of(model)));
  model = example::model("model");
  model.architecture = "gpt2";
  EXPECT_FALSE(fits(list.shape, shape_of(model)));
  const ReferenceList of_any = parse_reference_list(changed(R"("architecture": "llama", )", ""));
  EXPECT_TRUE(fits(of_any.shape, shape_of(model))) << "a list need not name an architecture";
}

}  // namespace
}  // namespace headlight
