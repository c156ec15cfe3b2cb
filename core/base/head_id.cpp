#include "core/base/head_id.hpp"

#include <cctype>
#include <charconv>

namespace headlight {
namespace {

class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  void skip_spaces() {
    while (!text_.empty() && text_.front() == ' ') text_.remove_prefix(1);
  }
  bool skip(std::string_view any_of) {
    if (text_.empty() || any_of.find(text_.front()) == std::string_view::npos) return false;
    text_.remove_prefix(1);
    return true;
  }
  std::optional<int> number() {
    if (text_.empty() || !std::isdigit(static_cast<unsigned char>(text_.front()))) return std::nullopt;
    int value = 0;
    const auto [end, failure] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (failure != std::errc()) return std::nullopt;
    text_.remove_prefix(static_cast<size_t>(end - text_.data()));
    return value;
  }
  bool at_end() const { return text_.empty(); }

 private:
  std::string_view text_;
};

}  // namespace

std::string to_string(HeadId id) { return "L" + std::to_string(id.layer) + "H" + std::to_string(id.head); }

std::optional<HeadId> parse_head_id(std::string_view text) {
  Cursor cursor(text);
  cursor.skip_spaces();
  const bool bracketed = cursor.skip("(");
  cursor.skip_spaces();
  const bool lettered = !bracketed && cursor.skip("LlAa");
  const auto layer = cursor.number();
  if (!layer) return std::nullopt;

  cursor.skip_spaces();
  bool separated = bracketed ? cursor.skip(",") : cursor.skip(".-");
  cursor.skip_spaces();
  separated |= !bracketed && lettered && cursor.skip("Hh");
  if (!separated) return std::nullopt;

  const auto head = cursor.number();
  cursor.skip_spaces();
  if (bracketed && !cursor.skip(")")) return std::nullopt;
  cursor.skip_spaces();
  if (!head || !cursor.at_end()) return std::nullopt;
  return HeadId{.layer = *layer, .head = *head};
}

}  // namespace headlight
