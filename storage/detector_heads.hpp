// The rows of the catalogue: every head of every detector with its verdict. Derived from runs, and kept right here.
#pragma once

#include <cstdint>
#include <string>

#include "storage/connection.hpp"

namespace headlight {

// The detectors whose verdicts depend on one another: all methods for one (model, family, task).
struct DetectorGroup {
  std::int64_t model = 0;  // model.id
  std::string family, task;
};

// Writes detector_head and detector_summary of the group anew from its done runs. REQUIRES a write transaction.
void refresh_heads(const Connection& connection, const DetectorGroup& group);

// The same for all groups that a run answers for.
void refresh_heads_of_run(const Connection& connection, std::int64_t run);

}  // namespace headlight
