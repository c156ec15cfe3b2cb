// headlight: the one executable. Finds the command, runs it, and is one of the four edges where errors are caught.
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <new>

#include "cli/commands.hpp"
#include "core/base/error.hpp"
#include "core/base/nearest.hpp"
#include "core/host/worker.hpp"

namespace headlight {
namespace {

int print_help(std::ostream& out) {
  out << "headlight finds, tests and catalogues the attention heads of language models.\n\nUsage: headlight COMMAND [options]\n\nCommands:\n";
  for (const Command& command : commands()) {
    std::string name = command.spec.name;
    name.resize(12, ' ');
    out << "  " << name << command.spec.summary << "\n";
  }
  out << "\n`headlight COMMAND --help` says more. Begin with: headlight scan mixture-tiny && headlight serve --open\n";
  return kDone;
}

int dispatch(const std::vector<std::string>& words, const Environment& environment) {
  if (words.empty()) return print_help(std::cerr), kBadInput;
  const std::string& name = words.front();
  if (name == "help" && words.size() == 2) return dispatch({words[1], "--help"}, environment);
  if (name == "--help" || name == "-h" || name == "help") return print_help(std::cout);
  if (name == "--version" || name == "version") return std::cout << "headlight " HEADLIGHT_VERSION "\n", kDone;
  if (name == "worker" && words.size() == 2) {
    if (words[1] == "short-prompts") return try_short_prompts(0, 3);
    return words[1] == "job" ? run_worker(0, 3) : describe_plugins(0, 3);
  }
  for (const Command& command : commands()) {
    if (command.spec.name != name) continue;
    const auto options = parse_options(command.spec, {words.begin() + 1, words.end()});
    return options ? command.run(*options, environment) : kDone;
  }
  std::vector<std::string> names;
  for (const Command& command : commands()) names.push_back(command.spec.name);
  throw Error(ErrorCode::bad_input, "there is no command \"" + name + "\"" + instead_of(name, names));
}

// What was printed has to arrive. A reader that has had enough (`| head`) is no error.
int with_output_written(int code) {
  std::cout.flush();
  pollfd end{STDOUT_FILENO, POLLOUT, 0};
  if (std::cout || (::poll(&end, 1, 0) == 1 && (end.revents & POLLERR))) return code;
  std::cerr << "headlight: standard output cannot be written: is the disk full?\n";
  return kBadInput;
}

int exit_code_of(ErrorCode code) {
  if (code == ErrorCode::cancelled) return kInterrupted;
  return kBadInput;
}

}  // namespace
}  // namespace headlight

int main(int argc, char** argv) {
  using namespace headlight;
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return with_output_written(dispatch({argv + 1, argv + argc}, {.executable = std::filesystem::read_symlink("/proc/self/exe")}));
  } catch (const Error& error) {
    std::cout.flush();
    std::cerr << "headlight: " << error.what() << "\n";
    return exit_code_of(error.code());
  } catch (const std::bad_alloc&) {
    std::cerr << "headlight: out of memory: choose a smaller model or raise the memory this process may use\n";
  } catch (const std::exception& error) {
    std::cerr << "headlight: internal error: " << error.what() << "\n";
  }
  return kBadInput;
}
