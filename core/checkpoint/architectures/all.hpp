// The readers of config.json, one per architecture.
#pragma once

#include "core/checkpoint/blueprint.hpp"
#include "core/checkpoint/config.hpp"

namespace headlight {

Blueprint read_bloom(const Config& config);
Blueprint read_falcon(const Config& config);
Blueprint read_gemma(const Config& config);
Blueprint read_gemma2(const Config& config);
Blueprint read_gemma3_text(const Config& config);
Blueprint read_gpt2(const Config& config);
Blueprint read_gpt_neo(const Config& config);
Blueprint read_gpt_neox(const Config& config);
Blueprint read_gptj(const Config& config);
Blueprint read_llama(const Config& config);
Blueprint read_mistral(const Config& config);
Blueprint read_mixtral(const Config& config);
Blueprint read_olmo2(const Config& config);
Blueprint read_opt(const Config& config);
Blueprint read_phi(const Config& config);
Blueprint read_phi3(const Config& config);
Blueprint read_qwen2(const Config& config);
Blueprint read_qwen3(const Config& config);
Blueprint read_stablelm(const Config& config);
Blueprint read_starcoder2(const Config& config);

}  // namespace headlight
