#include "core/tokenizer/regex_syntax.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/regex_classes.hpp"
#include "core/tokenizer/unicode.hpp"
#include "core/tokenizer/utf8.hpp"

namespace headlight::tokenization {
namespace {

constexpr int kMaxDepth = 100;
class Translator {
 public:
  explicit Translator(std::string_view pattern) : pattern_(pattern) {}

  std::string translate() {
    alternatives(0);
    if (position_ < pattern_.size()) fail("a \")\" without its \"(\"");
    return std::move(output_);
  }

 private:
  bool at_end() const { return position_ >= pattern_.size(); }
  char peek() const { return at_end() ? '\0' : pattern_[position_]; }
  bool looks_at(std::string_view text) const { return pattern_.substr(position_, text.size()) == text; }
  bool take(std::string_view text) {
    if (!looks_at(text)) return false;
    position_ += text.size();
    return true;
  }
  char32_t take_code_point() {
    if (at_end()) fail("an unfinished end");
    return next_code_point(pattern_, position_);
  }
  [[noreturn]] void fail(const std::string& what) const {
    refuse("in the pattern \"" + std::string(pattern_) + "\", at byte " + std::to_string(position_) + ": " + what);
  }

  void alternatives(int depth) {
    if (depth > kMaxDepth) fail("nesting deeper than " + std::to_string(kMaxDepth) + " levels");
    while (!at_end() && peek() != ')') {
      if (take("|")) {
        output_ += '|';
        last_literal_ = 0;
        continue;
      }
      const size_t atom = output_.size();
      const char32_t literal_before = std::exchange(last_literal_, 0);
      if (translate_atom(depth)) translate_quantifiers(atom);
      if (ignore_case_ && last_literal_ != 0) check_case_folding(literal_before, last_literal_);
    }
  }

  // False for what cannot be repeated (an option that lasts to the end of its group).
  bool translate_atom(int depth) {
    if (take("(")) return translate_group(depth);
    if (take("[")) {
      output_ += character_class(depth).text();
    } else if (take("\\")) {
      translate_escape();
    } else if (peek() == '^' || peek() == '$' || peek() == '.') {
      output_ += pattern_[position_++];
    } else {
      output_ += literal_character(last_literal_ = take_code_point());
    }
    return true;
  }

  // Ignoring case, Oniguruma lets "ß" match "ss" and the other way round; PCRE2 does not.
  void check_case_folding(char32_t before, char32_t code) const {
    if (folds_to_many(code)) fail("a character without regard to case that stands for several");
    if (before != 0 && is_folding_of_one(before, code)) fail("characters without regard to case for which one may stand");
  }

  bool translate_group(int depth) {
    const size_t begin = position_ - 1;
    if (take("?#")) {
      while (!at_end() && peek() != ')') position_ = std::min(position_ + (peek() == '\\' ? 2 : 1), pattern_.size());
      if (!take(")")) fail("a comment without its end");
      return false;
    }
    const bool ignored_case = ignore_case_;
    std::string opening = "(";
    if (take("?")) opening = group_opening(begin);
    output_ += opening;
    if (opening.back() == ')') return false;  // (?i): to the end of the group
    alternatives(depth + 1);
    if (!take(")")) fail("a \"(\" without its \")\"");
    output_ += ')';
    ignore_case_ = ignored_case;
    last_literal_ = 0;
    return true;
  }

  std::string group_opening(size_t begin) {
    for (const std::string_view kind : {":", "=", "!", ">", "<=", "<!"}) {
      if (take(kind)) return "(?" + std::string(kind);
    }
    if (take("<")) {
      const size_t end = pattern_.find('>', position_);
      if (end == std::string_view::npos) fail("a group name without its end");
      const std::string name(pattern_.substr(position_, end - position_));
      position_ = end + 1;
      return "(?<" + name + ">";
    }
    std::string options;
    for (; peek() == 'i' || peek() == 'm' || peek() == '-'; ++position_) options += peek() == 'm' ? 's' : peek();
    if (options.empty() || (peek() != ':' && peek() != ')')) fail("the group \"" + std::string(pattern_.substr(begin, 4)) + "\"");
    if (peek() == ')' && !output_.empty() && output_.back() != '(' && !output_.ends_with("(?:")) {
      fail("an option that begins amid a group");  // Oniguruma and PCRE2 let it reach differently far over "|"
    }
    if (const size_t i = options.find('i'); i != std::string::npos) ignore_case_ = options.find('-') > i;
    return "(?" + options + pattern_[position_++];
  }

