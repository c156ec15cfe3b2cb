#include "web/routes/prompt_list.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <vector>

#include "core/base/visible.hpp"
#include "web/components.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

constexpr size_t kColours = 12;      // as many as parts.css has
constexpr size_t kNamedAbove = 5;    // so many roles stand with their names above the tokens; of more, their numbers do: names would tear the text apart

// Each role has the same colour in all prompts of a list, and in those of token-view.js: by its place among the names.
class RoleColours {
 public:
  RoleColours(const Json& prompts, size_t most) : n_prompts_(static_cast<std::int64_t>(std::min(most, prompts.size()))) {
    for (size_t i = 0; i < std::min(most, prompts.size()); ++i)
      for (const Json& role : prompts[i].at("roles").as_array()) ++n_places_[role.at("name").as_string()];
  }
  std::string colour(const std::string& role) const { return std::to_string(place_of(role) % kColours); }
  // What stands above its first token.
  std::string label(const std::string& role) const { return are_numbered() ? std::to_string(place_of(role) + 1) : role; }
  // Every role in its colour, with how many places the prompts have where it is not one each.
  Markup legend() const {
    Markup items;
    for (const auto& [role, n] : n_places_) {
      Markup item = tag("span", {{"class", "role role-" + colour(role)}}, role);
      if (are_numbered()) item = tag("span", {{"class", "quiet"}}, label(role) + " ") + item;
      if (n != n_prompts_) item += tag("span", {{"class", "quiet"}}, " " + counted(n, "place") + " in " + counted(n_prompts_, "prompt"));
      items += tag("li", {}, item);
    }
    return tag("ul", {{"class", "role-legend tokens"}, {"aria-label", "Roles"}}, items);
  }

 private:
  bool are_numbered() const { return n_places_.size() > kNamedAbove; }
  size_t place_of(const std::string& role) const { return static_cast<size_t>(std::distance(n_places_.begin(), n_places_.find(role))); }

  std::int64_t n_prompts_;
  std::map<std::string, std::int64_t> n_places_;
};

// The roles that hold this token, the one with the fewest tokens first: it gives the colour, the next one the second line.
struct Place {
  std::vector<const Json*> roles;
  std::string names, begins;
};

Place place_of(const Json& roles, std::int64_t token, const RoleColours& colours) {
  Place place;
  const auto width = [](const Json* role) { return role->at("end").as_integer() - role->at("begin").as_integer(); };
  for (const Json& role : roles.as_array()) {
    if (token < role.at("begin").as_integer() || token >= role.at("end").as_integer()) continue;
    const std::string name = role.at("name").as_string();
    place.names += (place.names.empty() ? "" : ", ") + name;
    if (token == role.at("begin").as_integer()) place.begins += (place.begins.empty() ? "" : " ") + colours.label(name);
    place.roles.push_back(&role);
  }
  std::stable_sort(place.roles.begin(), place.roles.end(), [&](const Json* a, const Json* b) { return width(a) < width(b); });
  return place;
}

Markup token_markup(const std::string& text, const Place& place, const RoleColours& colours) {
  const std::string shown = visible_token(text);
  if (place.roles.empty()) return tag("span", {{"class", "token"}}, shown);
  std::string css = "token role role-" + colours.colour(place.roles[0]->at("name").as_string());
  if (place.roles.size() > 1) css += " also-" + colours.colour(place.roles[1]->at("name").as_string());
  const Markup token = tag("span", {{"class", css}, {"title", place.names}}, shown);
  return place.begins.empty() ? token : tag("ruby", {}, {token, tag("rt", {{"title", place.names}}, place.begins)});
}

}  // namespace

std::string visible_token(const std::string& token) {
  return token == " " ? "␣" : visible_whitespace(token);
}

Markup prompt_list(const Json& prompts, size_t most) {
  const RoleColours colours(prompts, most);
  Markup items;
  for (size_t i = 0; i < std::min(most, prompts.size()); ++i) {
    const Json& prompt = prompts[i];
    Markup text;
    for (size_t t = 0; t < prompt.at("tokens").size(); ++t) {
      const std::string token = prompt.at("tokens")[t].as_string();
      text += token_markup(token, place_of(prompt.at("roles"), static_cast<std::int64_t>(t), colours), colours);
      if (token.ends_with('\n')) text += Markup{"<br>"};
    }
    Markup foot = tag("span", {}, prompt.at("reported").as_bool() ? "reported" : "selects heads") +
                  tag("span", {}, counted(static_cast<std::int64_t>(prompt.at("tokens").size()), "token"));
    if (!prompt.at("answer").is_null())
      foot += tag("span", {}, {"answer ", tag("b", {{"class", "token"}}, visible_token(prompt.at("answer").as_string()))});
    if (prompt.at("has_patterns").as_bool()) foot += tag("span", {}, "patterns kept");
    items += tag("li", {{"value", std::to_string(prompt.at("index").as_integer())}},
                 {tag("p", {{"class", "tokens"}}, text), tag("p", {{"class", "quiet parts"}}, foot)});
  }
  return colours.legend() + tag("ol", {{"class", "prompts"}, {"start", "0"}}, items);
}

}  // namespace headlight
