// The readers of config.json, one per file of this folder.
#pragma once

#include "core/checkpoint/blueprint.hpp"
#include "core/checkpoint/config.hpp"

namespace headlight {

Blueprint read_gpt2(const Config& config);
Blueprint read_llama(const Config& config);

}  // namespace headlight
