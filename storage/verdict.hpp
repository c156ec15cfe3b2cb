// What the attentional and the causal evidence of a head say together.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace headlight {

// Append only: stored in databases (table verdict, column id).
enum class Verdict {
  confirmed = 1,       // the statistic is over its threshold and a causal effect is beyond the controls
  correlational = 2,   // the statistic only
  causal = 3,          // a causal effect only
  absent = 4,          // neither
  not_measurable = 5,  // the model does not solve the task, so nothing can be said
};

inline constexpr std::array kVerdicts{Verdict::confirmed, Verdict::correlational, Verdict::causal, Verdict::absent,
                                      Verdict::not_measurable};

// "not measurable"
std::string_view to_string(Verdict verdict);

// Also understands "not-measurable" and "not_measurable", which need no quotes in a shell or URL; nothing otherwise.
std::optional<Verdict> parse_verdict(std::string_view text);

// Throws Error{corrupt} for a number that no verdict has.
Verdict verdict_from(int stored);

// statistic: a run of a method that measures the family found the head. effect: a run of another method did.
// measurable: all runs of (model, family, task) were.
Verdict decide_verdict(bool statistic, bool effect, bool measurable);

}  // namespace headlight
