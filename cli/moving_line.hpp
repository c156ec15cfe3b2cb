// Standard error for people: lines that stay, and on a terminal one line under them that moves.
#pragma once

#include <chrono>
#include <ostream>
#include <string>

namespace headlight {

class MovingLine {
 public:
  explicit MovingLine(std::ostream& out);

  bool on_terminal() const { return terminal_; }
  // True ten times a second at most, and only on a terminal: the moment to draw again.
  bool is_due();
  void draw(std::string text);         // the moving line, cut to the terminal's width
  void line(const std::string& text);  // above the moving line, or plain in a pipe

 private:
  std::ostream& out_;
  const bool terminal_;
  std::chrono::steady_clock::time_point drawn_{};
  bool moving_ = false;
};

}  // namespace headlight
