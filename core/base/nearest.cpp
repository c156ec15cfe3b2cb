#include "core/base/nearest.hpp"

#include <algorithm>

#include "core/base/text.hpp"

namespace headlight {
namespace {

// Letters to change, add, drop or swap with their neighbour to turn one word into the other.
size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<size_t>> steps(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i)
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        steps[i][j] = i + j;
        continue;
      }
      steps[i][j] = std::min({steps[i - 1][j] + 1, steps[i][j - 1] + 1, steps[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) steps[i][j] = std::min(steps[i][j], steps[i - 2][j - 2] + 1);
    }
  return steps[a.size()][b.size()];
}

constexpr size_t kLongestName = 200;  // nobody misspells a longer one, and the work grows with the square

}  // namespace

std::optional<std::string> nearest(const std::string& word, const std::vector<std::string>& words) {
  if (word.size() > kLongestName) return std::nullopt;
  const std::string* best = nullptr;
  size_t least = std::max<size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : words)
    if (const size_t steps = distance(word, candidate); steps < least) {
      least = steps;
      best = &candidate;
    }
  return best ? std::optional(*best) : std::nullopt;
}

std::string instead_of(const std::string& word, const std::vector<std::string>& words, size_t most) {
  if (words.empty()) return "; there is none at all";
  const auto near = nearest(word, words);
  const std::string known = (words.size() == 1 ? " is " : " are ") + listed(words, most);
  return near ? "; did you mean " + *near + "? There" + known : "; there" + known;
}

}  // namespace headlight
