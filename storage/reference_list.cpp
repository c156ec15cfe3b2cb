#include "storage/reference_list.hpp"

#include <algorithm>
#include <set>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "core/base/hash.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"

namespace headlight {
namespace {

constexpr int kMost = 1'000'000;  // layers, heads, width

[[noreturn]] void fail_list(const std::string& message) { throw Error(ErrorCode::bad_input, message); }

// What `read` throws gets the place in front.
template <typename Read>
auto read_at(const std::string& place, Read read) {
  try {
    return read();
  } catch (const Error& error) {
    throw error.at(place);
  }
}

void require_fields(const Json& object, const std::vector<std::string>& required, const std::vector<std::string>& optional) {
  std::vector<std::string> known = required;
  known.insert(known.end(), optional.begin(), optional.end());
  for (const auto& [name, value] : object.as_object())
    if (std::find(known.begin(), known.end(), name) == known.end()) fail_list("\"" + name + "\" is not a field here; there are " + listed(known));
  for (const std::string& name : required)
    if (!object.contains(name)) fail_list("the field \"" + name + "\" is missing");
}

std::string text_of(const Json& object, const std::string& name) {
  return read_at(name, [&] {
    if (object.at(name).as_string().empty()) fail_list("expected a text, found an empty one");
    return object.at(name).as_string();
  });
}

int count_of(const Json& object, const std::string& name) {
  return read_at(name, [&] {
    const std::int64_t count = object.at(name).as_integer();
    if (count < 1 || count > kMost) fail_list(std::to_string(count) + " is out of range: 1 to " + std::to_string(kMost));
    return static_cast<int>(count);
  });
}

std::string id_of(const Json& object, const std::string& name) {
  const std::string id = text_of(object, name);
  if (id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") != id.npos || id.front() == '-' || id.front() == '.')
    read_at(name, [&]() -> int { fail_list("\"" + id + "\" is no id: write small letters, digits, '-' and '.'"); });
  return id;
}

template <typename ReadItem>
void for_each_of(const Json& object, const std::string& name, ReadItem read_item) {
  const Json::Array& items = read_at(name, [&]() -> const Json::Array& { return object.at(name).as_array(); });
  for (size_t i = 0; i < items.size(); ++i) {
    const std::string place = name + "[" + std::to_string(i) + "]";
    try {
      read_item(items[i], i);
    } catch (const Error& error) {
      throw error.at(place);
    }
  }
}

ModelShape shape_from(const Json& json) {
  require_fields(json, {"n_layers", "n_heads", "d_model"}, {"architecture"});
  return {.architecture = json.contains("architecture") ? text_of(json, "architecture") : "",
          .n_layers = count_of(json, "n_layers"),
          .n_heads = count_of(json, "n_heads"),
          .d_model = count_of(json, "d_model")};
}

HeadId head_from(const Json& json, const ModelShape& shape, std::set<HeadId>& known) {
  const auto head = parse_head_id(json.as_string());
  if (!head) fail_list("\"" + json.as_string() + "\" is no head: write L5H1");
  if (head->layer >= shape.n_layers || head->head >= shape.n_heads)
    fail_list(to_string(*head) + " is outside of the shape, whose last head is " + to_string(HeadId{.layer = shape.n_layers - 1, .head = shape.n_heads - 1}));
  if (!known.insert(*head).second) fail_list(to_string(*head) + " stands there twice");
  return *head;
}

ReferenceFamily family_from(const Json& json, const ModelShape& shape) {
  require_fields(json, {"family", "sureness", "complete", "heads"}, {"score", "scores", "note"});
  ReferenceFamily family{.family = id_of(json, "family"),
                         .sureness = text_of(json, "sureness"),
                         .complete = read_at("complete", [&] { return json.at("complete").as_bool(); }),
                         .score_name = json.contains("score") ? text_of(json, "score") : "",
                         .note = json.contains("note") ? text_of(json, "note") : "",
                         .heads = {}};
  const std::vector<std::string> tags{"C", "P", "S", "2", "M", "R"};
  if (std::find(tags.begin(), tags.end(), family.sureness) == tags.end())
    fail_list("sureness: \"" + family.sureness + "\" is not known; there are " + listed(tags));
  std::set<HeadId> known;
  for_each_of(json, "heads", [&](const Json& head, size_t) { family.heads.push_back({.head = head_from(head, shape, known)}); });
  if (family.heads.empty()) fail_list("heads: there is none; leave the family out");
  if (json.contains("score") != json.contains("scores")) fail_list("\"score\" (what the scores are) and \"scores\" go together");
  if (!json.contains("scores")) return family;
  const size_t n_scores = read_at("scores", [&] { return json.at("scores").as_array().size(); });
  if (n_scores != family.heads.size())
    fail_list("scores: there are " + std::to_string(n_scores) + " for " + std::to_string(family.heads.size()) + " heads; each head has one");
  for_each_of(json, "scores", [&](const Json& score, size_t i) { family.heads[i].score = score.as_number(); });
  return family;
}

std::string in_small_letters(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

}  // namespace

ReferenceList parse_reference_list(std::string_view text) {
  const Json json = parse_json(text);
  require_fields(json, {"id", "title", "paper", "url", "models", "shape", "families"}, {});
  ReferenceList list{.id = id_of(json, "id"),
                     .title = text_of(json, "title"),
                     .paper = text_of(json, "paper"),
                     .url = text_of(json, "url"),
                     .models = {},
                     .shape = read_at("shape", [&] { return shape_from(json.at("shape")); }),
                     .families = {},
                     .content_hash = headlight::content_hash(text)};
  for_each_of(json, "models", [&](const Json& model, size_t) { list.models.push_back(model.as_string()); });
  if (list.models.empty()) fail_list("models: there is none; name the model, such as \"openai-community/gpt2\"");
  std::set<std::string> families;
  for_each_of(json, "families", [&](const Json& item, size_t) {
    list.families.push_back(family_from(item, list.shape));
    if (!families.insert(list.families.back().family).second) fail_list("the family \"" + list.families.back().family + "\" stands there twice");
  });
  if (list.families.empty()) fail_list("families: there is none");
  return list;
}

ReferenceList read_reference_list(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  return read_at(path.string(), [&] { return parse_reference_list(text); });
}

ModelShape shape_of(const ModelRecord& model) {
  return {.architecture = model.architecture, .n_layers = model.n_layers, .n_heads = model.n_heads, .d_model = model.d_model};
}

std::string to_string(const ModelShape& shape) {
  return (shape.architecture.empty() ? "" : shape.architecture + ", ") + std::to_string(shape.n_layers) + " layers of " +
         std::to_string(shape.n_heads) + " heads, width " + std::to_string(shape.d_model);
}

bool fits(const ModelShape& published, const ModelShape& model) {
  return (published.architecture.empty() || published.architecture == model.architecture) && published.n_layers == model.n_layers &&
         published.n_heads == model.n_heads && published.d_model == model.d_model;
}

bool names(const ReferenceList& list, const ModelRecord& model) {
  const std::string name = in_small_letters(model.name);
  return std::any_of(list.models.begin(), list.models.end(), [&](const std::string& other) { return in_small_letters(other) == name; });
}

}  // namespace headlight
