// Which prompts of a task a URL means.
#pragma once

#include <optional>

#include "storage/catalogue.hpp"
#include "web/arguments.hpp"

namespace headlight {

// The one with the query's seed and n_prompts, where given; otherwise the newest whose attention patterns were kept, or the
// newest. Nothing when the model has none on this task. Throws Error{not_found} when none has what the query gives.
std::optional<Sample> chosen_sample(Catalogue& catalogue, const std::string& model, const std::string& task,
                                    const Arguments& arguments);

// "blocks.3.attn.hook_pattern"
std::string pattern_site(int layer);

// As JSON, each with whether its patterns were kept.
Json prompts_json(Catalogue& catalogue, const std::string& model, const Sample& sample);

}  // namespace headlight
