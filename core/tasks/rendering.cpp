// Drawn trees as text, with the places of their names.
#include <algorithm>

#include "core/base/error.hpp"
#include "core/tasks/drawing.hpp"

namespace headlight::tasks {
namespace {

constexpr int kMaxVisited = 200'000;

class Renderer {
 public:
  explicit Renderer(const Bindings& bindings) : bindings_(bindings) {}

  void add(const Nodes& nodes) {
    for (const Node& node : nodes) {
      if (++n_visited_ > kMaxVisited) {
        throw Error(ErrorCode::bad_input,
                    "a text grows beyond " + std::to_string(kMaxVisited) + " pieces; slots stand in each other too often");
      }
      if (node.name.empty()) {
        add_text(node.text);
      } else {
        add_named(node);
      }
    }
  }

  Rendered result;

 private:
  void add_text(const std::string& text) {
    check_text_size(result.text.size() + text.size());
    result.text += text;
    n_code_points_ += static_cast<int>(std::count_if(text.begin(), text.end(), is_code_point_start));
  }

  void add_named(const Node& node) {
    const size_t start = result.text.size(), n_occurrences = result.occurrences.size();
    const int begin = n_code_points_;
    add(node.is_slot ? bindings_.at(node.name).at(node.field).front() : node.children);
    if (node.filter == Filter::cap && start < result.text.size()) {
      char& first = result.text[start];
      if (first >= 'a' && first <= 'z') first = static_cast<char>(first - 'a' + 'A');
    } else if (node.filter == Filter::initial) {
      const auto second = std::find_if(result.text.begin() + static_cast<std::ptrdiff_t>(std::min(start + 1, result.text.size())),
                                       result.text.end(), is_code_point_start);
      result.text.erase(second, result.text.end());
      result.occurrences.resize(n_occurrences);
      n_code_points_ = begin + (start < result.text.size() ? 1 : 0);
    }
    result.occurrences.push_back({node.field.empty() ? node.name : node.name + "." + node.field, begin, n_code_points_});
  }

  static bool is_code_point_start(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

  const Bindings& bindings_;
  int n_code_points_ = 0;
  int n_visited_ = 0;
};

}  // namespace

void check_text_size(size_t n_bytes) {
  constexpr size_t kMost = 8u << 20;  // beyond the context of any model
  if (n_bytes > kMost) throw Error(ErrorCode::bad_input, "a text grows beyond " + std::to_string(kMost >> 20) + " MiB; use smaller repeats");
}

Rendered render(const Nodes& nodes, const Bindings& bindings) {
  Renderer renderer(bindings);
  renderer.add(nodes);
  return std::move(renderer.result);
}

std::vector<std::string> answer_texts(const Grammar& grammar, const Phrase& phrase, const Bindings& bindings) {
  std::vector<std::string> texts{""};
  const auto append = [&](const std::vector<std::string>& endings) {
    std::vector<std::string> longer;
    for (const std::string& text : texts)
      for (const std::string& ending : endings) longer.push_back(text + ending);
    texts = std::move(longer);
  };
  for (const Piece& piece : phrase) {
    if (!piece.placeholder) {
      append({piece.text});
      continue;
    }
    const Placeholder& placeholder = *piece.placeholder;
    std::vector<std::string> values;
    const auto add_value = [&](const Nodes& nodes) {
      const Node filtered{.text = "",
                          .name = placeholder.name,
                          .field = placeholder.field,
                          .filter = placeholder.filter,
                          .is_slot = false,
                          .children = nodes};
      values.push_back(render({filtered}, bindings).text);
    };
    if (bindings.contains(placeholder.name)) {
      for (const Nodes& nodes : bindings.at(placeholder.name).at(placeholder.field)) add_value(nodes);
    } else {
      for (const Entry& entry : grammar.lists.at(placeholder.name).entries) {
        for (const Phrase& plain : entry.fields.at(placeholder.field)) {
          Nodes nodes;
          for (const Piece& literal : plain) nodes.emplace_back().text = literal.text;
          add_value(nodes);
        }
      }
    }
    append(values);
  }
  return texts;
}

}  // namespace headlight::tasks
