#include "core/tasks/csv.hpp"

#include <utility>

#include "core/base/error.hpp"

namespace headlight::tasks {
namespace {

class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {}

  std::vector<std::vector<std::string>> read() {
    while (at_ < text_.size()) {
      read_field();
      if (at_ < text_.size() && text_[at_] == ',') {
        ++at_;
        if (at_ == text_.size() || is_line_end()) row_.emplace_back();
        if (at_ < text_.size() && !is_line_end()) continue;
      }
      end_row();
    }
    return std::move(rows_);
  }

 private:
  bool is_line_end() const { return text_[at_] == '\n' || text_[at_] == '\r'; }

  void read_field() {
    std::string field;
    if (at_ < text_.size() && text_[at_] == '"') {
      read_quoted(field);
    } else {
      while (at_ < text_.size() && text_[at_] != ',' && !is_line_end()) {
        if (text_[at_] == '"') fail("a quote inside a field; put the field into quotes and double the quote");
        field += text_[at_++];
      }
    }
    row_.push_back(std::move(field));
  }

  void read_quoted(std::string& field) {
    const int start = line_;
    for (++at_;; ++at_) {
      if (at_ == text_.size()) {
        line_ = start;
        fail("a quote that is never closed");
      }
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        field += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        field += text_[++at_];
      } else {
        break;
      }
    }
    ++at_;
    if (at_ < text_.size() && text_[at_] != ',' && !is_line_end()) fail("text after a closing quote");
  }

  void end_row() {
    if (row_.size() > 1 || !row_[0].empty()) rows_.push_back(std::move(row_));
    row_ = {};
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }

  [[noreturn]] void fail(const char* what) const {
    throw Error(ErrorCode::bad_input, "line " + std::to_string(line_) + ": " + what);
  }

  std::string_view text_;
  size_t at_ = 0;
  int line_ = 1;
  std::vector<std::string> row_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace

std::vector<std::vector<std::string>> read_csv(std::string_view text) { return CsvReader(text).read(); }

}  // namespace headlight::tasks
