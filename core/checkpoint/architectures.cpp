#include "core/checkpoint/architectures.hpp"

#include <vector>

#include "core/base/error.hpp"
#include "core/checkpoint/architectures/all.hpp"

namespace headlight {
namespace {

constexpr Architecture kArchitectures[] = {
    {"bloom", "BLOOM, BLOOMZ", read_bloom},
    {"falcon", "Falcon 7B, 11B, 40B, 180B", read_falcon},
    {"gemma", "Gemma", read_gemma},
    {"gemma2", "Gemma 2", read_gemma2},
    {"gemma3_text", "Gemma 3 270M and 1B", read_gemma3_text},
    {"gpt2", "GPT-2, DistilGPT-2, Stanford's GPT-2", read_gpt2},
    {"gpt_neo", "GPT-Neo, TinyStories", read_gpt_neo},
    {"gpt_neox", "Pythia, GPT-NeoX-20B, Dolly 2", read_gpt_neox},
    {"gptj", "GPT-J", read_gptj},
    {"llama", "Llama 1 to 3, TinyLlama, Vicuna, SmolLM", read_llama},
    {"mistral", "Mistral 7B, Zephyr", read_mistral},
    {"mixtral", "Mixtral 8x7B, 8x22B", read_mixtral},
    {"olmo2", "OLMo 2", read_olmo2},
    {"opt", "OPT but 350m, Galactica", read_opt},
    {"phi", "Phi 1, 1.5, 2", read_phi},
    {"phi3", "Phi 3, 3.5, 4", read_phi3},
    {"qwen2", "Qwen 1.5, 2, 2.5, R1-Distill-Qwen", read_qwen2},
    {"qwen3", "Qwen 3", read_qwen3},
    {"stablelm", "StableLM 3B, StableLM 2 1.6B", read_stablelm},
    {"starcoder2", "StarCoder 2", read_starcoder2},
};

void check(const Blueprint& blueprint) {
  const AttentionDescription& attention = blueprint.description.attention;
  if (attention.n_heads % attention.n_kv_heads != 0)
    throw Error(ErrorCode::corrupt, "it has " + std::to_string(attention.n_heads) + " attention heads and " +
                                        std::to_string(attention.n_kv_heads) +
                                        " key-value heads; the first must be a multiple of the second");
}

}  // namespace

std::span<const Architecture> architectures() { return kArchitectures; }

Blueprint read_blueprint(const Config& config) {
  std::vector<std::string> known;
  for (const Architecture& architecture : architectures()) known.emplace_back(architecture.model_type);
  if (!config.has("model_type"))
    throw Error(ErrorCode::bad_input, "\"model_type\" is missing; Headlight reads " + listed(known));
  if (!config["quantization_config"].is_null())
    throw Error(ErrorCode::unsupported, "\"quantization_config\" says that the weights are quantised (quant_method " +
                                            to_text(config["quantization_config"]["quant_method"]) +
                                            "), which Headlight does not read: use the model's F32, F16 or BF16 files");
  const std::string model_type = config.word("model_type", "");
  for (const Architecture& architecture : architectures()) {
    if (architecture.model_type != model_type) continue;
    Blueprint blueprint = architecture.read(config);
    check(blueprint);
    return blueprint;
  }
  config.refuse("model_type", "an architecture that Headlight does not read; it reads " + listed(known));
}

}  // namespace headlight
