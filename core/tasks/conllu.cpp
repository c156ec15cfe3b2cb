#include "core/tasks/conllu.hpp"

#include <charconv>

#include "core/base/error.hpp"
#include "core/tokenizer/utf8.hpp"

namespace headlight::tasks {
namespace {

constexpr size_t kColumns = 10;
enum Column : size_t { kId = 0, kForm = 1, kHead = 6, kRelation = 7, kMisc = 9 };

std::vector<std::string_view> split(std::string_view line, char by) {
  std::vector<std::string_view> parts;
  for (size_t start = 0;;) {
    const size_t end = line.find(by, start);
    parts.push_back(line.substr(start, end == std::string_view::npos ? end : end - start));
    if (end == std::string_view::npos) return parts;
    start = end + 1;
  }
}

class ConlluReader {
 public:
  std::vector<ConlluSentence> read(std::string_view text) {
    for (std::string_view line : split(text, '\n')) {
      ++line_;
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.empty()) {
        end_sentence();
      } else if (line[0] != '#') {
        read_word(line);
      }
    }
    end_sentence();
    return std::move(sentences_);
  }

 private:
  struct Word {
    int head = 0;
    std::string relation;
    int line = 0;
  };

  int number(std::string_view text, const char* column) const {
    int value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size() || value < 0)
      fail(line_, std::string(column) + " is \"" + std::string(text) + "\", which is no number");
    return value;
  }

  void read_word(std::string_view line) {
    const auto columns = split(line, '\t');
    if (columns.size() != kColumns)
      fail(line_, "expected 10 columns with tabs between them, found " + std::to_string(columns.size()));
    if (columns[kId].find('.') != std::string_view::npos) return;  // an empty node
    if (columns[kForm].empty()) fail(line_, "the word is empty");
    if (const auto dash = columns[kId].find('-'); dash != std::string_view::npos) {
      contraction_ = add_text(columns);
      contraction_end_ = number(columns[kId].substr(dash + 1), "ID");
      return;
    }
    const int id = number(columns[kId], "ID");
    if (id != static_cast<int>(words_.size()) + 1)
      fail(line_, "ID is " + std::to_string(id) + ", expected " + std::to_string(words_.size() + 1));
    sentence_.words.push_back(id <= contraction_end_ ? contraction_ : add_text(columns));
    words_.push_back({.head = number(columns[kHead], "HEAD"), .relation = std::string(columns[kRelation]), .line = line_});
  }

  TextSpan add_text(const std::vector<std::string_view>& columns) {
    if (needs_space_) sentence_.text += ' ';
    const int begin = n_characters_ + (needs_space_ ? 1 : 0);
    sentence_.text += columns[kForm];
    n_characters_ = begin + static_cast<int>(tokenization::count_code_points(columns[kForm]));
    needs_space_ = columns[kMisc].find("SpaceAfter=No") == std::string_view::npos;
    return {.begin = begin, .end = n_characters_};
  }

  void end_sentence() {
    const int n = static_cast<int>(words_.size());
    for (int i = 0; i < n; ++i) {
      const Word& word = words_[static_cast<size_t>(i)];
      if (word.head > n)
        fail(word.line, "HEAD is " + std::to_string(word.head) + ", but the sentence has " + std::to_string(n) + " words");
      if (word.head == 0) continue;
      const int head = word.head - 1;
      if (sentence_.words[static_cast<size_t>(i)] == sentence_.words[static_cast<size_t>(head)]) continue;
      sentence_.arcs.push_back({.relation = word.relation, .dependent = i, .head = head});
    }
    if (n > 0) sentences_.push_back(std::move(sentence_));
    sentence_ = {};
    words_.clear();
    n_characters_ = 0;
    needs_space_ = false;
    contraction_end_ = 0;
  }

  [[noreturn]] static void fail(int line, const std::string& what) {
    throw Error(ErrorCode::bad_input, "line " + std::to_string(line) + ": " + what);
  }

  std::vector<ConlluSentence> sentences_;
  ConlluSentence sentence_;
  std::vector<Word> words_;
  TextSpan contraction_;
  int contraction_end_ = 0;  // the last ID inside it
  int n_characters_ = 0;     // of the sentence's text
  bool needs_space_ = false;
  int line_ = 0;
};

}  // namespace

std::vector<ConlluSentence> read_conllu(std::string_view text) {
  if (find_invalid_utf8(text) != std::string_view::npos) throw Error(ErrorCode::bad_input, "the file is not UTF-8");
  return ConlluReader().read(text);
}

}  // namespace headlight::tasks
