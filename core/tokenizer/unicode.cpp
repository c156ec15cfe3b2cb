#include "core/tokenizer/unicode.hpp"

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/tokenizer/utf8.hpp"

namespace headlight::tokenization {
namespace {

struct Range {
  char32_t first, last, stand_in;
};

constexpr Range kNewCodePoints[] = {
#include "core/tokenizer/unicode_new_code_points.inc"
};

// A code point of Unicode 14 with the same category; the code point itself when it is that old.
char32_t known_code_point(char32_t code) {
  const Range* range = std::lower_bound(std::begin(kNewCodePoints), std::end(kNewCodePoints), code,
                                        [](const Range& r, char32_t c) { return r.last < c; });
  return range != std::end(kNewCodePoints) && range->first <= code ? range->stand_in : code;
}

std::uint32_t category_mask(char32_t code) { return U_GET_GC_MASK(static_cast<UChar32>(known_code_point(code))); }

int age_of(char32_t code) {
  UVersionInfo version;
  u_charAge(static_cast<UChar32>(code), version);
  return version[0];
}

// Whether a new code point begins with these two bytes; all of them have three bytes or four. [first byte - 0xe0][second & 0x3f]
using PrefixTable = std::array<std::array<bool, 64>, 32>;
constexpr int kFirstLead = 0xe0;

PrefixTable new_prefixes() {
  PrefixTable table{};
  for (const Range& range : kNewCodePoints) {
    for (char32_t code = range.first; code <= range.last; ++code) {
      std::string text;
      append_utf8(text, code);
      table[static_cast<unsigned char>(text[0]) - kFirstLead][text[1] & 0x3f] = true;
    }
  }
  return table;
}

bool may_have_new_code_points(std::string_view text) {
  static const PrefixTable kPrefixes = new_prefixes();
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    const int lead = static_cast<unsigned char>(text[i]);
    if (lead >= kFirstLead && kPrefixes[lead - kFirstLead][text[i + 1] & 0x3f]) return true;
  }
  return false;
}

// Upper-case letters of Unicode 15 to 17, which ICU 72 does not know, and their lower case.
struct CasePair {
  char32_t first, last, lower;  // a run of pairs with one distance
};
constexpr CasePair kNewCases[] = {
    {0x1c89, 0x1c89, 0x1c8a},    {0xa7cb, 0xa7cb, 0x264},     {0xa7cc, 0xa7cc, 0xa7cd}, {0xa7ce, 0xa7ce, 0xa7cf},
    {0xa7d2, 0xa7d2, 0xa7d3},    {0xa7d4, 0xa7d4, 0xa7d5},    {0xa7da, 0xa7da, 0xa7db}, {0xa7dc, 0xa7dc, 0x19b},
    {0x10d50, 0x10d65, 0x10d70}, {0x16ea0, 0x16eb8, 0x16ebb},
};

char32_t to_lower(char32_t code) {
  if (code < 0x80) return code >= 'A' && code <= 'Z' ? code + 32 : code;
  for (const CasePair& pair : kNewCases) {
    if (code >= pair.first && code <= pair.last) return pair.lower + (code - pair.first);
  }
  return static_cast<char32_t>(u_tolower(static_cast<UChar32>(code)));
}

}  // namespace

bool is_white_space(char32_t code) {
  if (code < 0x80) return code == ' ' || (code >= '\t' && code <= '\r');
  return u_hasBinaryProperty(static_cast<UChar32>(code), UCHAR_WHITE_SPACE);
}

bool is_numeric(char32_t code) {
  if (code < 0x660) return (code >= '0' && code <= '9') || code == U'²' || code == U'³' || code == U'¹' || (code >= U'¼' && code <= U'¾');
  const bool is_of_unicode_17 = (code >= 0x11de0 && code <= 0x11de9) || (code >= 0x16ff4 && code <= 0x16ff6);
  return (category_mask(code) & U_GC_N_MASK) != 0 || is_of_unicode_17;
}

bool is_punctuation(char32_t code) {
  if (code < 0x80) {
    const bool is_letter = (code | 0x20) >= 'a' && (code | 0x20) <= 'z';
    return code > ' ' && code < 0x7f && !is_letter && !is_numeric(code);
  }
  if (code == 0x166d || code == 0x111c9) return true;  // were punctuation in Unicode 8, which the reference has
  return (U_GET_GC_MASK(static_cast<UChar32>(code)) & U_GC_P_MASK) != 0 && age_of(code) <= 8;
}

