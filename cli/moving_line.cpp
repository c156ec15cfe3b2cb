#include "cli/moving_line.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

namespace headlight {
namespace {
constexpr std::chrono::milliseconds kRedraw{100};
}

MovingLine::MovingLine(std::ostream& out) : out_(out), terminal_(::isatty(STDERR_FILENO) != 0) {}

bool MovingLine::is_due() {
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || now - drawn_ < kRedraw) return false;
  drawn_ = now;
  return true;
}

void MovingLine::draw(std::string text) {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 && text.size() >= size.ws_col) text.resize(size.ws_col - 1u);
  out_ << "\r\033[K" << text << std::flush;
  moving_ = true;
}

void MovingLine::line(const std::string& text) {
  if (moving_) out_ << "\r\033[K";
  moving_ = false;
  out_ << text << "\n" << std::flush;
}

}  // namespace headlight
