"""The small models of which make_gguf.py writes golden GGUF files."""
import transformers as t

SIZES = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24, vocab_size=24,
             max_position_embeddings=64, bos_token_id=1, eos_token_id=2, pad_token_id=None, tie_word_embeddings=False)
GROUPED = SIZES | dict(num_key_value_heads=2)
LLAMA3 = dict(rope_type="llama3", rope_theta=10000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32)
HEADS = GROUPED | dict(head_dim=8)
EXPERTS = dict(num_experts=4, num_experts_per_tok=2)
LOCAL_EXPERTS = dict(num_local_experts=4, num_experts_per_tok=2)
MULTIPLIERS = dict(embedding_multiplier=3.0, attention_multiplier=0.3, residual_multiplier=0.5, logits_scaling=4.0)
YARN = dict(rope_type="yarn", rope_theta=150.0, factor=2.0, original_max_position_embeddings=64, beta_fast=32.0, beta_slow=1.0, truncate=False)
GPT_OSS = HEADS | LOCAL_EXPERTS | dict(hidden_size=32, intermediate_size=32, max_position_embeddings=128, sliding_window=3, rope_parameters=YARN)
LONGROPE = dict(rope_type="longrope", rope_theta=10000.0, short_factor=[1.0, 1.5], long_factor=[2.0, 3.0])

