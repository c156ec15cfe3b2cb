#include "web/routes/evidence_table.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "web/components.hpp"
#include "web/urls.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

constexpr int kColumnsOfSide = 6;

int rank_of(const std::string& verdict) {
  constexpr std::array<std::string_view, 5> kOrder{"confirmed", "correlational", "causal", "absent", "not measurable"};
  return static_cast<int>(std::find(kOrder.begin(), kOrder.end(), verdict) - kOrder.begin());
}

Markup cell(const Content& content, bool first) { return tag("td", {{"class", first ? "number side" : "number"}}, content); }

// Method, score with interval, null, q, n, threshold; or one cell that says that there is none.
Markup side_cells(const Json* detector, const std::string& model, bool is_only_row, const char* none) {
  if (detector == nullptr || detector->at("outputs").size() == 0) {
    const char* text = detector != nullptr ? "no numbers" : is_only_row ? none : "";
    return tag("td", {{"class", "side unmeasured"}, {"colspan", std::to_string(kColumnsOfSide)}}, text);
  }
  const Json& output = detector->at("outputs")[0];
  const std::string method = detector->at("method").as_string();
  const std::string url = detector_url(model, detector->at("family").as_string(), method, detector->at("task").as_string());
  Markup score = tag("b", {{"class", "present", output.at("present").as_bool()}}, number_markup(output.at("score")));
  if (output.at("present").as_bool())
    score += tag("span", {{"class", "present-mark"}, {"title", "beyond its threshold and its null on the held-out half"}}, " ✓");
  score += interval_markup(output.at("ci_low"), output.at("ci_high"));
  return tag("td", {{"class", "side"}},
             link_to(url, method) + tag("span", {{"class", "quiet below"}}, output.at("output").at("unit").as_string())) +
         cell(score, false) + cell(number_words(output.at("null_mean")), false) + cell(probability_words(output.at("q")), false) +
         cell(count_words(output.at("n").as_integer()), false) +
         cell(tag("span",
                  {{"title", output.at("output").at("threshold_source").is_null()
                                 ? ""
                                 : output.at("output").at("threshold_source").as_string()}},
                  number_words(output.at("output").at("threshold"))),
              false);
}

Markup rows_of(const EvidenceGroup& group, const std::string& model, const Json& families) {
  const size_t n = std::max({size_t{1}, group.statistics.size(), group.effects.size()});
  Markup rows;
  for (size_t i = 0; i < n; ++i) {
    Markup row;
    if (i == 0) {
      const std::string span = std::to_string(n);
      row += tag("th", {{"scope", "rowgroup"}, {"rowspan", span}},
                 {link_to(family_url(group.family), title_of(families, group.family)),
                  tag("span", {{"class", "quiet below"}}, {"on ", task_link(group.task)})});
      row += tag("td", {{"rowspan", span}}, verdict_chip(group.verdict));
    }
    row += side_cells(i < group.statistics.size() ? group.statistics[i] : nullptr, model, i == 0 && group.statistics.empty(),
                      "no statistic was taken");
    row += side_cells(i < group.effects.size() ? group.effects[i] : nullptr, model, i == 0 && group.effects.empty(),
                      "no effect was measured");
    rows += tag("tr", {}, row);
  }
  return tag("tbody", {}, rows);
}

Markup header() {
  const auto column = [](const char* text, const char* hint, bool first) {
    return tag("th", {{"scope", "col"}, {"class", first ? "side" : "number"}, {"title", hint, *hint != '\0'}}, text);
  };
  const auto name = [](const char* text) { return tag("th", {{"scope", "col"}}, text); };
  const auto side = [&](const char* number) {
    return column("Method", "", true) + column(number, "mean over the reported prompts, with its 95 % interval", false) +
           column("Null", "mean under the null", false) + column("q", "false-discovery rate over all heads of the run", false) +
           column("n", "prompts reported", false) + column("Threshold", "from here on a head counts", false);
  };
  const std::string span = std::to_string(kColumnsOfSide);
  return tag("thead", {},
             {tag("tr", {},
                  {tag("td", {{"colspan", "2"}}),
                   tag("th", {{"scope", "colgroup"}, {"colspan", span}, {"class", "side"}}, "Attentional: where it looks"),
                   tag("th", {{"scope", "colgroup"}, {"colspan", span}, {"class", "side"}}, "Causal: what editing it changes")}),
              tag("tr", {}, {name("Family"), name("Verdict"), side("Score"), side("Effect")})});
}

}  // namespace

bool looks_like_it(const EvidenceGroup& group) { return group.verdict == "confirmed" || group.verdict == "correlational"; }

std::vector<EvidenceGroup> evidence_groups(const Json& evidence) {
  std::vector<EvidenceGroup> groups;
  for (const Json& detector : evidence.as_array()) {
    const std::string family = detector.at("family").as_string(), task = detector.at("task").as_string();
    if (groups.empty() || groups.back().family != family || groups.back().task != task)
      groups.push_back(
          {.family = family, .task = task, .verdict = detector.at("verdict").as_string(), .statistics = {}, .effects = {}});
    (detector.at("measures_family").as_bool() ? groups.back().statistics : groups.back().effects).push_back(&detector);
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const EvidenceGroup& a, const EvidenceGroup& b) { return rank_of(a.verdict) < rank_of(b.verdict); });
  return groups;
}

Markup evidence_table(const Json& head_answer) {
  const std::string model = head_answer.at("model").at("name").as_string();
  Markup found, rest, reasons;
  std::int64_t n_rest = 0;
  for (const EvidenceGroup& group : evidence_groups(head_answer.at("evidence"))) {
    const bool is_shown = looks_like_it(group);
    (is_shown ? found : rest) += rows_of(group, model, head_answer.at("families"));
    n_rest += !is_shown;
    for (const auto* side : {&group.statistics, &group.effects})
      for (const Json* detector : *side)
        if (const Json& why = detector->at("run").at("why_not");
            !why.is_null() && reasons.html.find(escaped(why.as_string()).html) == std::string::npos)
          reasons += tag("p", {{"class", "note"}}, {tag("b", {}, group.task + ": "), why.as_string()});
  }
  const auto table = [](const std::string& caption, const Markup& bodies) {
    return tag("div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", caption}},
               tag("table", {{"class", "evidence"}}, {tag("caption", {{"class", "unseen"}}, caption), header(), bodies}));
  };
  Markup all = found.html.empty() ? Markup{} : table("Evidence for families that it looks like", found);
  if (rest.html.empty()) return all + reasons;
  return all + tag("details", {{"open", "", found.html.empty()}},
                   {tag("summary", {}, counted(n_rest, "row") + " of families that it does not look like"),
                    table("Families that it does not look like", rest), reasons});
}

}  // namespace headlight
