// A worker process: the same executable, started by posix_spawn, spoken to over two pipes, its standard error kept for its last words.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/host/frames.hpp"

namespace headlight {

// How a process ended, in words: "exited with code 3", "was killed by signal 6 (Aborted)".
struct ProcessEnd {
  bool clean = false;  // exit code 0
  std::string how;
  std::string last_words;  // the end of its standard error
};

class ChildProcess {
 public:
  // Throws Error{io} when it cannot be started. The child reads frames from descriptor 0 and writes them to descriptor 3.
  ChildProcess(const std::filesystem::path& executable, const std::vector<std::string>& arguments);
  ~ChildProcess();  // kills it if it still runs
  ChildProcess(const ChildProcess&) = delete;

  void send(const Json& message, std::string_view blob = {});

  enum class Wait { frame, end, silence, interrupted };
  // The next frame; end: it closed its side, or what it sent is no frame and it was killed; silence: nothing came in time;
  // interrupted: `stop` became true.
  Wait next(Frame& frame, std::chrono::milliseconds timeout, const std::function<bool()>& stop = {});

  void terminate();  // SIGTERM
  void kill();
  ProcessEnd wait();  // after end, or after kill; a process that has closed its side and goes on is killed

 private:
  void read_errors();

  pid_t pid_ = -1;
  int to_child_ = -1, from_child_ = -1, errors_ = -1;
  FrameReader reader_;
  std::string last_words_;
  std::string killed_because_;
};

}  // namespace headlight
