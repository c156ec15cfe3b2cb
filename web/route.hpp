// What a route is: one entry of the table registers a URL, documents it and says how it is answered.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"
#include "storage/catalogue.hpp"
#include "web/arguments.hpp"
#include "web/html.hpp"
#include "web/http.hpp"

namespace headlight {

enum class Format { page, json, csv, raw };

struct Paging {
  std::int64_t limit = 0, offset = 0, total = 0;  // rows
};

// What is true of a resource now. The .json twin is this; the page and the .csv table are made of its data alone.
struct Answer {
  Json data;  // has the shape that the route documents
  std::optional<Paging> page = {};
};

struct Crumb {
  std::string text, url;
};

struct Page {
  std::string title;               // the heading
  std::string section;             // which entry of the navigation it belongs to: "models"; "" for none
  std::vector<Crumb> crumbs = {};  // the way here, without the page itself
  Markup body;
};

// What a page is made of.
struct View {
  const Answer& answer;
  const Json& data;  // of the answer
  const Arguments& arguments;
  std::string path;  // of the page, escaped: "/models/x/heads/L5H1"
};

struct Route {
  std::string_view pattern;  // "/models/{model}/heads/{head}"; {model} takes one or more segments, every other name one
  std::string_view summary;  // one sentence
  std::span<const Parameter> parameters = {};
  std::string_view answer_shape = "";  // of the data; "" for routes without a .json twin
  std::string_view table = "";         // the list of the answer that the .csv twin holds, as "rows"; "" without one
  Answer (*answer)(Catalogue& catalogue, const Arguments& arguments, Format format) = nullptr;  // a table is asked for whole
  Page (*page)(const View& view) = nullptr;
  // Instead of the two above: one format only.
  std::string_view media_type = "";
  Response (*raw)(Catalogue& catalogue, const Arguments& arguments) = nullptr;
};

}  // namespace headlight
