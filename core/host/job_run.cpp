#include "core/host/job_run.hpp"

#include <cmath>

namespace headlight {

bool WorkerRun::is_committed(int output, HeadId head, int prompt) const {
  const auto is_there = [&](int each) { return committed_cells.contains({each, head.layer, head.head, prompt}); };
  if (output >= 0) return is_there(output);
  for (int each = 0; each < static_cast<int>(outputs().size()); ++each)
    if (!outputs()[static_cast<size_t>(each)].is_derived() && !is_there(each)) return false;
  return true;
}

void WorkerRun::emit(Part part, int replicate, int output, HeadId head, int prompt, double value) {
  const auto& declared = outputs();
  const std::string& who = measures_family() ? family->info.id : method.info.id;
  if (output < 0 || static_cast<size_t>(output) >= declared.size())
    throw Error(ErrorCode::plugin, who + " emits output " + std::to_string(output) + " but declares " + std::to_string(declared.size()));
  const PluginOutput& facts = declared[static_cast<size_t>(output)];
  if (facts.is_derived()) throw Error(ErrorCode::plugin, who + " emits " + facts.name + ", which follows from its other outputs");
  const auto place = [&] { return who + " gives " + facts.name + " of " + to_string(head) + " on prompt " + std::to_string(prompt); };
  if (!std::isfinite(value)) throw Error(ErrorCode::plugin, place() + " " + std::string(kNoNumber));
  const double slack = 1e-5 * (facts.max - facts.min < 1e6 ? facts.max - facts.min : 1);  // rounding of float captures
  if (value < facts.min - slack || value > facts.max + slack)
    throw Error(ErrorCode::plugin, place() + " as " + number_text(value) + std::string(kOutsideItsRange) + number_text(facts.min) + " to " +
                                       number_text(facts.max));
  pending.push_back({.part = part, .output = output, .head = head, .prompt = prompt, .replicate = replicate, .value = value});
}

}  // namespace headlight
