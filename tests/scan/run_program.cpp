#include "tests/scan/run_program.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "tests/scan/trial_scan.hpp"
#include "tests/support/temporary_folder.hpp"

extern char** environ;

namespace headlight::testing_support {
namespace {

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> list;
  for (std::string& word : words) list.push_back(word.data());
  list.push_back(nullptr);
  return list;
}

}  // namespace

ProgramRun run_headlight(const std::vector<std::string>& arguments, const std::vector<std::string>& variables) {
  const TemporaryFolder folder;
  std::vector<std::string> words{headlight_program().string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> environment = variables;
  environment.push_back("XDG_DATA_HOME=" + folder.path().string());
  for (char** variable = environ; *variable; ++variable)
    if (std::strncmp(*variable, "HEADLIGHT_", 10) != 0 && std::strncmp(*variable, "XDG_DATA_HOME=", 14) != 0)
      environment.push_back(*variable);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  const std::string out = folder / "out", err = folder / "err";
  posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT, 0600);
  pid_t pid = 0;
  const int failure =
      ::posix_spawn(&pid, words.front().c_str(), &actions, nullptr, pointers(words).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) throw Error(ErrorCode::io, words.front() + ": " + std::strerror(failure));
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return {.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          .out = read_file(out),
          .err = read_file(err)};
}

}  // namespace headlight::testing_support
