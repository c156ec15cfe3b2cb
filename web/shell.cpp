#include "web/shell.hpp"

#include <array>

namespace headlight {
namespace {

struct Entry {
  const char *section, *url, *text;
};
constexpr std::array kNavigation{
    Entry{"models", "/models", "Models"},    Entry{"catalogue", "/catalogue", "Catalogue"},
    Entry{"compare", "/compare", "Compare"}, Entry{"families", "/families", "Families"},
    Entry{"methods", "/methods", "Methods"}, Entry{"tasks", "/tasks", "Tasks"},
    Entry{"runs", "/runs", "Runs"},
};

Markup head_of(const Page& page, const PageFrame& frame) {
  const std::string title = page.title.empty() || page.title == "Headlight" ? "Headlight" : page.title + " · Headlight";
  Markup head = tag("meta", {{"charset", "utf-8"}}) + tag("title", {}, title) +
                tag("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}) +
                tag("meta", {{"name", "color-scheme"}, {"content", "light dark"}}) +
                tag("link", {{"rel", "icon"}, {"type", "image/svg+xml"}, {"href", "/ui/icon.svg"}});
  for (const char* sheet : {"base", "parts", "graphics"})
    head += tag("link", {{"rel", "stylesheet"}, {"href", "/ui/" + std::string(sheet) + ".css"}});
  if (!frame.json_url.empty())
    head += tag("link", {{"rel", "alternate"}, {"type", "application/json"}, {"href", frame.json_url}});
  if (!frame.csv_url.empty()) head += tag("link", {{"rel", "alternate"}, {"type", "text/csv"}, {"href", frame.csv_url}});
  head += tag("script", {{"src", "/ui/theme.js"}});
  head += tag("script", {{"type", "module"}, {"src", "/ui/app.js"}});
  return tag("head", {}, head);
}

Markup banner(const Page& page) {
  Markup entries;
  for (const Entry& entry : kNavigation)
    entries +=
        tag("li", {}, tag("a", {{"href", entry.url}, {"aria-current", "page", page.section == entry.section}}, entry.text));
  return tag("header", {{"class", "top"}},
             {tag("a", {{"class", "brand"}, {"href", "/"}},
                  {tag("img", {{"src", "/ui/icon.svg"}, {"alt", ""}, {"width", "22"}, {"height", "22"}}), "Headlight"}),
              tag("nav", {{"aria-label", "Main"}}, tag("ul", {}, entries)),
              tag("form", {{"class", "find"}, {"role", "search"}, {"action", "/catalogue"}},
                  tag("input", {{"type", "search"},
                                {"name", "search"},
                                {"placeholder", "Find heads"},
                                {"aria-label", "Find heads by model, family, task or name"}})),
              tag("button", {{"type", "button"}, {"class", "theme"}, {"hidden", "hidden"}}, "Dark")});
}

Markup way_here(const Page& page) {
  if (page.crumbs.empty()) return {};
  Markup items;
  for (const Crumb& crumb : page.crumbs) items += tag("li", {}, link_to(crumb.url, crumb.text));
  return tag("nav", {{"class", "crumbs"}, {"aria-label", "You are here"}}, tag("ol", {}, items));
}

Markup foot(const PageFrame& frame) {
  Markup twins;
  if (!frame.json_url.empty()) twins += tag("a", {{"href", frame.json_url}, {"class", "twin"}}, "JSON");
  if (!frame.csv_url.empty()) twins += tag("a", {{"href", frame.csv_url}, {"class", "twin"}}, "CSV");
  return tag("footer", {},
             {tag("span", {}, {"Catalogue ", tag("code", {}, frame.catalogue)}), tag("span", {{"class", "twins"}}, twins),
              tag("span", {}, {link_to("/sql", "SQL"), " · ", link_to("/api", "All URLs")})});
}

}  // namespace

std::string framed(const Page& page, const PageFrame& frame) {
  const Markup main = tag("main", {{"id", "main"}, {"tabindex", "-1"}}, {way_here(page), tag("h1", {}, page.title), page.body});
  const Markup body =
      tag("body", {}, {tag("a", {{"class", "skip"}, {"href", "#main"}}, "Skip to the content"), banner(page), main, foot(frame)});
  return "<!doctype html>\n" + tag("html", {{"lang", "en"}}, {head_of(page, frame), body}).html + "\n";
}

Page error_page(int status, const std::string& message) {
  const char* title = status == 404   ? "Not here"
                      : status == 403 ? "Refused"
                      : status < 500  ? "That cannot be answered"
                                      : "Something went wrong";
  return {.title = title,
          .section = "",
          .crumbs = {},
          .body = tag("p", {{"class", "failure"}, {"role", "alert"}}, message) +
                  tag("p", {},
                      {"The ", link_to("/", "overview"), " shows what is in the catalogue; ", link_to("/api", "all URLs"),
                       " are listed too."})};
}

}  // namespace headlight