bool is_word(char32_t code) {
  const auto known = static_cast<UChar32>(known_code_point(code));
  return u_hasBinaryProperty(known, UCHAR_ALPHABETIC) || u_hasBinaryProperty(known, UCHAR_JOIN_CONTROL) ||
         (U_GET_GC_MASK(known) & (U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK)) != 0;
}

bool is_combining_mark(char32_t code) {
  if (code == 0x1cf2 || code == 0x1cf3) return true;  // the reference has the marks of Unicode 9
  if (code == 0x111c9) return false;
  return (U_GET_GC_MASK(static_cast<UChar32>(code)) & U_GC_M_MASK) != 0 && age_of(code) <= 9;
}

bool is_nonspacing_mark(char32_t code) {
  if (code == 0x1734) return true;  // categories that have changed since
  if (code == 0x1885 || code == 0x1886 || code == 0xa9bd || code == 0x111c9) return false;
  return (U_GET_GC_MASK(static_cast<UChar32>(code)) & U_GC_MN_MASK) != 0 && age_of(code) <= 8;
}

bool is_control(char32_t code) {
  return (U_GET_GC_MASK(static_cast<UChar32>(code)) & (U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK)) != 0 && age_of(code) <= 8;
}

std::optional<int> script_of(char32_t code) {
  if (code == U'ー') return USCRIPT_HAN;
  if (code == 0x589 || code == 0x61c) return USCRIPT_COMMON;  // scripts that have changed since
  if (code == 0x953 || code == 0x954) return USCRIPT_DEVANAGARI;
  if (code == U' ' || age_of(code) > 9) return std::nullopt;
  UErrorCode failure = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(static_cast<UChar32>(code), &failure);
  if (script == USCRIPT_UNKNOWN) return std::nullopt;
  return script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA ? USCRIPT_HAN : script;
}

std::string lower_case(char32_t code) {
  std::string text;
  append_utf8(text, code == 0x130 ? U'i' : to_lower(code));
  if (code == 0x130) append_utf8(text, 0x307);
  return text;
}

bool folds_to_many(char32_t code) {
  if (code < 0x80) return false;
  UErrorCode failure = U_ZERO_ERROR;
  std::array<UChar, 2> source{};
  std::array<UChar, 8> folded{};
  std::int32_t length = 0;
  U16_APPEND_UNSAFE(source.data(), length, static_cast<UChar32>(code));
  const std::int32_t n = u_strFoldCase(folded.data(), folded.size(), source.data(), length, U_FOLD_CASE_DEFAULT, &failure);
  return u_countChar32(folded.data(), n) > 1;
}

char32_t first_folding_to_many(char32_t from) {
  static const std::vector<char32_t> kAll = [] {
    std::vector<char32_t> all;
    for (char32_t code = 0; code <= 0x10ffff; ++code)
      if (folds_to_many(code)) all.push_back(code);
    return all;
  }();
  const auto found = std::lower_bound(kAll.begin(), kAll.end(), from);
  return found == kAll.end() ? UINT32_MAX : *found;
}

bool is_folding_of_one(char32_t first, char32_t second) {
  const auto folded = [](char32_t code) {
    return static_cast<char32_t>(u_foldCase(static_cast<UChar32>(code), U_FOLD_CASE_DEFAULT));
  };
  const char32_t a = folded(first), b = folded(second);
  if (a < 0x80 && b < 0x80) return (a == 's' && (b == 's' || b == 't')) || (a == 'f' && (b == 'f' || b == 'i' || b == 'l'));
  if (a == 0x2bc) return b == 'n';
  // Marks that end a folding, the Greek iota and the Armenian letters of the ligatures.
  constexpr std::u32string_view kEnds = U"\u0307\u030c\u0331\u0308\u030a\u02be\u0313\u0342\u03b9\u0582\u0576\u0565\u056b\u056d";
  return kEnds.find(b) != std::u32string_view::npos;
}

bool exchange_new_code_points(std::string_view text, std::string& exchanged) {
  if (!may_have_new_code_points(text)) return false;
  exchanged.clear();
  size_t copied = 0;
  for (size_t i = 0; i < text.size();) {
    const size_t begin = i;
    const char32_t code = next_code_point(text, i);
    const char32_t known = known_code_point(code);
    if (known == code) continue;
    exchanged.append(text, copied, begin - copied);
    append_utf8(exchanged, known);
    copied = i;
  }
  if (copied == 0) return false;
  exchanged.append(text, copied);
  return true;
}

}  // namespace headlight::tokenization
