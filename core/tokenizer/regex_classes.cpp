#include "core/tokenizer/regex_classes.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/tokenizer/utf8.hpp"

namespace headlight::tokenization {
namespace {

constexpr std::string_view kSpace = R"(\t-\r \x{85}\p{Z})";  // the members of White_Space, as items of a class
constexpr std::string_view kNotSpace =
    R"(\x{0}-\x{8}\x{e}-\x{1f}!-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e})"
    R"(\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{d7ff}\x{e000}-\x{10ffff})";
constexpr std::string_view kWord = R"(\p{Alphabetic}\p{M}\p{Nd}\p{Pc})";
constexpr std::string_view kLatin1Word = R"(\x{b2}\x{b3}\x{b9}\x{bc}-\x{be})";
constexpr std::string_view kHexadecimal = "0-9A-Fa-f";

// Lower case, without spaces, hyphens and underscores.
using Name = std::pair<std::string_view, std::string_view>;
constexpr std::array kProperties{
    Name{"letter", R"(\p{L})"},
    Name{"uppercaseletter", R"(\p{Lu})"},
    Name{"lowercaseletter", R"(\p{Ll})"},
    Name{"titlecaseletter", R"(\p{Lt})"},
    Name{"casedletter", R"(\p{L&})"},
    Name{"lc", R"(\p{L&})"},
    Name{"modifierletter", R"(\p{Lm})"},
    Name{"otherletter", R"(\p{Lo})"},
    Name{"mark", R"(\p{M})"},
    Name{"nonspacingmark", R"(\p{Mn})"},
    Name{"spacingmark", R"(\p{Mc})"},
    Name{"enclosingmark", R"(\p{Me})"},
    Name{"number", R"(\p{N})"},
    Name{"decimalnumber", R"(\p{Nd})"},
    Name{"letternumber", R"(\p{Nl})"},
    Name{"othernumber", R"(\p{No})"},
    Name{"punctuation", R"(\p{P})"},
    Name{"connectorpunctuation", R"(\p{Pc})"},
    Name{"dashpunctuation", R"(\p{Pd})"},
    Name{"openpunctuation", R"(\p{Ps})"},
    Name{"closepunctuation", R"(\p{Pe})"},
    Name{"initialpunctuation", R"(\p{Pi})"},
    Name{"finalpunctuation", R"(\p{Pf})"},
    Name{"otherpunctuation", R"(\p{Po})"},
    Name{"symbol", R"(\p{S})"},
    Name{"mathsymbol", R"(\p{Sm})"},
    Name{"currencysymbol", R"(\p{Sc})"},
    Name{"modifiersymbol", R"(\p{Sk})"},
    Name{"othersymbol", R"(\p{So})"},
    Name{"separator", R"(\p{Z})"},
    Name{"spaceseparator", R"(\p{Zs})"},
    Name{"lineseparator", R"(\p{Zl})"},
    Name{"paragraphseparator", R"(\p{Zp})"},
    Name{"other", R"(\p{C})"},
    Name{"control", R"(\p{Cc})"},
    Name{"format", R"(\p{Cf})"},
    Name{"privateuse", R"(\p{Co})"},
    Name{"unassigned", R"(\p{Cn})"},
    Name{"alnum", R"(\p{Alphabetic}\p{Nd})"},
    Name{"alpha", R"(\p{Alphabetic})"},
    Name{"blank", R"(\t\p{Zs})"},
    Name{"cntrl", R"(\p{Cc})"},
    Name{"digit", R"(\p{Nd})"},
    Name{"lower", R"(\p{Lowercase})"},
    Name{"punct", R"(\p{P})"},
    Name{"space", kSpace},
    Name{"upper", R"(\p{Uppercase})"},
    Name{"xdigit", kHexadecimal},
    Name{"word", kWord},
    Name{"ascii", R"(\x{0}-\x{7f})"},
    Name{"any", R"(\x{0}-\x{10ffff})"},
    Name{"uppercase", R"(\p{Uppercase})"},
    Name{"lowercase", R"(\p{Lowercase})"},
    Name{"alphabetic", R"(\p{Alphabetic})"},
    Name{"whitespace", kSpace},
    Name{"assigned", R"(\P{Cn})"},
};

std::string folded(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (c != ' ' && c != '_' && c != '-') result += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return result;
}

std::string hex_escape(char32_t code) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string digits;
  for (auto left = code; left != 0 || digits.empty(); left >>= 4) digits.insert(digits.begin(), kDigits[left & 15]);
  return "\\x{" + digits + "}";
}

CharacterSet expression_set(std::string expression) {
  return {.items = {}, .negated = false, .expression = std::move(expression)};
}

}  // namespace

std::string CharacterSet::text() const {
  if (!expression.empty()) return expression;
  if (items.empty()) return negated ? "(?s:.)" : "(?!)";
  return (negated ? "[^" : "[") + items + "]";
}

CharacterSet plain_set(std::string_view items) { return {.items = std::string(items), .negated = false, .expression = {}}; }

CharacterSet negation(CharacterSet set) {
  if (!set.expression.empty()) return expression_set("(?:(?!" + set.expression + ")(?s:.))");
  set.negated = !set.negated;
  return set;
}

CharacterSet union_of(const CharacterSet& a, const CharacterSet& b) {
  if (a.is_plain() && b.is_plain()) return plain_set(a.items + b.items);
  if (a.is_plain() && a.items.empty()) return b;
  if (b.is_plain() && b.items.empty()) return a;
  return expression_set("(?:" + a.text() + "|" + b.text() + ")");
}

CharacterSet intersection_of(const CharacterSet& a, const CharacterSet& b) {
  return expression_set("(?:(?=" + a.text() + ")" + b.text() + ")");
}

CharacterSet space_set() { return plain_set(kSpace); }
CharacterSet not_space_set() { return plain_set(kNotSpace); }
CharacterSet hexadecimal_set() { return plain_set(kHexadecimal); }
CharacterSet word_set(bool in_class) {
  return plain_set(in_class ? std::string(kWord) : std::string(kWord) + std::string(kLatin1Word));
}

CharacterSet property_set(std::string_view name, bool negated, bool in_class) {
  const std::string key = folded(name);
  const auto known = std::find_if(kProperties.begin(), kProperties.end(), [&](const Name& entry) { return entry.first == key; });
  if (known == kProperties.end()) {
    // A general category of one or two letters, or a script; PCRE2 refuses what it does not know.
    return plain_set((negated ? "\\P{" : "\\p{") + std::string(name.size() > 2 ? "sc:" : "") + std::string(name) + "}");
  }
  CharacterSet set = key == "word" ? word_set(in_class) : plain_set(known->second);
  return negated ? negation(std::move(set)) : set;
}

CharacterSet bracket_set(std::string_view name, bool negated) {
  if (name != "punct") return property_set(name, negated, true);
  CharacterSet set = plain_set(R"(\p{P}\p{S})");
  return negated ? negation(std::move(set)) : set;
}

std::string literal_character(char32_t code) {
  constexpr std::string_view kHarmless = " _'\",;<>=%@`/";
  const bool is_harmless = code > 0x7f || (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') ||
                           (code >= 'a' && code <= 'z') || kHarmless.find(static_cast<char>(code)) != std::string_view::npos;
  if (!is_harmless) return hex_escape(code);
  std::string text;
  append_utf8(text, code);
  return text;
}

}  // namespace headlight::tokenization
