#include "web/routes/sample.hpp"

#include <algorithm>
#include <set>

#include "core/base/error.hpp"
#include "web/rows_json.hpp"

namespace headlight {
namespace {

constexpr std::int64_t kMost = INT64_MAX;

}  // namespace

std::optional<Sample> chosen_sample(Catalogue& catalogue, const std::string& model, const std::string& task,
                                    const Arguments& arguments) {
  const std::vector<Sample> all = catalogue.samples(model, task);
  std::vector<Sample> samples = all;
  if (arguments.has("seed"))
    std::erase_if(samples, [&](const Sample& sample) { return sample.seed != arguments.integer("seed", 0, INT64_MIN, kMost); });
  if (arguments.has("n_prompts"))
    std::erase_if(samples,
                  [&](const Sample& sample) { return sample.n_prompts != arguments.integer("n_prompts", 0, 0, INT32_MAX); });
  if (samples.empty() && all.empty()) return std::nullopt;
  if (samples.empty())
    throw Error(ErrorCode::not_found, "'" + model + "' has prompts of '" + task +
                                          "', but not with this seed and count; it has seed " + std::to_string(all.front().seed) +
                                          " with " + std::to_string(all.front().n_prompts) + " prompts");
  for (const Sample& sample : samples)
    if (!catalogue.activations(model, sample).empty()) return sample;
  return samples.front();
}

std::string pattern_site(int layer) { return "blocks." + std::to_string(layer) + ".attn.hook_pattern"; }

Json prompts_json(Catalogue& catalogue, const std::string& model, const Sample& sample) {
  std::set<int> with_patterns;
  for (const ActivationInfo& info : catalogue.activations(model, sample))
    if (info.site == pattern_site(info.layer)) with_patterns.insert(info.prompt);
  return list_json(catalogue.prompts(model, sample),
                   [&](const PromptRecord& prompt) { return prompt_json(prompt, with_patterns.contains(prompt.index)); });
}

}  // namespace headlight
