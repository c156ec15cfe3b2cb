// Runs the built program as a user would and tells what it said.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace headlight::testing_support {

struct ProgramRun {
  int exit_code = 0;  // 128 + signal when it was killed
  std::string out, err;
};

// `variables` are added to the environment, as NAME=VALUE; the user's own plugin folders are never seen.
ProgramRun run_headlight(const std::vector<std::string>& arguments, const std::vector<std::string>& variables = {});

}  // namespace headlight::testing_support
