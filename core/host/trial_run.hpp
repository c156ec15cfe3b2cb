// One run of one plugin in a worker of its own, for nobody's catalogue: what came of it.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/host/job.hpp"

namespace headlight {

struct TrialPatience {
  std::chrono::milliseconds silence{20000};  // a worker that reports nothing for so long hangs
  std::chrono::milliseconds whole{60000};    // no trial takes longer than that
};

struct TrialOutcome {
  std::vector<CellValue> values;
  bool done = false;                                  // the run came to its end, and the process after it
  bool died = false;                                  // the process broke off without a word
  std::string code;                                   // of a failure that the worker reported: "plugin"
  std::string failure;                                // its message, or how the process ended; "" when done
  std::optional<std::chrono::milliseconds> stopping;  // how long it went on after it was cancelled
};

// Runs the job. With `cancels` it is cancelled as soon as it says that something is done; `whole` then counts from there.
TrialOutcome try_job(const Job& job, const std::filesystem::path& worker, const TrialPatience& patience, bool cancels = false);

// Shows a family prompts of one, two and three tokens. Returns what is wrong, or nothing.
struct ShortPromptTrial {
  std::filesystem::path family, model;
  bool guards_captures = true;
};
std::optional<std::string> try_short_prompts(const ShortPromptTrial& trial, const std::filesystem::path& worker,
                                             const TrialPatience& patience);

}  // namespace headlight
