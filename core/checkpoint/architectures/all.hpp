// The list of what Headlight reads: model_type, and well-known models for people. One line per architecture, by model_type;
// the reader of `nimbus` is read_nimbus, in a file of this folder.
#pragma once

#include "core/checkpoint/blueprint.hpp"
#include "core/checkpoint/config.hpp"

#define HEADLIGHT_ARCHITECTURES(ARCHITECTURE)                         \
  ARCHITECTURE(apertus, "Apertus 8B, 70B")                            \
  ARCHITECTURE(arcee, "Arcee AFM 4.5B")                               \
  ARCHITECTURE(biogpt, "BioGPT")                                      \
  ARCHITECTURE(bloom, "BLOOM, BLOOMZ")                                \
  ARCHITECTURE(codegen, "CodeGen")                                    \
  ARCHITECTURE(cohere, "Command R, Aya 23")                           \
  ARCHITECTURE(cohere2, "Command R7B, Command A")                     \
  ARCHITECTURE(cwm, "CWM 32B")                                        \
  ARCHITECTURE(dots1, "dots.llm1")                                    \
  ARCHITECTURE(ernie4_5, "ERNIE 4.5 0.3B")                            \
  ARCHITECTURE(ernie4_5_moe, "ERNIE 4.5 21B-A3B, 300B-A47B")          \
  ARCHITECTURE(exaone4, "EXAONE 4")                                   \
  ARCHITECTURE(exaone_moe, "K-EXAONE 236B-A23B")                      \
  ARCHITECTURE(falcon, "Falcon 1B, 7B, 11B, 40B, 180B")               \
  ARCHITECTURE(flex_olmo, "FlexOlmo 7x7B")                            \
  ARCHITECTURE(gemma, "Gemma")                                        \
  ARCHITECTURE(gemma2, "Gemma 2")                                     \
  ARCHITECTURE(gemma3, "Gemma 3 4B, 12B, 27B: the text part")         \
  ARCHITECTURE(gemma3_text, "Gemma 3 270M and 1B")                    \
  ARCHITECTURE(glm, "GLM-4 9B, GLM-Edge")                             \
  ARCHITECTURE(glm4, "GLM-4-0414 9B, 32B")                            \
  ARCHITECTURE(glm4_moe, "GLM-4.5, 4.6, 4.5-Air")                     \
  ARCHITECTURE(gpt2, "GPT-2, DistilGPT-2, Stanford's GPT-2")          \
  ARCHITECTURE(gpt_bigcode, "StarCoder, SantaCoder")                  \
  ARCHITECTURE(gpt_neo, "GPT-Neo, TinyStories")                       \
  ARCHITECTURE(gpt_neox, "Pythia, GPT-NeoX-20B, Dolly 2")             \
  ARCHITECTURE(gpt_oss, "GPT-OSS 20B, 120B")                          \
  ARCHITECTURE(gptj, "GPT-J")                                         \
  ARCHITECTURE(granite, "Granite 3")                                  \
  ARCHITECTURE(granitemoe, "Granite 3 MoE, PowerMoE")                 \
  ARCHITECTURE(granitemoeshared, "Granite MoE with a shared expert")  \
  ARCHITECTURE(helium, "Helium 1 2B")                                 \
  ARCHITECTURE(hunyuan_v1_dense, "Hunyuan 0.5B, 1.8B, 4B, 7B")        \
  ARCHITECTURE(hunyuan_v1_moe, "Hunyuan A13B, Large")                 \
  ARCHITECTURE(hyperclovax, "HyperCLOVA X SEED, Think")               \
  ARCHITECTURE(internlm2, "InternLM 2, 2.5")                          \
  ARCHITECTURE(internlm3, "InternLM 3 8B")                            \
  ARCHITECTURE(iquestcoder, "IQuest-Coder 40B")                       \
  ARCHITECTURE(jais2, "Jais 2 8B, 70B")                               \
  ARCHITECTURE(llama, "Llama 1 to 3, TinyLlama, Vicuna, SmolLM")      \
  ARCHITECTURE(minimax_m2, "MiniMax M2")                              \
  ARCHITECTURE(ministral, "Ministral 8B")                             \
  ARCHITECTURE(mistral, "Mistral 7B, Zephyr")                         \
  ARCHITECTURE(mistral3, "Mistral Small 3.1: the text part")          \
  ARCHITECTURE(mixtral, "Mixtral 8x7B, 8x22B")                        \
  ARCHITECTURE(mpt, "MPT 7B, 30B")                                    \
  ARCHITECTURE(nanochat, "nanochat")                                  \
  ARCHITECTURE(nemotron, "Nemotron 4, Minitron")                      \
  ARCHITECTURE(olmo, "OLMo 1B, 7B")                                   \
  ARCHITECTURE(olmo2, "OLMo 2")                                       \
  ARCHITECTURE(olmo3, "OLMo 3")                                       \
  ARCHITECTURE(olmoe, "OLMoE 1B-7B")                                  \
  ARCHITECTURE(opt, "OPT, Galactica")                                 \
  ARCHITECTURE(persimmon, "Persimmon 8B")                             \
  ARCHITECTURE(phi, "Phi 1, 1.5, 2")                                  \
  ARCHITECTURE(phi3, "Phi 3, 3.5, 4")                                 \
  ARCHITECTURE(phimoe, "Phi 3.5 MoE")                                 \
  ARCHITECTURE(qwen2, "Qwen 1.5, 2, 2.5, R1-Distill-Qwen")            \
  ARCHITECTURE(qwen2_moe, "Qwen 1.5 MoE, Qwen 2 57B-A14B")            \
  ARCHITECTURE(qwen3, "Qwen 3")                                       \
  ARCHITECTURE(qwen3_moe, "Qwen 3 30B-A3B, 235B-A22B")                \
  ARCHITECTURE(seed_oss, "Seed-OSS 36B")                              \
  ARCHITECTURE(smollm3, "SmolLM 3")                                   \
  ARCHITECTURE(solar_open, "Solar Open 100B")                         \
  ARCHITECTURE(stablelm, "StableLM 3B, StableLM 2 1.6B, 12B")         \
  ARCHITECTURE(starcoder2, "StarCoder 2")                             \
  ARCHITECTURE(vaultgemma, "VaultGemma 1B")

namespace headlight {

#define HEADLIGHT_DECLARE_READER(model_type, models) Blueprint read_##model_type(const Config& config);
HEADLIGHT_ARCHITECTURES(HEADLIGHT_DECLARE_READER)
#undef HEADLIGHT_DECLARE_READER

}  // namespace headlight
