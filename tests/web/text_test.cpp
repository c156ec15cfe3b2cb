// The small parts: URLs, HTML, words, tables of text, shapes.
#include <gmock/gmock.h>

#include "tests/support/error_of.hpp"
#include "web/components.hpp"
#include "web/csv.hpp"
#include "web/html.hpp"
#include "web/routes/prompt_list.hpp"
#include "web/shapes.hpp"
#include "web/target.hpp"
#include "web/urls.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(Target, TakesPathAndQueryApart) {
  const Target target = parse_target("/models/a%2Fb/heads/L1H1?x=1+2&y=%C3%A4&z&&=3#later");
  EXPECT_THAT(target.segments, ElementsAre("models", "a/b", "heads", "L1H1"));
  EXPECT_THAT(target.query, ElementsAre(Pair("x", "1 2"), Pair("y", "ä"), Pair("z", ""), Pair("", "3")));
  EXPECT_THAT(parse_target("/").segments, IsEmpty());
  EXPECT_THAT(parse_target("/models/").segments, ElementsAre("models"));
}

TEST(Target, RefusesTextThatIsNotUtf8) {
  for (const char* text : {"%80", "%C3", "%C0%AF", "%E0%80%80", "%ED%A0%80", "%F4%90%80%80", "%F8%88%80%80%80"})
    EXPECT_THAT(testing_support::message_of([&] { percent_decoded(text, false); }), HasSubstr("not UTF-8")) << text;
  EXPECT_EQ(percent_decoded("%F0%9F%94%A6%E2%82%AC", false), "🔦€");
}

TEST(Target, SurvivesTheWayThereAndBack) {
  const std::string name = "org/model name+50%?#&=ä\"<>";
  EXPECT_EQ(parse_target(model_url(name)).segments.size(), 3u) << "models, org and the rest";
  EXPECT_EQ(parse_target(url_with("/x", {{"q", name}})).query[0].second, name);
  EXPECT_EQ(url_with("/x", {{"a", ""}, {"b", "1"}}), "/x?b=1");
}

TEST(Html, EscapesTextAndAttributes) {
  EXPECT_EQ(tag("a", {{"title", "\"<&'>"}}, "x<y & 'z'").html,
            "<a title=\"&quot;&lt;&amp;&#39;&gt;\">x&lt;y &amp; &#39;z&#39;</a>");
  EXPECT_EQ(tag("p", {}, {"a<", tag("b", {}, "c")}).html, "<p>a&lt;<b>c</b></p>");
  EXPECT_EQ(tag("input", {{"name", "x"}, {"checked", "", false}}).html, "<input name=\"x\">");
}

TEST(Words, SayNumbersWithThreeDigitsOrSo) {
  EXPECT_EQ(number_words(0.41249), "0.412");
  EXPECT_EQ(number_words(-7.8249), "−7.82");
  EXPECT_EQ(number_words(-0.0001), "0.000") << "no minus before nothing";
  EXPECT_EQ(number_words(12.34), "12.3");
  EXPECT_EQ(number_words(1234.5), "1234");
  EXPECT_EQ(number_words(Json()), "–");
  EXPECT_EQ(probability_words(0.00002), "<0.001");
  EXPECT_EQ(interval_words(0.1, Json()), "–");
  EXPECT_EQ(percent_words(0.975), "97.5 %");
}

TEST(Words, SayCountsSizesAndTimes) {
  EXPECT_EQ(count_words(1234567), "1,234,567");
  EXPECT_EQ(count_words(999), "999");
  EXPECT_EQ(count_words(-1234), "-1,234");
  EXPECT_EQ(size_words(737280), "737 k");
  EXPECT_EQ(size_words(124439808), "124.4 M");
  EXPECT_EQ(size_words(6738415616), "6.74 B");
  EXPECT_EQ(time_words("2025-06-30T12:00:59.123Z"), "2025-06-30 12:00 UTC");
  EXPECT_EQ(duration_words(250.0), "4 min 10 s");
  EXPECT_EQ(counted(1, "row"), "1 row");
  EXPECT_EQ(counted(2, "family"), "2 families");
}

TEST(KeptPrompts, AreCountedAndNeverThoseThatWereAskedFor) {
  const auto kept = [](Json n_kept, Json n_tried) {
    return kept_prompts(Json::object({{"n_prompts", 32}, {"n_kept", n_kept}, {"n_tried", n_tried}, {"prompt_notes", Json::array()}})).html;
  };
  EXPECT_EQ(kept(32, 32), "32");
  EXPECT_THAT(kept(30, 42), ::testing::AllOf(HasSubstr("30 of 32"), HasSubstr("from 42 drawn")));
  EXPECT_EQ(kept(Json(), Json()), "–") << "no prompt passed the filters";
}

TEST(Tokens, AreVisible) {
  EXPECT_EQ(visible_token(" "), "␣");
  EXPECT_EQ(visible_token("a\n\t"), "a↵→");
}

TEST(Csv, QuotesAndLeavesEmptyWhatIsNull) {
  Json rows = Json::array();
  rows.push(Json::object({{"task", "a,\"b\""}, {"accuracy", Json()}, {"model", "m"}, {"metric", "x\ny"}}));
  const std::string table = csv_of(rows, "Tasks", "results");
  EXPECT_EQ(table,
            "model,task,accuracy,accuracy_error,chance,metric,metric_unit,clean_metric,measurable,why_not,n_prompts,n_kept,n_tried,run\nm,\"a,"
            "\"\"b\"\"\",,,,\"x\ny\",,,,,,,,\n");
}

TEST(Shapes, FindWhatIsMissingWrongOrUnknown) {
  const Json wrong = Json::object({{"word", 3}, {"mood", "good"}});
  EXPECT_THAT(mismatches(wrong, "Verdict", "v"),
              ElementsAre("v.word: expected string, found an integer", "v.meaning: missing", "v.mood: not documented"));
  EXPECT_THAT(mismatches(Json(Json::Array{1.5, Json()}), "number?[]", "v"), IsEmpty());
  EXPECT_THAT(mismatches(Json(Json::Array{"x"}), "integer[]", "v"), ElementsAre("v[0]: expected integer, found a string"));
  EXPECT_THAT(mismatches(Json(), "Run?", "v"), IsEmpty());
}

}  // namespace
}  // namespace headlight