# name: (config class, its arguments, type of the matrices)
CASES = {
    "llama": (t.LlamaConfig, GROUPED | dict(rope_parameters=LLAMA3), "F16"),
    "llama-biased": (t.LlamaConfig, GROUPED | dict(attention_bias=True, mlp_bias=True, rope_parameters=dict(rope_type="linear", factor=2.0, rope_theta=10000.0)), "BF16"),
    "llama-q8_0": (t.LlamaConfig, GROUPED | dict(hidden_size=32, intermediate_size=32), "Q8_0"),
    "llama-q4_0": (t.LlamaConfig, GROUPED | dict(hidden_size=32, intermediate_size=32), "Q4_0"),
    "mistral": (t.MistralConfig, GROUPED | dict(sliding_window=3), "F16"),
    "mixtral": (t.MixtralConfig, GROUPED | dict(num_local_experts=3, num_experts_per_tok=2, sliding_window=None), "F16"),
    "qwen2": (t.Qwen2Config, GROUPED | dict(tie_word_embeddings=True, rope_parameters=dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=16, rope_theta=10000.0)), "F16"),
    "qwen3": (t.Qwen3Config, GROUPED | dict(head_dim=8), "F16"),
    "gemma": (t.GemmaConfig, GROUPED | dict(head_dim=8, tie_word_embeddings=True), "F16"),
    "gemma2": (t.Gemma2Config, GROUPED | dict(head_dim=8, tie_word_embeddings=True, sliding_window=3, query_pre_attn_scalar=8), "F32"),
    "gemma3": (t.Gemma3TextConfig, GROUPED | dict(head_dim=8, tie_word_embeddings=True, num_hidden_layers=7, hidden_size=8, intermediate_size=8, sliding_window=3, query_pre_attn_scalar=8), "F16"),
    "olmo2": (t.Olmo2Config, GROUPED, "F16"),
    "phi2": (t.PhiConfig, SIZES | dict(partial_rotary_factor=0.5), "F16"),
    "phi3": (t.Phi3Config, GROUPED | dict(original_max_position_embeddings=32, sliding_window=5, rope_parameters=LONGROPE), "F16"),
    "starcoder2": (t.Starcoder2Config, GROUPED | dict(tie_word_embeddings=True), "F16"),
    "stablelm": (t.StableLmConfig, GROUPED | dict(use_qkv_bias=True, partial_rotary_factor=0.5), "F16"),
    "gpt2": (t.GPT2Config, dict(n_embd=16, n_layer=2, n_head=4, n_positions=32, vocab_size=24, bos_token_id=1, eos_token_id=1), "F16"),
    "gptneox": (t.GPTNeoXConfig, SIZES | dict(rotary_pct=0.5), "F16"),
    "falcon-one-key-head": (t.FalconConfig, dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=4, vocab_size=24, alibi=False, bos_token_id=1, eos_token_id=2), "F16"),
    "falcon-two-norms": (t.FalconConfig, dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=4, num_kv_heads=2, new_decoder_architecture=True, vocab_size=24, alibi=False, bos_token_id=1, eos_token_id=2), "F16"),
    "bloom": (t.BloomConfig, dict(hidden_size=16, n_layer=2, n_head=4, vocab_size=24, bos_token_id=1, eos_token_id=2), "F16"),
    "qwen3moe": (t.Qwen3MoeConfig, HEADS | EXPERTS | dict(moe_intermediate_size=8, norm_topk_prob=True), "F16"),
    "qwen2moe": (t.Qwen2MoeConfig, GROUPED | EXPERTS | dict(moe_intermediate_size=8, shared_expert_intermediate_size=12), "F16"),
    "granite": (t.GraniteConfig, GROUPED | MULTIPLIERS | dict(tie_word_embeddings=True), "F16"),
    "granitemoe": (t.GraniteMoeConfig, GROUPED | MULTIPLIERS | LOCAL_EXPERTS, "F16"),
    "granitemoe-shared": (t.GraniteMoeSharedConfig, GROUPED | MULTIPLIERS | LOCAL_EXPERTS | dict(shared_intermediate_size=12), "F16"),
    "gpt-oss": (t.GptOssConfig, GPT_OSS | dict(intermediate_size=8, rope_parameters=dict(rope_type="default", rope_theta=150.0)), "F16"),
    "gpt-oss-mxfp4": (t.GptOssConfig, GPT_OSS, "MXFP4"),
    "smollm3": (t.SmolLM3Config, GROUPED | dict(num_hidden_layers=4, tie_word_embeddings=True), "F16"),
    "glm4": (t.Glm4Config, HEADS | dict(attention_bias=True, rope_parameters=dict(rope_type="default", rope_theta=10000.0, partial_rotary_factor=0.5)), "F16"),
    "command-r": (t.CohereConfig, GROUPED | dict(tie_word_embeddings=True, logit_scale=0.25), "F16"),
    "command-r-norms": (t.CohereConfig, GROUPED | dict(tie_word_embeddings=True, use_qk_norm=True, logit_scale=0.5), "F16"),
    "cohere2": (t.Cohere2Config, GROUPED | dict(tie_word_embeddings=True, num_hidden_layers=4, sliding_window=3, logit_scale=0.5), "F16"),
    "olmoe": (t.OlmoeConfig, GROUPED | EXPERTS, "F16"),
    "olmo": (t.OlmoConfig, GROUPED | dict(clip_qkv=0.4), "F16"),
    "olmo3": (t.Olmo3Config, GROUPED | dict(num_hidden_layers=4, sliding_window=3, max_position_embeddings=128, rope_parameters=dict(full_attention=YARN | dict(truncate=True), sliding_attention=dict(rope_type="default", rope_theta=300.0))), "F16"),
    "nemotron": (t.NemotronConfig, GROUPED | dict(head_dim=4), "F16"),
    "internlm2": (t.LlamaConfig, GROUPED, "F16"),  # which transformers has no class for
    "exaone4": (t.Exaone4Config, GROUPED | dict(num_hidden_layers=4, sliding_window=3, sliding_window_pattern=4), "F16"),
    "exaone4-no-window": (t.Exaone4Config, GROUPED | dict(sliding_window=None, layer_types=["full_attention"] * 2, rope_parameters=LLAMA3), "F16"),
    "seed_oss": (t.SeedOssConfig, HEADS, "F16"),
    "ernie4_5": (t.Ernie4_5Config, HEADS | dict(tie_word_embeddings=True), "F16"),
}
TOKENS = [1, 5, 9, 5, 23, 0, 7, 9]
