// The one exception type of the program, caught at four edges only: command line, HTTP handler, run worker, plugin boundary.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace headlight {

// Append only: the values cross the plugin boundary and stand in databases.
enum class ErrorCode {
  internal = 1,         // a defect of Headlight
  bad_input = 2,        // the user's words or files are wrong
  not_found = 3,        // a file, model, head, plugin or row that is not there
  unsupported = 4,      // understood, but not something Headlight does
  corrupt = 5,          // a file contradicts itself
  io = 6,               // the system refused to read or write
  out_of_memory = 7,    // the memory budget does not hold it
  cancelled = 8,        // the user stopped it
  plugin = 9,           // a plugin broke its contract
  not_measurable = 10,  // the model cannot show what is asked (task not solved, context too short)
};

// The word that is printed and stored: "bad_input".
std::string_view to_string(ErrorCode code);

class Error : public std::runtime_error {
 public:
  // `message` says what is wrong, where, the numbers found and expected, and what to do next. It may quote a stranger's file: what()
  // is UTF-8 without control characters but line ends and tabs, which become '?', and without the middle of what is longer than kLongest.
  Error(ErrorCode code, const std::string& message);

  static constexpr std::size_t kLongest = 4000;  // bytes of what()

  ErrorCode code() const { return code_; }

  // The same error with the place it happened in front: "models/x/config.json: ...".
  Error at(std::string_view place) const { return Error(code_, std::string(place) + ": " + what()); }

 private:
  ErrorCode code_;
};

}  // namespace headlight
