// Which families agree on a model's heads: induction with retrieval, say. Over the families' own statistics, each head's largest over
// the tasks; a run of a model that does not solve its task does not count.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace headlight {

class Catalogue;

struct FamilyOverlap {
  std::string model, family_a, family_b;  // by name; family_a < family_b
  int n_heads = 0;                        // with a score of both
  int n_a = 0, n_b = 0, n_both = 0;       // heads that look the part (confirmed or correlational)
  // n_both / (n_a + n_b - n_both) with Wilson's 95 % interval; none when neither family has a head.
  std::optional<double> share = {}, share_low = {}, share_high = {};
  // Spearman's rank correlation of the scores over the heads, with the 95 % interval of Bonett and Wright (2000); none for fewer than
  // 5 heads or scores that do not differ.
  std::optional<double> correlation = {}, correlation_low = {}, correlation_high = {};
};

// All pairs of families of one model. Throws Error{not_found} for a model that is not there.
std::vector<FamilyOverlap> family_overlaps(Catalogue& catalogue, const std::string& model);

// The numbers of one pair, for scores that both families have: [head].
void describe_overlap(const std::vector<double>& a, const std::vector<double>& b, FamilyOverlap& overlap);

}  // namespace headlight
