// What is known of a model's heads from measurements with other programs (models/README.md), and the check that a scan agrees.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/head_id.hpp"

namespace headlight::testing_support {

struct KnownHead {
  std::string head;  // "L1H1"
  double value = 0;
};

struct KnownModel {
  std::filesystem::path folder;
  // Family: its heads with the highest statistics on repeated random tokens. All of them must be the scan's highest.
  std::map<std::string, std::vector<KnownHead>> statistics;
  std::vector<std::string> families_without_heads;
  // The heads whose zeroing changes the log probability of repeated tokens most.
  std::vector<KnownHead> effects;
  std::map<std::string, std::string> confirmed;  // family: the head that statistic and effect both speak for
};

// Scans the model and expects all of it.
void expect_known_heads(const KnownModel& known);

}  // namespace headlight::testing_support
