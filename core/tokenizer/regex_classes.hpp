// Sets of characters in PCRE2's words, and the names that Oniguruma has for them.
#pragma once

#include <string>
#include <string_view>

namespace headlight::tokenization {

// The items of a PCRE2 class, or, when those cannot say it, an expression that matches one character.
struct CharacterSet {
  std::string items;  // what stands between the brackets
  bool negated = false;
  std::string expression;  // set instead of the above when not empty

  bool is_plain() const { return expression.empty() && !negated; }
  std::string text() const;
};

CharacterSet plain_set(std::string_view items);
CharacterSet negation(CharacterSet set);
CharacterSet union_of(const CharacterSet& a, const CharacterSet& b);
CharacterSet intersection_of(const CharacterSet& a, const CharacterSet& b);

CharacterSet space_set();
CharacterSet not_space_set();
// Alphabetic, M, Nd, Pc; outside a class Oniguruma counts the Latin-1 fractions and superscripts in, inside it does not.
CharacterSet word_set(bool in_class);
CharacterSet hexadecimal_set();

// \p{name} (in a class or outside) and [:name:]; a name that is not Oniguruma's own goes to PCRE2 as it stands.
CharacterSet property_set(std::string_view name, bool negated, bool in_class);
CharacterSet bracket_set(std::string_view name, bool negated);

// One character, never special, inside a class and outside.
std::string literal_character(char32_t code);

}  // namespace headlight::tokenization
