// The means that mean ablation puts in place of a site's numbers: over all prompts and positions of the unedited run.
#pragma once

#include <map>
#include <vector>

#include "core/engine/forward.hpp"

namespace headlight {

// [n_heads * width] per site. One pass per `prompts_at_once` prompts.
template <typename T>
std::map<Site, std::vector<float>> site_means(Forward<T>& forward, const std::set<Site>& sites,
                                              const std::vector<std::span<const TokenId>>& prompts, size_t rows_at_once);

// The edits with every `mean` turned into the `replace` that it stands for.
std::vector<Edit> with_means(const std::vector<Edit>& edits, const std::map<Site, std::vector<float>>& means, const ModelDescription& model);

// Sites that the mean edits among `edits` need.
void collect_mean_sites(const std::vector<Edit>& edits, std::set<Site>& sites);

}  // namespace headlight
