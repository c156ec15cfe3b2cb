// The options of a multiple-choice question: roles letter_1, letter_2, ... (or option_1, ...) and correct_letter.
#pragma once

#include <headlight/sdk/answers.hpp>
#include <headlight/sdk/family.hpp>
#include <headlight/sdk/manifest.hpp>

#include <string>
#include <vector>

namespace headlight::sdk {

struct Choices {
  std::vector<Span> places;
  size_t correct = 0;  // which of them is right

  // What a row gives to each.
  std::vector<double> given(std::span<const float> row) const {
    std::vector<double> given;
    for (const Span place : places) given.push_back(sum(row, place));
    return given;
  }
};

// The prompt's choices of a kind, "letter" or "option". WHO needs them, N of them (0: two or more).
inline Choices choices_of(const Prompt& prompt, const std::string& kind, const std::string& who, size_t n = 0) {
  Choices choices;
  const auto correct = prompt.role("correct_" + kind);
  while (const auto place = prompt.role(kind + "_" + std::to_string(choices.places.size() + 1))) choices.places.push_back(*place);
  const std::string last = n > 0 ? kind + "_" + std::to_string(n) : "so on";
  if (!correct || choices.places.size() < 2 || (n > 0 && choices.places.size() != n))
    throw Failure(HEADLIGHT_UNSUPPORTED, who + " need the roles " + kind + "_1 to " + last + " and correct_" + kind);
  for (size_t k = 0; k < choices.places.size(); ++k)
    if (choices.places[k].begin == correct->begin) choices.correct = k;
  return choices;
}

// Which choice gets most and which is right, as numbers from 0, and what the one tells of the other over many prompts. They stand one after
// another among a family's outputs; FIRST is the place of the first.
inline constexpr headlight_output kFavourite = output({.name = "favourite", .doc = "which of the letters gets most, counted from 0", .unit = "1", .min = 0, .max = 25});
inline constexpr headlight_output kRight = output({.name = "right", .doc = "which of the letters is right, counted from 0", .unit = "1", .min = 0, .max = 25});
constexpr headlight_output information_output(uint32_t first) {
  return output({.name = "information",
                 .doc = "mutual information of the letter that gets most and the right one, over prompts, less what chance gives: 0 for a head that does not care for the answer",
                 .unit = "nats",
                 .min = -2,
                 .max = 2,
                 .across = HEADLIGHT_ACROSS_INFORMATION,
                 .across_first = first,
                 .across_second = first + 1});
}

// A family of four choices and of what the last token gives to each.
class ChoiceFamily : public MeanFamily {
 public:
  static constexpr size_t kChoices = 4;
  ChoiceFamily(const headlight_host* host, const headlight_manifest& manifest, const char* kind, const char* who)
      : MeanFamily(host, manifest), kind_(kind), who_(who) {}

  void observe(const Capture& pattern) final {
    if (end_ < pattern.query_begin() || end_ >= pattern.query_end()) return;
    for (int h = 0; h < pattern.n_heads(); ++h) add({pattern.layer(), h}, choices_.given(pattern.row(h, end_)));
  }

 protected:
  virtual void add(Head head, const std::vector<double>& given) = 0;
  const Choices& choices() const { return choices_; }
  // kFavourite and kRight, FIRST being the place of the former; of equals, the first is the favourite.
  void add_choice(uint32_t first, Head head, const std::vector<double>& given) {
    tally().add(first, head, static_cast<double>(std::max_element(given.begin(), given.end()) - given.begin()));
    tally().add(first + 1, head, static_cast<double>(choices_.correct));
  }
  // Whether the right choice gets most; of equals, the first.
  bool is_right(const std::vector<double>& given) const {
    return std::max_element(given.begin(), given.end()) == given.begin() + static_cast<std::ptrdiff_t>(choices_.correct);
  }

 private:
  void look_at(const Prompt& prompt) final {
    choices_ = choices_of(prompt, kind_, who_, kChoices);
    end_ = prompt.end();
  }
  std::string kind_, who_;
  Choices choices_;
  int end_ = 0;
};

}  // namespace headlight::sdk
