#include "core/host/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/base/error.hpp"
#include "core/base/utf8.hpp"

extern char** environ;

namespace headlight {
namespace {

constexpr size_t kLastWords = 2000;  // bytes
constexpr int kChildWrites = 3;
constexpr std::chrono::seconds kTimeToEnd{3};  // once it has closed its side

struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw Error(ErrorCode::io, std::string("no pipe to a worker: ") + std::strerror(errno));
    read = ends[0];
    write = ends[1];
  }
};

std::string description(int status) {
  if (WIFEXITED(status)) return "exited with code " + std::to_string(WEXITSTATUS(status));
  const int signal = WTERMSIG(status);
  return "was killed by signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")";
}

}  // namespace

ChildProcess::ChildProcess(const std::filesystem::path& executable, const std::vector<std::string>& arguments) {
  const Pipe in, out, err;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.read, 0);
  posix_spawn_file_actions_adddup2(&actions, err.write, 1);  // a plugin that prints does not disturb the frames
  posix_spawn_file_actions_adddup2(&actions, err.write, 2);
  posix_spawn_file_actions_adddup2(&actions, out.write, kChildWrites);

  std::vector<std::string> words{executable.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const int failure = ::posix_spawn(&pid_, executable.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  for (const int end : {in.read, out.write, err.write}) ::close(end);
  to_child_ = in.write;
  from_child_ = out.read;
  errors_ = err.read;
  ::fcntl(errors_, F_SETFL, O_NONBLOCK);
  if (failure != 0) {
    pid_ = -1;
    for (const int end : {to_child_, from_child_, errors_}) ::close(end);
    throw Error(ErrorCode::io, executable.string() + ": a worker cannot be started: " + std::strerror(failure));
  }
}

ChildProcess::~ChildProcess() {
  if (pid_ >= 0) {
    kill();
    wait();
  }
  for (const int end : {to_child_, from_child_, errors_})
    if (end >= 0) ::close(end);
}

void ChildProcess::send(const Json& message, std::string_view blob) {
  try {
    FrameWriter(to_child_).write(message, blob);
  } catch (const Error&) {
    // It died before it read its job; how it ended is told by wait().
  }
}

void ChildProcess::read_errors() {
  std::array<char, 4096> buffer;
  for (ssize_t n; (n = ::read(errors_, buffer.data(), buffer.size())) > 0;) {
    last_words_.append(buffer.data(), static_cast<size_t>(n));
    if (last_words_.size() > 2 * kLastWords) last_words_.erase(0, last_words_.size() - kLastWords);
  }
}

ChildProcess::Wait ChildProcess::next(Frame& frame, std::chrono::milliseconds timeout, const std::function<bool()>& stop) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + timeout;
  std::string buffer(1 << 16, '\0');
  while (true) {
    try {
      if (auto ready = reader_.next()) {
        frame = std::move(*ready);
        return Wait::frame;
      }
    } catch (const Error& error) {  // a plugin wrote into the pipe
      killed_because_ = std::string("sent what is no message (") + error.what() + ") and was stopped";
      kill();
      return Wait::end;
    }
    if (stop && stop()) return Wait::interrupted;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return Wait::silence;
    std::array<pollfd, 2> ends{pollfd{from_child_, POLLIN, 0}, pollfd{errors_, POLLIN, 0}};
    const int n_ready = ::poll(ends.data(), ends.size(), static_cast<int>(std::min<long>(left, stop ? 100 : left)));
    if (n_ready < 0 && errno != EINTR) throw Error(ErrorCode::io, std::string("waiting for a worker: ") + std::strerror(errno));
    if (n_ready <= 0) continue;
    if (ends[1].revents) {
      read_errors();
      if (!ends[0].revents && (ends[1].revents & POLLHUP)) ::usleep(1000);
    }
    if (!ends[0].revents) continue;
    const ssize_t n = ::read(from_child_, buffer.data(), buffer.size());
    if (n == 0) return Wait::end;
    if (n > 0) reader_.add(std::string_view(buffer).substr(0, static_cast<size_t>(n)));
  }
}

void ChildProcess::terminate() {
  if (pid_ >= 0) ::kill(pid_, SIGTERM);
}

void ChildProcess::kill() {
  if (pid_ >= 0) ::kill(pid_, SIGKILL);
}

ProcessEnd ChildProcess::wait() {
  ProcessEnd end;
  if (pid_ < 0) return end;
  int status = 0;
  const auto deadline = std::chrono::steady_clock::now() + kTimeToEnd;
  for (pid_t ended = 0; (ended = ::waitpid(pid_, &status, WNOHANG)) != pid_;) {
    if (ended < 0 && errno != EINTR) break;
    if (std::chrono::steady_clock::now() > deadline && killed_because_.empty()) {
      killed_because_ = "fell silent but did not end, and was stopped";
      kill();
    }
    ::usleep(1000);
  }
  pid_ = -1;
  read_errors();
  if (last_words_.size() > kLastWords) last_words_.erase(0, last_words_.size() - kLastWords);
  end.clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  end.how = killed_because_.empty() ? description(status) : killed_because_;
  end.last_words = repair_utf8(last_words_);
  return end;
}

}  // namespace headlight
