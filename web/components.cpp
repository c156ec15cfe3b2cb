#include "web/components.hpp"

#include <algorithm>
#include <array>

#include "web/urls.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

struct VerdictLook {
  std::string_view word, field, css, mark;
};
constexpr std::array kLooks{
    VerdictLook{"confirmed", "confirmed", "confirmed", "●"},
    VerdictLook{"correlational", "correlational", "correlational", "◐"},
    VerdictLook{"causal", "causal", "causal", "◑"},
    VerdictLook{"absent", "absent", "absent", "○"},
    VerdictLook{"not measurable", "not_measurable", "unmeasurable", "▨"},
};

Markup marked(std::string_view css, std::string_view mark, std::string_view word) {
  return tag("span", {{"class", "chip " + std::string(css)}}, {tag("span", {{"aria-hidden", "true"}}, mark), " ", word});
}

}  // namespace

Markup verdict_chip(std::string_view verdict) {
  for (const VerdictLook& look : kLooks)
    if (look.word == verdict) return marked(look.css, look.mark, look.word);
  return escaped(verdict);
}

Markup status_chip(const Json& run) {
  const std::string status = run.at("status").as_string();
  const bool unmeasurable = run["measurable"].is_bool() && !run["measurable"].as_bool();
  if (status == "done" && unmeasurable) return marked("unmeasurable", "▨", "not measurable");
  return marked("status-" + status, status == "done" ? "✓" : status == "running" ? "…" : status == "failed" ? "✕" : "‖", status);
}

Markup breakable(const std::string& name) {
  Markup markup;
  for (size_t begin = 0; begin < name.size();) {
    const size_t end = std::min(name.find_first_of("/._", begin), name.size() - 1) + 1;
    if (begin > 0) markup += tag("wbr");
    markup += escaped(std::string_view(name).substr(begin, end - begin));
    begin = end;
  }
  return markup;
}

Markup model_link(const std::string& model) { return link_to(model_url(model), breakable(model)); }
Markup head_link(const std::string& model, const std::string& head) {
  return tag("a", {{"href", head_url(model, head)}, {"class", "head-name"}}, head);
}
Markup family_link(const std::string& family) { return link_to(family_url(family), family); }
Markup method_link(const std::string& method) { return link_to(method_url(method), method); }
Markup task_link(const std::string& task) { return link_to(task_url(task), task); }
Markup run_link(const std::string& run) {
  return tag("a", {{"href", run_url(run)}, {"class", "hash"}, {"title", "run " + run}}, run.substr(0, 8));
}

Markup table_of(const std::string& caption, const std::vector<Column>& columns, const Markup& rows) {
  Markup head;
  for (const Column& column : columns)
    head +=
        tag("th", {{"scope", "col"}, {"class", column.css, !column.css.empty()}, {"title", column.hint, !column.hint.empty()}},
            column.title);
  return tag(
      "div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", caption}},
      tag("table", {},
          {tag("caption", {{"class", "unseen"}}, caption), tag("thead", {}, tag("tr", {}, head)), tag("tbody", {}, rows)}));
}

Markup row_of(const std::vector<Markup>& cells, const std::vector<Column>& columns) {
  Markup row;
  for (size_t i = 0; i < cells.size(); ++i) {
    const bool styled = i < columns.size() && !columns[i].css.empty();
    row += i == 0 ? tag("th", {{"scope", "row"}, {"class", styled ? columns[i].css : "", styled}}, cells[i])
                  : tag("td", {{"class", styled ? columns[i].css : "", styled}}, cells[i]);
  }
  return tag("tr", {}, row);
}

Markup number_markup(const Json& value) {
  if (!value.is_number()) return tag("span", {{"class", "unmeasured"}, {"title", "not measured"}}, kNothing);
  return escaped(number_words(value));
}

Markup interval_markup(const Json& low, const Json& high) {
  if (!low.is_number() || !high.is_number()) return {};
  return tag("span", {{"class", "quiet below"}}, interval_words(low, high));
}

Markup picture_to_come(int height, const std::string& without_script) {
  const std::string size = std::to_string(height);
  return tag("svg", {{"class", "to-come"}, {"width", "1"}, {"height", size}, {"aria-hidden", "true"}}) +
         tag("noscript", {}, tag("p", {{"class", "quiet"}}, without_script));
}

Markup facts(const std::vector<std::pair<std::string, Markup>>& pairs) {
  Markup list;
  for (const auto& [name, value] : pairs) list += tag("div", {}, {tag("dt", {}, name), tag("dd", {}, value)});
  return tag("dl", {{"class", "facts"}}, list);
}

Markup section(const std::string& id, const std::string& title, const Content& content) {
  return tag("section", {{"id", id}, {"aria-labelledby", id + "-title"}}, {tag("h2", {{"id", id + "-title"}}, title), content});
}

Markup note(const Content& content, const std::string& css) { return tag("p", {{"class", css}}, content); }

