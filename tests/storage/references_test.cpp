// Published lists in the catalogue, and the comparison with what scans found, worked out by hand.
#include "storage/reference_comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/catalogue.hpp"
#include "storage/reference_store.hpp"
#include "tests/storage/example.hpp"

namespace headlight {
namespace {

using example::Folder;
using example::message_of;
using example::rows;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr HeadId kL0H0{.layer = 0, .head = 0}, kL1H0{.layer = 1, .head = 0}, kL1H1{.layer = 1, .head = 1}, kL1H2{.layer = 1, .head = 2};

ReferenceList list_of(const std::string& id, std::vector<ReferenceFamily> families) {
  return {.id = id, .title = "Title of " + id, .paper = "Paper", .url = "https://example.org", .models = {"m"},
          .shape = {.architecture = "llama", .n_layers = 2, .n_heads = 3, .d_model = 12}, .families = std::move(families), .content_hash = "hash"};
}

ReferenceFamily published(const std::string& family, const std::vector<HeadId>& heads, bool complete = true) {
  ReferenceFamily result{.family = family, .sureness = "C", .complete = complete, .score_name = "", .note = "", .heads = {}};
  for (const HeadId head : heads) result.heads.push_back({.head = head});
  return result;
}

// The models m and n; in m, induction is L1H0 and L1H2 by scores of 0.1 * layer + 0.01 * head.
class References : public testing::Test {
 protected:
  References() {
    for (const char* name : {"m", "n"}) writer_.put_model(example::model(name));
    example::scan(writer_, example::key("m", "induction", "score"), example::summary({kL1H0, kL1H2}), {"induction"});
    example::scan(writer_, example::key("m", "name-mover", "score"), example::not_measurable(), {"name-mover"});
  }

  std::vector<ReferenceComparison> compared(const ReferenceFamily& family, const std::set<std::string>& detectors = {}) {
    import_references(writer_.connection(), list_of("a-list", {family}), {"m"}, detectors);
    Catalogue catalogue(folder_ / "a.db");
    return compare_references(catalogue, {});
  }

