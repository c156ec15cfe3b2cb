// The families' own statistics of a model's heads, over all tasks that the model solves.
#pragma once

#include <map>
#include <string>

#include "core/base/head_id.hpp"

namespace headlight {

class Catalogue;

struct FamilyStatistic {
  double score = 0;      // the largest over the tasks, the output's unit
  bool present = false;  // looks the part on a task: confirmed or correlational
};

// [family][head]; heads without a score are left out, and families without any head.
using FamilyStatistics = std::map<std::string, std::map<HeadId, FamilyStatistic>>;

// `family` "" is all of them.
FamilyStatistics family_statistics(Catalogue& catalogue, const std::string& model, const std::string& family = "");

}  // namespace headlight
