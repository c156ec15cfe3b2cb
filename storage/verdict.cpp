#include "storage/verdict.hpp"

#include <algorithm>
#include <string>

#include "core/base/error.hpp"

namespace headlight {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::confirmed: return "confirmed";
    case Verdict::correlational: return "correlational";
    case Verdict::causal: return "causal";
    case Verdict::absent: return "absent";
    case Verdict::not_measurable: return "not measurable";
  }
  return "absent";
}

std::optional<Verdict> parse_verdict(std::string_view text) {
  std::string word(text);
  std::replace_if(word.begin(), word.end(), [](char c) { return c == '-' || c == '_'; }, ' ');
  for (const Verdict verdict : kVerdicts)
    if (to_string(verdict) == word) return verdict;
  return std::nullopt;
}

Verdict verdict_from(int stored) {
  for (const Verdict verdict : kVerdicts)
    if (static_cast<int>(verdict) == stored) return verdict;
  throw Error(ErrorCode::corrupt, "the catalogue holds the verdict " + std::to_string(stored) + "; this program knows 1 to 5");
}

Verdict decide_verdict(bool statistic, bool effect, bool measurable) {
  if (!measurable) return Verdict::not_measurable;
  if (statistic) return effect ? Verdict::confirmed : Verdict::correlational;
  return effect ? Verdict::causal : Verdict::absent;
}

}  // namespace headlight