  void translate_quantifiers(size_t atom) {
    while (!at_end()) {
      const char c = peek();
      if (c == '*' || c == '+' || c == '?') {
        ++position_;
        output_ += c;
        if (peek() == '?' || peek() == '+') output_ += pattern_[position_++];
      } else if (const auto interval = take_interval()) {
        output_ += interval->text;
        if (interval->exact && take("?")) {
          group_from(atom);
          output_ += '?';
        } else if (!interval->exact && take("?")) {
          output_ += '?';
        }
      } else {
        return;
      }
      if (peek() == '*' || peek() == '+' || peek() == '?' || peek() == '{') group_from(atom);  // a repeated repetition
    }
  }

  void group_from(size_t atom) {
    output_.insert(atom, "(?:");
    output_ += ')';
  }

  struct Interval {
    std::string text;
    bool exact;
  };
  // {2}, {2,}, {,3} or {2,3}; anything else is a literal brace.
  std::optional<Interval> take_interval() {
    if (peek() != '{') return std::nullopt;
    size_t i = position_ + 1;
    const auto digits = [&] {
      const size_t begin = i;
      while (i < pattern_.size() && pattern_[i] >= '0' && pattern_[i] <= '9') ++i;
      return std::string(pattern_.substr(begin, i - begin));
    };
    const std::string low = digits();
    const bool exact = i < pattern_.size() && pattern_[i] == '}';
    std::string high;
    if (!exact) {
      if (i >= pattern_.size() || pattern_[i] != ',') return std::nullopt;
      ++i;
      high = digits();
    }
    if (i >= pattern_.size() || pattern_[i] != '}' || (low.empty() && high.empty())) return std::nullopt;
    position_ = i + 1;
    if (low.size() > 5 || high.size() > 5) fail("an interval of more than 99999 repetitions");
    if (!low.empty() && !high.empty() && std::stoi(low) > std::stoi(high)) fail("an interval whose end comes before its begin");
    if (exact) return Interval{"{" + low + "}", true};
    return Interval{"{" + (low.empty() ? "0" : low) + "," + high + "}", false};
  }

  void translate_escape() {
    if (const auto set = set_escape(false)) {
      output_ += set->text();
      return;
    }
    const char c = peek();
    const std::string word = word_set(false).text();
    if (c == 'b' || c == 'B') {
      ++position_;
      const std::string in = "(?<=" + word + ")", out = "(?<!" + word + ")", to = "(?=" + word + ")", off = "(?!" + word + ")";
      output_ += c == 'b' ? "(?:" + in + off + "|" + out + to + ")" : "(?:" + in + to + "|" + out + off + ")";
    } else if (c == 'A' || c == 'z' || c == 'Z' || c == 'G' || c == 'R' || (c >= '1' && c <= '9')) {
      output_ += '\\';
      output_ += pattern_[position_++];
      if (c >= '1' && c <= '9') output_ += "(?:)";  // a digit that follows is no part of the back reference
    } else {
      output_ += literal_character(last_literal_ = character_escape());
    }
  }

  // \s, \W, \p{Lu} and the like; nothing when the escape is another one.
  std::optional<CharacterSet> set_escape(bool in_class) {
    switch (peek()) {
      case 's': return ++position_, space_set();
      case 'S': return ++position_, not_space_set();
      case 'w': return ++position_, word_set(in_class);
      case 'W': return ++position_, negation(word_set(in_class));
      case 'd': return ++position_, plain_set(R"(\p{Nd})");
      case 'D': return ++position_, plain_set(R"(\P{Nd})");
      case 'h': return ++position_, hexadecimal_set();
      case 'H': return ++position_, negation(hexadecimal_set());
      case 'p':
      case 'P': return property(in_class);
      default: return std::nullopt;
    }
  }

  CharacterSet property(bool in_class) {
    bool negated = pattern_[position_++] == 'P';
    const size_t end = pattern_.find('}', position_);
    if (peek() != '{' || end == std::string_view::npos) fail("a property without its braces");
    std::string_view name = pattern_.substr(position_ + 1, end - position_ - 1);
    position_ = end + 1;
    if (name.starts_with('^')) {
      negated = !negated;
      name.remove_prefix(1);
    }
    return property_set(name, negated, in_class);
  }

