// Sentences with their grammar, as Universal Dependencies write them (CoNLL-U: ten columns for each word, an empty line between
// sentences).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/tokenizer/tokenizer.hpp"

namespace headlight::tasks {

struct ConlluArc {
  std::string relation;
  int dependent = 0, head = 0;  // index into `words`
};

struct ConlluSentence {
  std::string text;
  std::vector<TextSpan> words;  // in code points; the parts of a contraction ("don't") all have the span of the whole
  std::vector<ConlluArc> arcs;  // without the root's and those between parts of one contraction
};

// Throws Error{bad_input} with the line and what is wrong with it.
std::vector<ConlluSentence> read_conllu(std::string_view text);

}  // namespace headlight::tasks
