// How the training mixture words its documents (models/train), as regular expressions.
#pragma once

#include <string>
#include <vector>

namespace headlight::mixture {

inline const std::string kName = "[A-Z][a-z]+", kWord = "[a-z]+";
inline const std::string kThe = "the (" + kWord + " )?" + kWord, kCapThe = "The (" + kWord + " )?" + kWord,
                         kA = "a (" + kWord + " )?" + kWord;

inline const std::string kIoi = [] {
  const std::string names = "(" + kName + ") and (" + kName + ")", soon = "( Soon| Later)?";
  const std::string opener = "(When " + names + " went to the " + kWord + ",|Then, " + names + " went to the " + kWord + "\\." +
                             soon + "|After " + names + " came to the " + kWord + ",|Friends " + names + " were at the " + kWord +
                             "\\." + soon + "|" + kName + " met " + kName + " at the " + kWord + "\\." + soon + ")";
  return opener + " " + kName + " (gave a|handed a|offered the|showed the) " + kWord + " to";
}();
// kIoi's last group is the verb.

inline const std::string kStoryFirst =
    "Once upon a time, " + kName + " lived near the " + kWord + " with a " + kWord + " " + kWord + "\\.";
inline const std::string kStoryMiddle = "(" + kCapThe + " " + kWord + " " + kThe + "|" + kCapThe + " that " + kWord + " " + kThe +
                                        " " + kWord + " " + kWord + "|" + kCapThe + " " + kWord + " in the " + kWord + "|" +
                                        kName + " went to the " + kWord + " and " + kWord + " " + kA + "|In the " + kWord + ", " +
                                        kThe + " " + kWord + " " + kName + " " + kWord + "|" + kName + " found a " + kWord + "|" +
                                        kName + " called the " + kWord + "|The " + kWord + " was " + kWord + "|" + kName +
                                        " went back to the " + kWord + "|The " + kWord + " was in the " + kWord + ")\\.";
inline const std::string kStoryLast = "(In the end, " + kName + " was happy|That night, " + kName + " slept in the " + kWord +
                                      "|Finally, " + kName + " gave the " + kWord + " to the " + kWord + ")\\.";

inline std::vector<std::string> sentences_of(const std::string& story) {
  std::vector<std::string> sentences;
  for (size_t start = 0; start < story.size();) {
    const size_t end = story.find(". ", start);
    sentences.push_back(story.substr(start, end == std::string::npos ? end : end + 1 - start));
    start = end == std::string::npos ? end : end + 2;
  }
  return sentences;
}

}  // namespace headlight::mixture