  char32_t character_escape() {
    const char32_t code = take_code_point();
    switch (code) {
      case 't': return '\t';
      case 'n': return '\n';
      case 'r': return '\r';
      case 'f': return '\f';
      case 'v': return '\v';
      case 'a': return '\a';
      case 'e': return 0x1b;
      case 'u': return hexadecimal(4, 4);
      case 'x': {
        if (take("{")) {
          const char32_t value = hexadecimal(1, 8);
          if (!take("}")) fail("a \\x{...} without its end");
          return value;
        }
        const char32_t value = hexadecimal(1, 2);
        if (value > 0x7f) fail("a \\x of one byte beyond ASCII; write \\x{...}");
        return value;
      }
      default: break;
    }
    const bool is_letter = (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') || (code >= '0' && code <= '9');
    if (is_letter) fail("the escape \"\\" + std::string(1, static_cast<char>(code)) + "\"");
    return code;
  }

  char32_t hexadecimal(int at_least, int at_most) {
    char32_t value = 0;
    int n = 0;
    for (; n < at_most && !at_end(); ++n, ++position_) {
      const char c = static_cast<char>(peek() | 0x20);
      if (c >= '0' && c <= '9' && peek() == c) {
        value = value * 16 + (c - '0');
      } else if (c >= 'a' && c <= 'f') {
        value = value * 16 + (c - 'a' + 10);
      } else {
        break;
      }
    }
    if (n < at_least || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
      fail("a hexadecimal escape that names no character");
    return value;
  }

  // Behind "[", up to and with its "]".
  CharacterSet character_class(int depth) {
    if (depth > kMaxDepth) fail("nesting deeper than " + std::to_string(kMaxDepth) + " levels");
    const bool negated = take("^");
    CharacterSet all;  // what the intersections before the last "&&" left
    CharacterSet current;
    bool has_all = false;
    for (bool first = true;; first = false) {
      if (at_end()) fail("a \"[\" without its \"]\"");
      if (!first && take("]")) break;
      if (take("&&")) {
        all = has_all ? intersection_of(all, current) : current;
        has_all = true;
        current = {};
        continue;
      }
      current = union_of(current, class_item(depth));
    }
    if (has_all) all = intersection_of(all, current);
    CharacterSet result = has_all ? all : current;
    return negated ? negation(std::move(result)) : result;
  }

  CharacterSet class_item(int depth) {
    if (looks_at("[:")) {
      const size_t end = pattern_.find(":]", position_ + 2);
      if (end != std::string_view::npos && end - position_ < 20) {
        std::string_view name = pattern_.substr(position_ + 2, end - position_ - 2);
        const bool negated = name.starts_with('^');
        if (negated) name.remove_prefix(1);
        position_ = end + 2;
        return bracket_set(name, negated);
      }
    }
    if (take("[")) return character_class(depth + 1);
    const bool escaped = take("\\");
    if (escaped) {
      if (auto set = set_escape(true)) return *std::move(set);
    }
    const char32_t low = escaped ? class_escape() : take_code_point();
    if (peek() != '-' || looks_at("-]") || looks_at("-[") || looks_at("-&&")) {
      check_folding_in_class(low, low);
      return plain_set(literal_character(low));
    }
    ++position_;
    const bool high_escaped = take("\\");
    if (high_escaped && set_escape(true)) fail("a range that ends in a class");
    const char32_t high = high_escaped ? class_escape() : take_code_point();
    if (high < low) fail("a range whose end comes before its begin");
    check_folding_in_class(low, high);
    return plain_set(literal_character(low) + "-" + literal_character(high));
  }

  void check_folding_in_class(char32_t low, char32_t high) const {
    if (ignore_case_ && first_folding_to_many(low) <= high) check_case_folding(0, first_folding_to_many(low));
  }

  char32_t class_escape() { return take("b") ? '\b' : character_escape(); }

  std::string_view pattern_;
  std::string output_;
  size_t position_ = 0;
  bool ignore_case_ = false;
  char32_t last_literal_ = 0;  // when the atom before is a single character
};

}  // namespace

std::string pcre2_syntax_of(std::string_view pattern) {
  if (find_invalid_utf8(pattern) != std::string_view::npos) refuse("a pattern that is no UTF-8");
  return Translator(pattern).translate();
}

}  // namespace headlight::tokenization
