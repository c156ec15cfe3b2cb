#include "web/routes/prompt_list.hpp"

#include <algorithm>
#include <map>

#include "web/components.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

constexpr size_t kColours = 8;

// Each role has the same colour in all prompts of a list.
class RoleColours {
 public:
  std::string css(const std::string& role) {
    const auto [entry, added] = colours_.try_emplace(role, colours_.size());
    return "role role-" + std::to_string(entry->second % kColours);
  }

 private:
  std::map<std::string, size_t> colours_;
};

// The roles that hold this token; the one with the fewest tokens gives the colour.
struct Place {
  const Json* narrowest = nullptr;
  std::string names, begins;
};

Place place_of(const Json& roles, std::int64_t token) {
  Place place;
  const auto width = [](const Json& role) { return role.at("end").as_integer() - role.at("begin").as_integer(); };
  for (const Json& role : roles.as_array()) {
    if (token < role.at("begin").as_integer() || token >= role.at("end").as_integer()) continue;
    const std::string name = role.at("name").as_string();
    place.names += (place.names.empty() ? "" : ", ") + name;
    if (token == role.at("begin").as_integer()) place.begins += (place.begins.empty() ? "" : " ") + name;
    if (place.narrowest == nullptr || width(role) < width(*place.narrowest)) place.narrowest = &role;
  }
  return place;
}

Markup token_markup(const std::string& text, const Place& place, RoleColours& colours) {
  const std::string shown = visible_token(text);
  if (place.narrowest == nullptr) return tag("span", {{"class", "token"}}, shown);
  const Markup token =
      tag("span", {{"class", "token " + colours.css(place.narrowest->at("name").as_string())}, {"title", place.names}}, shown);
  return place.begins.empty() ? token : tag("ruby", {}, {token, tag("rt", {}, place.begins)});
}

}  // namespace

std::string visible_token(const std::string& token) {
  if (token == " ") return "␣";
  std::string shown;
  for (const char c : token)
    shown += c == '\n' ? std::string("↵") : c == '\t' ? std::string("→") : c == '\r' ? std::string("␍") : std::string(1, c);
  return shown;
}

Markup prompt_list(const Json& prompts, size_t most) {
  RoleColours colours;
  Markup items;
  for (size_t i = 0; i < std::min(most, prompts.size()); ++i) {
    const Json& prompt = prompts[i];
    Markup text;
    for (size_t t = 0; t < prompt.at("tokens").size(); ++t)
      text +=
          token_markup(prompt.at("tokens")[t].as_string(), place_of(prompt.at("roles"), static_cast<std::int64_t>(t)), colours);
    Markup foot = tag("span", {}, prompt.at("reported").as_bool() ? "reported" : "selects heads") +
                  tag("span", {}, counted(static_cast<std::int64_t>(prompt.at("tokens").size()), "token"));
    if (!prompt.at("answer").is_null())
      foot += tag("span", {}, {"answer ", tag("b", {{"class", "token"}}, visible_token(prompt.at("answer").as_string()))});
    if (prompt.at("has_patterns").as_bool()) foot += tag("span", {}, "patterns kept");
    items += tag("li", {{"value", std::to_string(prompt.at("index").as_integer())}},
                 {tag("p", {{"class", "tokens"}}, text), tag("p", {{"class", "quiet parts"}}, foot)});
  }
  return tag("ol", {{"class", "prompts"}, {"start", "0"}}, items);
}

}  // namespace headlight