  const Folder folder_;
  CatalogueWriter writer_{folder_ / "a.db"};
};

// Found L1H0 and L1H2; published L1H2 (1st), L1H1 (2nd) and L0H0 (last of 6): one of two, one of three, (1/1 + 2/2 + 3/6) / 3.
// The intervals: scipy 1.17.1, binomtest(1, 2) and binomtest(1, 3).proportion_ci(method="wilson"); the average precision also by
// scikit-learn 1.9.1, average_precision_score([1, 0, 0, 0, 1, 1], [0, .01, .02, .1, .11, .12]).
TEST_F(References, AreComparedWithWhatTheDetectorsFind) {
  const auto all = compared(published("induction", {kL0H0, kL1H1, kL1H2}));
  ASSERT_EQ(all.size(), 1u);
  const ReferenceComparison& row = all[0];
  EXPECT_EQ(row.status, ReferenceStatus::compared);
  EXPECT_EQ(row.model, "m");
  EXPECT_EQ(row.list, "a-list");
  EXPECT_EQ(row.n_heads, 6);
  EXPECT_EQ(row.n_published, 3);
  EXPECT_EQ(row.n_found, 2);
  EXPECT_EQ(row.n_both, 1);
  EXPECT_EQ(row.precision, 0.5);
  EXPECT_NEAR(row.precision_interval->low, 0.09453120573423074, 1e-12);
  EXPECT_NEAR(row.precision_interval->high, 0.9054687942657693, 1e-12);
  EXPECT_NEAR(*row.recall, 1.0 / 3, 1e-12);
  EXPECT_NEAR(row.recall_interval->low, 0.06149194472039626, 1e-12);
  EXPECT_NEAR(row.recall_interval->high, 0.7923403991979523, 1e-12);
  EXPECT_NEAR(*row.average_precision, 0.8333333333333333, 1e-12);
  EXPECT_EQ(row.chance, 0.5);
  ASSERT_EQ(row.published.size(), 3u);
  EXPECT_EQ(row.published[0].head, kL1H2) << "the best rank first";
  EXPECT_TRUE(row.published[0].found);
  EXPECT_EQ(row.published[1].rank, 2);
  EXPECT_FALSE(row.published[1].found);
  EXPECT_EQ(row.published[2].rank, 6);
  EXPECT_EQ(row.published[2].score, 0.0);
  ASSERT_EQ(row.extra.size(), 1u);
  EXPECT_EQ(row.extra[0].head, kL1H0);
  EXPECT_EQ(row.extra[0].rank, 3);
}

TEST_F(References, ThatDoNotClaimToBeWholeGiveNoPrecision) {
  const auto all = compared(published("induction", {kL1H2}, false));
  EXPECT_EQ(all.at(0).precision, std::nullopt);
  EXPECT_EQ(all.at(0).precision_interval, std::nullopt);
  EXPECT_EQ(all.at(0).recall, 1.0);
  EXPECT_NEAR(all.at(0).recall_interval->low, 0.20654931437723745, 1e-12);
  EXPECT_EQ(all.at(0).recall_interval->high, 1.0);
}

TEST_F(References, OfFamiliesWithoutNumbersSayWhyAndHaveNone) {
  const ReferenceComparison unscanned = compared(published("positional", {kL1H2}), {"positional"}).at(0);
  EXPECT_EQ(to_string(unscanned.status), "not scanned");
  EXPECT_EQ(unscanned.recall, std::nullopt);
  EXPECT_EQ(unscanned.average_precision, std::nullopt);
  EXPECT_EQ(to_string(compared(published("s-inhibition", {kL1H2})).at(0).status), "no detector yet");
  const ReferenceComparison hopeless = compared(published("name-mover", {kL1H2})).at(0);
  EXPECT_EQ(to_string(hopeless.status), "not measurable");
  EXPECT_EQ(hopeless.why_not, "The model is right on 0.51 of the prompts; guessing gives 0.50.");
  EXPECT_EQ(hopeless.recall, std::nullopt);
}

TEST_F(References, ImportedAgainReplaceWhatWasThere) {
  const Connection& connection = writer_.connection();
  import_references(connection, list_of("a-list", {published("induction", {kL0H0, kL1H1}), published("old", {kL0H0})}), {"m"}, {});
  ReferenceList again = list_of("a-list", {published("induction", {kL1H2})});
  again.content_hash = "other";
  import_references(connection, again, {"n"}, {"induction"});
  EXPECT_THAT(rows(connection, "SELECT name, content_hash FROM reference_list"), ElementsAre("a-list|other"));
  EXPECT_THAT(rows(connection, "SELECT family, layer, head, score FROM reference_head"), ElementsAre("induction|1|2|-"));
  EXPECT_THAT(rows(connection, "SELECT family, has_detector FROM reference_family"), ElementsAre("induction|1"));
  const auto lists = imported_references(connection);
  ASSERT_EQ(lists.size(), 1u);
  EXPECT_THAT(lists[0].models, ElementsAre("m", "n")) << "the models that it was held against stay";
  EXPECT_EQ(lists[0].n_heads, 1);
}

TEST_F(References, OfAModelOfAnotherShapeAreRefusedAndChangeNothing) {
  const Connection& connection = writer_.connection();
  ReferenceList list = list_of("a-list", {published("induction", {kL1H2})});
  list.shape.n_heads = 4;
  EXPECT_EQ(message_of([&] { import_references(connection, list, {"m"}, {}); }),
            "bad_input: the list a-list is of a model of another shape: llama, 2 layers of 4 heads, width 12; m has llama, 2 layers of 3 heads, width 12");
  EXPECT_THAT(message_of([&] { import_references(connection, list, {"missing"}, {}); }), HasSubstr("not_found"));
  EXPECT_THAT(rows(connection, "SELECT * FROM reference_list"), IsEmpty());
}

TEST_F(References, GoFromOneModelOrAltogether) {
  const Connection& connection = writer_.connection();
  import_references(connection, list_of("a-list", {published("induction", {kL1H2})}), {"m", "n"}, {});
  remove_references(connection, "a-list", "m");
  EXPECT_THAT(imported_references(connection).at(0).models, ElementsAre("n"));
  EXPECT_EQ(message_of([&] { remove_references(connection, "a-list", "m"); }), "not_found: the list a-list is not held against m but against n");
  remove_references(connection, "a-list", "n");
  EXPECT_THAT(imported_references(connection), IsEmpty());
  EXPECT_THAT(rows(connection, "SELECT * FROM reference_head"), IsEmpty());
  EXPECT_THAT(message_of([&] { remove_references(connection, "a-list"); }), HasSubstr("has no list \"a-list\" of published heads; it has none"));
}

TEST_F(References, AreSeenByReadersThatAreOpen) {
  const auto count = [&] { return writer_.connection().integer("SELECT n FROM change"); };
  const auto before = count();
  import_references(writer_.connection(), list_of("a-list", {published("induction", {kL1H2})}), {"m"}, {});
  EXPECT_GT(count(), before);
}

TEST_F(References, AreAViewOfHeadsBesideTheirFindings) {
  ReferenceFamily induction = published("induction", {kL1H1, kL1H2});
  induction.score_name = "share";
  induction.heads[1].score = 0.75;
  import_references(writer_.connection(), list_of("a-list", {induction, published("name-mover", {kL0H0}), published("s-inhibition", {kL0H0})}), {"m"}, {});
  EXPECT_THAT(rows(writer_.connection(), "SELECT model, head, family, list, published_score, score, found, sureness, complete FROM published_heads ORDER BY family, head"),
              ElementsAre("m|L1H1|induction|a-list|-|0.11|0|C|1", "m|L1H2|induction|a-list|0.75|0.12|1|C|1", "m|L0H0|name-mover|a-list|-|-|-|C|1",
                          "m|L0H0|s-inhibition|a-list|-|-|-|C|1"));
}

TEST_F(References, StandOnThePageOfTheirHead) {
  import_references(writer_.connection(), list_of("a-list", {published("induction", {kL1H2}), published("s-inhibition", {kL1H2})}), {"m"}, {});
  Catalogue catalogue(folder_ / "a.db");
  const auto of_head = publications_of(catalogue, "m", kL1H2);
  ASSERT_EQ(of_head.size(), 2u);
  EXPECT_EQ(of_head[0].family, "induction");
  EXPECT_EQ(of_head[1].title, "Title of a-list");
  EXPECT_THAT(publications_of(catalogue, "m", kL1H1), IsEmpty());
  EXPECT_THAT(publications_of(catalogue, "n", kL1H2), IsEmpty());
}

// Expected: scikit-learn 1.9.1, average_precision_score, with -9 for what was not measured.
TEST(AveragePrecision, AgreesWithScikitLearnWhereScoresTieOrAreMissing) {
  EXPECT_NEAR(*average_precision({0.9, 0.5, 0.5, 0.3, 0.5, 0.1, std::nullopt, std::nullopt}, {false, true, false, true, false, false, true, false}),
              0.3416666666666666, 1e-12);
  EXPECT_NEAR(*average_precision(std::vector<std::optional<double>>(8, 1.0), {true, true, true, false, false, false, false, false}), 0.375, 1e-12)
      << "scores that say nothing give the share of published heads";
  EXPECT_EQ(average_precision({0.5, 0.1}, {true, false}), 1.0);
  EXPECT_EQ(average_precision({0.5, 0.1}, {false, false}), std::nullopt);
}

// Expected: scipy 1.17.1, binomtest(k, n).proportion_ci(method="wilson").
TEST(WilsonInterval, AgreesWithScipyAlsoAtTheEnds) {
  EXPECT_NEAR(wilson_interval(3, 8).low, 0.13684428582359737, 1e-12);
  EXPECT_NEAR(wilson_interval(3, 8).high, 0.6942576053973728, 1e-12);
  EXPECT_EQ(wilson_interval(0, 4).low, 0);
  EXPECT_NEAR(wilson_interval(0, 4).high, 0.4898908364545973, 1e-12);
  EXPECT_NEAR(wilson_interval(5, 5).low, 0.5655175352168251, 1e-12);
  EXPECT_EQ(wilson_interval(5, 5).high, 1);
}

}  // namespace
}  // namespace headlight