Markup accuracy_markup(const Json& result) {
  Markup text = escaped(percent_words(result.at("accuracy")));
  if (result.at("accuracy_error").is_number()) text += tag("span", {{"class", "quiet below"}}, "± " + percent_words(result.at("accuracy_error")));
  return text;
}

Markup why_not_measurable(const Json& result) {
  if (!result.at("measurable").is_bool() || result.at("measurable").as_bool()) return {};
  return verdict_chip("not measurable") + tag("span", {{"class", "quiet below"}}, result.at("why_not").is_null() ? "" : result.at("why_not").as_string());
}

Markup kept_prompts(const Json& result) {
  if (result.at("n_kept").is_null()) return escaped(kNothing);
  const std::int64_t kept = result.at("n_kept").as_integer();
  Markup text = escaped(count_words(kept));
  if (kept < result.at("n_prompts").as_integer()) text += escaped(" of " + count_words(result.at("n_prompts").as_integer()));
  if (result.at("n_tried").is_null() || result.at("n_tried").as_integer() <= kept) return text;
  std::string why;
  for (const Json& note : result.at("prompt_notes").as_array()) why += (why.empty() ? "" : "; ") + note.as_string();
  return text + tag("span", {{"class", "quiet below"}, {"title", why}}, "from " + count_words(result.at("n_tried").as_integer()) + " drawn");
}

const Json* find_by(const Json& list, std::string_view field, const std::string& value) {
  for (const Json& item : list.as_array())
    if (item.at(field).as_string() == value) return &item;
  return nullptr;
}

std::string title_of(const Json& plugins, const std::string& id) {
  const Json* plugin = find_by(plugins, "id", id);
  return plugin == nullptr ? id : plugin->at("title").as_string();
}

Markup paging_bar(const View& view, std::string_view noun) {
  if (!view.answer.page) return {};
  const Paging& page = *view.answer.page;
  const std::int64_t last = std::min(page.offset + page.limit, page.total);
  const auto step = [&](const char* text, const char* relation, std::int64_t offset, bool possible) {
    if (!possible) return tag("span", {{"class", "button off"}, {"aria-disabled", "true"}}, text);
    const std::string url =
        url_with(view.path, view.arguments.query_with({{"offset", offset > 0 ? std::to_string(offset) : ""}}));
    return tag("a", {{"class", "button"}, {"rel", relation}, {"href", url}}, text);
  };
  const std::string words = page.total == 0
                                ? "no " + counted(2, noun).substr(2)
                                : count_words(page.offset + 1) + " to " + count_words(last) + " of " + counted(page.total, noun);
  if (page.offset == 0 && last >= page.total)
    return tag("p", {{"class", "paging"}, {"aria-live", "polite"}}, counted(page.total, noun));
  return tag("nav", {{"class", "paging"}, {"aria-label", "Pages of the list"}},
             {tag("span", {{"aria-live", "polite"}}, words),
              step("Previous", "prev", std::max<std::int64_t>(0, page.offset - page.limit), page.offset > 0),
              step("Next", "next", page.offset + page.limit, last < page.total)});
}

Markup option(const std::string& value, const std::string& text, bool chosen) {
  return tag("option", {{"value", value}, {"selected", "selected", chosen}}, text);
}

Markup chooser(const std::string& name, const std::string& label, const std::vector<std::pair<std::string, std::string>>& options,
               const std::string& chosen) {
  Markup list;
  for (const auto& [value, text] : options) list += option(value, text, value == chosen);
  return tag("label", {{"class", "field"}}, {tag("span", {}, label), tag("select", {{"name", name}}, list)});
}

Markup verdict_bar(const Json& counts) {
  if (counts.is_null()) return tag("span", {{"class", "quiet"}}, "not there yet");
  std::int64_t total = 0;
  for (const VerdictLook& look : kLooks) total += counts.at(look.field).as_integer();
  Markup bar, words;
  double left = 0;
  for (const VerdictLook& look : kLooks) {
    const std::int64_t n = counts.at(look.field).as_integer();
    if (n == 0) continue;
    const double width = 100.0 * static_cast<double>(n) / static_cast<double>(total);
    bar += tag("rect", {{"class", "fill-" + std::string(look.css)},
                        {"x", number_text(left)},
                        {"y", "0"},
                        {"width", number_text(width)},
                        {"height", "10"}});
    left += width;
    if (look.word == "absent") continue;
    words +=
        Markup{words.html.empty() ? "" : ", "} + tag("span", {{"class", "part"}}, count_words(n) + " " + std::string(look.word));
  }
  if (words.html.empty()) words = tag("span", {{"class", "part quiet"}}, "none found");
  return tag("span", {{"class", "verdict-bar"}},
             {tag("svg", {{"viewBox", "0 0 100 10"}, {"preserveAspectRatio", "none"}, {"aria-hidden", "true"}}, bar),
              tag("span", {}, words)});
}

}  // namespace headlight
