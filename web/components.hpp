// Pieces that several pages share. All take what the .json twin holds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"
#include "web/html.hpp"
#include "web/route.hpp"

namespace headlight {

// "confirmed" in its colour and with its own mark, so that colour is not all that tells.
Markup verdict_chip(std::string_view verdict);
Markup status_chip(const Json& run);

// A name that may be broken after its slashes, dots and underscores.
Markup breakable(const std::string& name);
Markup model_link(const std::string& model);
Markup head_link(const std::string& model, const std::string& head);
Markup family_link(const std::string& family);
Markup method_link(const std::string& method);
Markup task_link(const std::string& task);
Markup run_link(const std::string& run);  // its first 8 digits

struct Column {
  Content title;
  std::string css = {};   // "number" for numbers
  std::string hint = {};  // what the title means
};
// <table> in a box that scrolls by itself when the window is narrow.
Markup table_of(const std::string& caption, const std::vector<Column>& columns, const Markup& rows);
Markup row_of(const std::vector<Markup>& cells, const std::vector<Column>& columns);

// The number in words; hatched where nothing was measured.
Markup number_markup(const Json& value);
// "[0.81, 0.92]" below a number; nothing where there is none.
Markup interval_markup(const Json& low, const Json& high);
// What stands in the place of a picture until its module has drawn it, as high as that will be, or for ever without JavaScript.
Markup picture_to_come(int height, const std::string& without_script);

// Pairs of a name and a value.
Markup facts(const std::vector<std::pair<std::string, Markup>>& pairs);
Markup section(const std::string& id, const std::string& title, const Content& content);
Markup note(const Content& content, const std::string& css = "note");

// The accuracy of a run or task result with its standard error below it.
Markup accuracy_markup(const Json& result);
// "not measurable" with the reason below it; nothing where the model solves the task.
Markup why_not_measurable(const Json& result);
// How many prompts a run or task result has: "32", and below it what the filters of the task left, with their reasons as a hint;
// "–" where no prompt passed them.
Markup kept_prompts(const Json& result);

// The members of `list` by their "id" or another name.
const Json* find_by(const Json& list, std::string_view field, const std::string& value);
// The family's title, or its id when the list does not have it.
std::string title_of(const Json& plugins, const std::string& id);

// "1 to 100 of 432" with links to the pages before and after.
Markup paging_bar(const View& view, std::string_view noun);

// <option value>text</option>, chosen or not.
Markup option(const std::string& value, const std::string& text, bool chosen);
// A labelled <select> of a form that sends itself when it changes (web/ui/navigate.js), or by its button.
Markup chooser(const std::string& name, const std::string& label, const std::vector<std::pair<std::string, std::string>>& options,
               const std::string& chosen);

// "1 confirmed, 3 correlational" as a small bar and words.
Markup verdict_bar(const Json& counts);

}  // namespace headlight
