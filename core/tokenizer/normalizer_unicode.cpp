// Unicode's normalization forms (UAX 15), with the alignment of each resulting character.
// The data are ICU's, limited to the Unicode version of the reference's library.
#include <unicode/uchar.h>
#include <unicode/unorm2.h>

#include <algorithm>
#include <array>

#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/normalizer.hpp"
#include "core/tokenizer/text_changes.hpp"

namespace headlight::tokenization {
namespace {

constexpr int kUnicodeVersion = 9;  // later decompositions and combining classes are not the reference's

struct Form {
  const UNormalizer2* decomposer;  // NFC's or NFKC's data
  const UNormalizer2* composer;    // null for the decomposed forms
};

const UNormalizer2* data_of(const UNormalizer2* (*instance)(UErrorCode*)) {
  UErrorCode failure = U_ZERO_ERROR;
  const UNormalizer2* data = instance(&failure);
  if (U_FAILURE(failure)) throw Error(ErrorCode::internal, std::string("ICU has no normalization data: ") + u_errorName(failure));
  return data;
}

bool is_known(char32_t code) {
  UVersionInfo version;
  u_charAge(static_cast<UChar32>(code), version);
  return version[0] <= kUnicodeVersion;
}

int combining_class(char32_t code) {
  const int value = u_getCombiningClass(static_cast<UChar32>(code));
  return value == 0 || is_known(code) ? value : 0;
}

class Decomposition {
 public:
  explicit Decomposition(const UNormalizer2* data) : data_(data) {}

  void add(char32_t code) { decompose(code, true); }

  std::vector<Change> finish() {
    sort_pending();
    std::vector<Change> changes;
    changes.reserve(parts_.size());
    for (const Part& part : parts_) changes.push_back(part.change);
    return changes;
  }

 private:
  struct Part {
    Change change;
    int order;  // the combining class
  };

  // Returns whether the next part is still the first of its source character.
  bool decompose(char32_t code, bool first) {
    std::array<UChar, 32> units;  // the longest raw mapping has 18 units
    UErrorCode failure = U_ZERO_ERROR;
    const int length = unorm2_getRawDecomposition(data_, static_cast<UChar32>(code), units.data(), units.size(), &failure);
    if (length < 0 || U_FAILURE(failure) || !is_known(code)) {
      push(code, first);
      return false;
    }
    for (int i = 0; i < length;) {
      UChar32 part;
      U16_NEXT(units.data(), i, length, part);
      first = decompose(static_cast<char32_t>(part), first);
    }
    return first;
  }

  void push(char32_t code, bool first) {
    const int order = combining_class(code);
    if (order == 0) sort_pending();
    parts_.push_back({{code, first ? 0 : 1}, order});
    if (order == 0) ready_ = parts_.size();
  }

  // Puts the marks behind the last starter into the order of their combining classes.
  void sort_pending() {
    const auto by_order = [](const Part& a, const Part& b) { return a.order < b.order; };
    std::stable_sort(parts_.begin() + static_cast<std::ptrdiff_t>(ready_), parts_.end(), by_order);
    ready_ = parts_.size();
  }

  const UNormalizer2* data_;
  std::vector<Part> parts_;
  size_t ready_ = 0;  // parts before this are in order
};

char32_t compose_pair(const UNormalizer2* data, char32_t a, char32_t b) {
  const UChar32 composed = unorm2_composePair(data, static_cast<UChar32>(a), static_cast<UChar32>(b));
  return composed < 0 || !is_known(static_cast<char32_t>(composed)) ? 0 : static_cast<char32_t>(composed);
}

std::vector<Change> compose(const UNormalizer2* data, const std::vector<Change>& decomposed) {
  std::vector<Change> result;
  constexpr size_t kNone = static_cast<size_t>(-1);
  size_t starter = kNone;  // the place in `result` of the starter that marks may join
  int last_order = -1;     // the class of the last mark that did not join; -1: none since the starter
  for (const Change next : decomposed) {
    const int order = combining_class(next.code);
    if (starter != kNone && last_order < order) {
      if (const char32_t joined = compose_pair(data, result[starter].code, next.code); joined != 0) {
        result[starter] = {joined, result[starter].change + next.change - 1};
        continue;
      }
    }
    if (order == 0) {
      starter = result.size();
      last_order = -1;
    } else {
      last_order = order;
    }
    result.push_back(next);
  }
  return result;
}

class UnicodeNormalizer : public Normalizer {
 public:
  UnicodeNormalizer(Form form, UProperty quick_check) : form_(form), quick_check_(quick_check) {}

  void apply(AlignedText& text) const override {
    if (is_normal(text.text())) return;
    Decomposition decomposition(form_.decomposer);
    for (size_t i = 0; i < text.text().size();) decomposition.add(next_code_point(text.text(), i));
    std::vector<Change> changes = decomposition.finish();
    if (form_.composer != nullptr) changes = compose(form_.composer, changes);
    apply_changes(text, changes);
  }

 private:
  // Surely in normal form; false where a closer look is needed.
  bool is_normal(std::string_view text) const {
    for (size_t i = 0; i < text.size();) {
      const char32_t code = next_code_point(text, i);
      if (code < 0x80) continue;
      const auto point = static_cast<UChar32>(code);
      if (u_getCombiningClass(point) != 0 || u_getIntPropertyValue(point, quick_check_) != UNORM_YES) return false;
    }
    return true;
  }

  Form form_;
  UProperty quick_check_;
};

}  // namespace

std::unique_ptr<Normalizer> unicode_normalizer(std::string_view type) {
  const bool is_canonical = type == "NFC" || type == "NFD", is_compatible = type == "NFKC" || type == "NFKD";
  if (!is_canonical && !is_compatible) return nullptr;
  const UNormalizer2* data = data_of(is_canonical ? unorm2_getNFCInstance : unorm2_getNFKCInstance);
  const bool composes = type.back() == 'C';
  const UProperty quick_check = type == "NFC"    ? UCHAR_NFC_QUICK_CHECK
                                : type == "NFD"  ? UCHAR_NFD_QUICK_CHECK
                                : type == "NFKC" ? UCHAR_NFKC_QUICK_CHECK
                                                 : UCHAR_NFKD_QUICK_CHECK;
  return std::make_unique<UnicodeNormalizer>(Form{data, composes ? data : nullptr}, quick_check);
}

}  // namespace headlight::tokenization
