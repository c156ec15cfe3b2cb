"""The golden cases: for every architecture a tiny model, and one more for each option that matters.

A case is the fields of a config.json in the spelling of transformers 5; what is left out stands at the architecture's default.
`style` 4 writes it as transformers 4 did, `dtype` is that of the stored weights, `tokens` the length of the prompts, `packed` stores the
experts in MXFP4, `own_names` names the tensors as transformers 5 does in memory.
"""

LLAMA = dict(hidden_size=32, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, vocab_size=61,
             max_position_embeddings=64)
OWN_HEADS = dict(LLAMA, hidden_size=24, head_dim=8)
MANY = {key: value for key, value in LLAMA.items() if key != "num_key_value_heads"}
GPT2 = dict(n_embd=32, n_layer=2, n_head=4, n_positions=16, vocab_size=61)
OPT = dict(hidden_size=32, ffn_dim=40, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=16, vocab_size=61,
           word_embed_proj_dim=32)
FALCON = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, vocab_size=61, ffn_hidden_size=40)
BLOOM = dict(hidden_size=24, n_layer=2, n_head=4, vocab_size=61)
EXPERTS = dict(num_experts=4, num_experts_per_tok=2)
LOCAL_EXPERTS = dict(num_local_experts=4, num_experts_per_tok=2)
QWEN_EXPERTS = dict(EXPERTS, moe_intermediate_size=12)
SIGMOID_EXPERTS = dict(n_routed_experts=4, num_experts_per_tok=2, moe_intermediate_size=12, n_shared_experts=1)


def rope(kind, theta=10000.0, **options):
    return {"rope_parameters": dict(rope_type=kind, rope_theta=theta, **options)}


LLAMA3 = rope("llama3", 500.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=16)
YARN = rope("yarn", factor=4.0, original_max_position_embeddings=16)
YARN_MSCALE = rope("yarn", factor=4.0, original_max_position_embeddings=16, mscale=1.0, mscale_all_dim=0.5, beta_fast=16.0, beta_slow=2.0)
YARN_WHOLE = rope("yarn", factor=4.0, original_max_position_embeddings=16, attention_factor=1.2, truncate=False)
LONGROPE = rope("longrope", short_factor=[1.1, 1.3, 1.7, 2.0], long_factor=[2.1, 3.3, 4.7, 6.0])
DYNAMIC = dict(rope("dynamic", factor=4.0), max_position_embeddings=8)


def case(model_type, fields, style=5, dtype="float32", tokens=12, **options):
    return dict(config=dict(fields, model_type=model_type, **options), style=style, dtype=dtype, tokens=tokens)


CASES = {
    "llama": case("llama", LLAMA),
    "llama-biases-own-heads": case("llama", OWN_HEADS, attention_bias=True, mlp_bias=True, rms_norm_eps=0.01, hidden_act="gelu"),
    "llama-tied-style4": case("llama", LLAMA, style=4, tie_word_embeddings=True, num_key_value_heads=1),
    "llama-linear-style4": case("llama", LLAMA, style=4, **rope("linear", factor=4.0)),
    "llama-dynamic": case("llama", dict(LLAMA, **DYNAMIC)),
    "llama-dynamic-short": case("llama", dict(LLAMA, **DYNAMIC), tokens=8),
    "llama-llama3": case("llama", dict(LLAMA, **LLAMA3)),
    "llama-llama3-style4": case("llama", dict(LLAMA, **LLAMA3), style=4),
    "llama-yarn": case("llama", dict(LLAMA, **YARN)),
    "llama-yarn-mscale": case("llama", dict(LLAMA, **YARN_MSCALE), style=4),
    "llama-yarn-whole": case("llama", dict(LLAMA, **YARN_WHOLE)),
    "llama-bfloat16": case("llama", LLAMA, dtype="bfloat16"),
    "llama-float16": case("llama", LLAMA, dtype="float16"),
    "mistral": case("mistral", LLAMA, sliding_window=5),
    "mistral-no-window-style4": case("mistral", LLAMA, style=4, sliding_window=None),
    "ministral": case("ministral", OWN_HEADS, sliding_window=4, layer_types=["full_attention", "sliding_attention"]),
    "mistral3": dict(config=dict(model_type="mistral3", text_config=dict(LLAMA, model_type="mistral", tie_word_embeddings=False)), style=5,
                     dtype="float32", tokens=12),
    "mixtral": case("mixtral", dict(LLAMA, **LOCAL_EXPERTS)),
    "mixtral-window": case("mixtral", dict(LLAMA, **LOCAL_EXPERTS), style=4, sliding_window=5),
    "mixtral-own-names": dict(case("mixtral", dict(LLAMA, **LOCAL_EXPERTS)), own_names=True),
    "qwen2": case("qwen2", LLAMA),
    "qwen2-window-layers-style4": case("qwen2", LLAMA, style=4, use_sliding_window=True, sliding_window=4, max_window_layers=1, tie_word_embeddings=True),
    "qwen3": case("qwen3", OWN_HEADS),
    "qwen3-biases-window": case("qwen3", OWN_HEADS, attention_bias=True, use_sliding_window=True, sliding_window=4, max_window_layers=0),
    "qwen2_moe": case("qwen2_moe", dict(LLAMA, **QWEN_EXPERTS), shared_expert_intermediate_size=20),
    "qwen2_moe-some-layers": case("qwen2_moe", dict(LLAMA, **QWEN_EXPERTS), shared_expert_intermediate_size=20, mlp_only_layers=[0],
                                  norm_topk_prob=True, qkv_bias=False, use_sliding_window=True, sliding_window=4, max_window_layers=2),
    "qwen3_moe": case("qwen3_moe", dict(LLAMA, **QWEN_EXPERTS), norm_topk_prob=True),
    "qwen3_moe-sparse-step-style4": case("qwen3_moe", dict(LLAMA, **QWEN_EXPERTS), style=4, decoder_sparse_step=2),
    "gemma": case("gemma", OWN_HEADS),
    "gemma2": case("gemma2", OWN_HEADS, sliding_window=4),
    "gemma2-scale-style4": case("gemma2", OWN_HEADS, style=4, sliding_window=4, query_pre_attn_scalar=12, attn_logit_softcapping=2.0,
                                final_logit_softcapping=5.0),
    "gemma3_text": case("gemma3_text", OWN_HEADS, sliding_window=4, sliding_window_pattern=2),
    "gemma3_text-linear-style4": case("gemma3_text", OWN_HEADS, style=4, sliding_window=4, sliding_window_pattern=2,
                                      rope_parameters={"full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1e6},
                                                       "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}}),
    "gemma3": dict(config=dict(model_type="gemma3", text_config=dict(LLAMA, head_dim=8, model_type="gemma3_text", sliding_window=4,
                                                                     sliding_window_pattern=2)), style=5, dtype="float32", tokens=12),
    "gemma3-old-names": dict(config=dict(model_type="gemma3", text_config=dict(LLAMA, head_dim=8, model_type="gemma3_text",
                                                                               sliding_window=4, sliding_window_pattern=2)),
                             style=4, dtype="bfloat16", tokens=12),
    "gpt2": case("gpt2", GPT2),
    "gpt2-scales": case("gpt2", GPT2, scale_attn_by_inverse_layer_idx=True, scale_attn_weights=False, tie_word_embeddings=False, n_inner=40,
                        activation_function="relu"),
    "gpt2-one-inner": case("gpt2", GPT2, n_inner=1),
    "gpt_neo": case("gpt_neo", dict(hidden_size=32, num_layers=2, num_heads=4, attention_types=[[["global", "local"], 1]],
                                    max_position_embeddings=16, window_size=4, vocab_size=61, intermediate_size=40)),
    "gpt_neox": case("gpt_neox", MANY, **rope("default", partial_rotary_factor=0.5)),
    "gpt_neox-in-turn-style4": case("gpt_neox", MANY, style=4, use_parallel_residual=False, attention_bias=False,
                                    **rope("default", partial_rotary_factor=1.0)),
    "gptj": case("gptj", GPT2, rotary_dim=4, n_inner=40),
    "codegen": case("codegen", GPT2, rotary_dim=4, n_inner=40),
    "gpt_bigcode": case("gpt_bigcode", GPT2, n_inner=40),
    "gpt_bigcode-many-keys": case("gpt_bigcode", GPT2, n_inner=40, multi_query=False, scale_attn_weights=False),
    "opt": case("opt", OPT),
    "opt-350m": case("opt", dict(OPT, word_embed_proj_dim=20), do_layer_norm_before=False),
    "opt-plain": case("opt", OPT, enable_bias=False, layer_norm_elementwise_affine=False, _remove_final_layer_norm=True,
                      tie_word_embeddings=False),
    "bloom": case("bloom", BLOOM),
    "bloom-6-heads": case("bloom", dict(BLOOM, n_head=6)),
    "falcon-7b": case("falcon", FALCON),
    "falcon-40b": case("falcon", FALCON, new_decoder_architecture=True, num_kv_heads=2),
    "falcon-11b": case("falcon", FALCON, new_decoder_architecture=True, num_kv_heads=2, num_ln_in_parallel_attn=1, tie_word_embeddings=False),
    "falcon-rw": case("falcon", FALCON, alibi=True, multi_query=False, parallel_attn=False, bias=True),
    "falcon-rw-6-heads": case("falcon", dict(FALCON, hidden_size=24, num_attention_heads=6), alibi=True, multi_query=False),
    "stablelm": case("stablelm", LLAMA, **rope("default", partial_rotary_factor=0.5)),
    "stablelm-12b-style4": case("stablelm", LLAMA, style=4, qk_layernorm=True, use_parallel_residual=True, use_qkv_bias=True),
    "starcoder2": case("starcoder2", LLAMA, sliding_window=5),
    "starcoder2-plain": case("starcoder2", LLAMA, use_bias=False, tie_word_embeddings=False),
    "phi": case("phi", LLAMA),
    "phi-qk-norm-style4": case("phi", LLAMA, style=4, qk_layernorm=True),
    "phi3": case("phi3", LLAMA, pad_token_id=0, original_max_position_embeddings=64, sliding_window=5),
    "phi3-longrope": case("phi3", dict(LLAMA, **LONGROPE), pad_token_id=0, original_max_position_embeddings=8),
    "phi3-longrope-short-style4": case("phi3", dict(LLAMA, **LONGROPE), style=4, pad_token_id=0, original_max_position_embeddings=16),
    "phimoe": case("phimoe", dict(LLAMA, **LOCAL_EXPERTS), attention_bias=True, lm_head_bias=True, router_jitter_noise=0.3,
                   **rope("longrope", original_max_position_embeddings=32, short_mscale=1.2, long_mscale=1.3,
                          short_factor=[1.1, 1.3, 1.7, 2.0], long_factor=[2.1, 3.3, 4.7, 6.0])),
    "phimoe-own-names": dict(case("phimoe", dict(LLAMA, **LOCAL_EXPERTS)), own_names=True),
    "olmo": case("olmo", LLAMA, clip_qkv=1.0),
    "olmo-plain-style4": case("olmo", LLAMA, style=4, tie_word_embeddings=True),
    "olmo2": case("olmo2", LLAMA),
    "olmo3": case("olmo3", LLAMA, sliding_window=4, layer_types=["sliding_attention", "full_attention"],
                  rope_parameters={"full_attention": dict(YARN["rope_parameters"]),
                                   "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}}),
    "olmo3-style4": case("olmo3", dict(LLAMA, num_hidden_layers=4), style=4, sliding_window=4),
    "olmoe": case("olmoe", dict(LLAMA, **EXPERTS), intermediate_size=12),
    "olmoe-clip-style4": case("olmoe", dict(LLAMA, **EXPERTS), style=4, intermediate_size=12, clip_qkv=0.7, norm_topk_prob=True),
    "cohere": case("cohere", LLAMA),
    "cohere-qk-norm-style4": case("cohere", LLAMA, style=4, use_qk_norm=True, logit_scale=0.8),
    "cohere2": case("cohere2", LLAMA, sliding_window=4, sliding_window_pattern=2),
    "granite": case("granite", LLAMA, embedding_multiplier=3.0, logits_scaling=4.0, residual_multiplier=0.4, attention_multiplier=0.2),
    "granitemoe": case("granitemoe", dict(LLAMA, **LOCAL_EXPERTS), intermediate_size=12, embedding_multiplier=3.0, logits_scaling=4.0,
                       residual_multiplier=0.4, attention_multiplier=0.2),
    "granitemoeshared": case("granitemoeshared", dict(LLAMA, **LOCAL_EXPERTS), intermediate_size=12, shared_intermediate_size=20),
    "granitemoeshared-own-names": dict(case("granitemoeshared", dict(LLAMA, **LOCAL_EXPERTS), intermediate_size=12,
                                            shared_intermediate_size=20, attention_multiplier=0.2), own_names=True),
    "glm": case("glm", LLAMA, head_dim=8, pad_token_id=0),
    "glm4": case("glm4", LLAMA, head_dim=8, pad_token_id=0),
    "glm4-no-bias-style4": case("glm4", LLAMA, style=4, head_dim=8, pad_token_id=0, attention_bias=False),
    "smollm3": case("smollm3", LLAMA, pad_token_id=0, no_rope_layers=[1, 0]),
    "smollm3-interval": case("smollm3", LLAMA, style=4, pad_token_id=0, no_rope_layer_interval=2, use_sliding_window=True, sliding_window=4),
    "nemotron": case("nemotron", LLAMA),
    "gpt_oss": case("gpt_oss", dict(OWN_HEADS, **LOCAL_EXPERTS), intermediate_size=12, sliding_window=4),
    "gpt_oss-limit": case("gpt_oss", dict(OWN_HEADS, **LOCAL_EXPERTS), intermediate_size=12, sliding_window=4, swiglu_limit=0.8,
                          attention_bias=False, rms_norm_eps=0.01, **rope("default")),
    "gpt_oss-mxfp4": dict(case("gpt_oss", dict(OWN_HEADS, **LOCAL_EXPERTS), style=4, dtype="bfloat16", hidden_size=64, intermediate_size=32,
                               sliding_window=4), packed=True),
    "internlm2": case("internlm2", LLAMA, bias=False),
    "internlm2-dynamic-biases": case("internlm2", dict(LLAMA, **DYNAMIC), style=4, bias=True),
    "mpt": case("mpt", dict(d_model=24, n_layers=2, n_heads=4, max_seq_len=16, vocab_size=61)),
    "mpt-6-heads-clip": case("mpt", dict(d_model=24, n_layers=2, n_heads=6, max_seq_len=16, vocab_size=61),
                             attn_config=dict(clip_qkv=0.8, softmax_scale=0.3)),
    "exaone4": case("exaone4", LLAMA, sliding_window=4, sliding_window_pattern=2),
    "exaone4-no-window": case("exaone4", LLAMA, sliding_window=None, layer_types=["full_attention"] * 2),
    "seed_oss": case("seed_oss", OWN_HEADS, attention_out_bias=True),
    "ernie4_5": case("ernie4_5", OWN_HEADS, use_bias=True),
    "hunyuan_v1_dense": case("hunyuan_v1_dense", OWN_HEADS, **rope("dynamic", alpha=1000.0, factor=1.0)),
    "apertus": case("apertus", LLAMA),
    "apertus-linear-bfloat16": case("apertus", OWN_HEADS, style=4, dtype="bfloat16", attention_bias=True, **rope("linear", factor=4.0)),
    "arcee": case("arcee", LLAMA, attention_bias=True),
    "llama-proportional-mish": case("llama", dict(LLAMA, **rope("proportional", factor=2.0, partial_rotary_factor=0.5)), hidden_act="mish"),
    "llama-beyond-context": case("llama", dict(LLAMA, max_position_embeddings=8)),
    "bloom-normed-residual": case("bloom", BLOOM, apply_residual_connection_post_layernorm=True),
    "phimoe-long": case("phimoe", dict(LLAMA, **LOCAL_EXPERTS), **rope("longrope", original_max_position_embeddings=8, short_mscale=1.2,
                        long_mscale=1.3, short_factor=[1.1, 1.3, 1.7, 2.0], long_factor=[2.1, 3.3, 4.7, 6.0])),
    "internlm3": case("internlm3", OWN_HEADS, pad_token_id=0, attention_bias=True, mlp_bias=True),
    "iquestcoder": case("iquestcoder", OWN_HEADS),
    "jais2": case("jais2", LLAMA),
    "cwm": case("cwm", dict(OWN_HEADS, num_hidden_layers=3), sliding_window=4),
    "helium": case("helium", LLAMA, head_dim=8, pad_token_id=0, attention_bias=True),
    "nanochat": case("nanochat", LLAMA),
    "vaultgemma": case("vaultgemma", OWN_HEADS, sliding_window=4),
    "hyperclovax": case("hyperclovax", LLAMA, embedding_multiplier=3.0, logits_scaling=0.4, residual_multiplier=0.4),
    "hyperclovax-no-post-norm-style4": case("hyperclovax", LLAMA, style=4, use_post_norm=False, attention_multiplier=0.2),
    "persimmon": case("persimmon", MANY),
    "persimmon-no-qk-norm-style4": case("persimmon", MANY, style=4, qk_layernorm=False, tie_word_embeddings=True),
    "biogpt": case("biogpt", MANY, max_position_embeddings=16),
    "flex_olmo": case("flex_olmo", dict(LLAMA, **EXPERTS), intermediate_size=12, pad_token_id=0),
    "dots1": case("dots1", dict(LLAMA, **SIGMOID_EXPERTS), n_group=2, topk_group=1, routed_scaling_factor=1.7, sliding_window=4,
                  max_window_layers=1),
    "dots1-normalised-own-names": dict(case("dots1", dict(LLAMA, **SIGMOID_EXPERTS), norm_topk_prob=True, first_k_dense_replace=1),
                                       own_names=True),
    "glm4_moe": case("glm4_moe", dict(LLAMA, **SIGMOID_EXPERTS), head_dim=8, use_qk_norm=True, routed_scaling_factor=2.5),
    "solar_open": case("solar_open", dict(LLAMA, **SIGMOID_EXPERTS), head_dim=8, norm_topk_prob=False, attention_bias=True),
    "exaone_moe": case("exaone_moe", dict(LLAMA, **QWEN_EXPERTS), num_shared_experts=2, sliding_window=4, sliding_window_pattern=2),
    "minimax_m2": case("minimax_m2", dict(OWN_HEADS, **LOCAL_EXPERTS), intermediate_size=12, rotary_dim=4),
    "minimax_m2-own-names": dict(case("minimax_m2", dict(OWN_HEADS, **LOCAL_EXPERTS), intermediate_size=12), own_names=True),
    "ernie4_5_moe": case("ernie4_5_moe", LLAMA, moe_num_experts=4, moe_k=2, moe_intermediate_size=12, moe_num_shared_experts=1),
    "ernie4_5_moe-biases-own-names": dict(case("ernie4_5_moe", LLAMA, moe_num_experts=4, moe_k=2, moe_intermediate_size=12, use_bias=True,
                                               moe_layer_start_index=0, moe_norm_min=0.7), own_names=True),
    "hunyuan_v1_moe": case("hunyuan_v1_moe", dict(OWN_HEADS, **rope("dynamic", alpha=1000.0, factor=1.0)), intermediate_size=12, num_experts=4,
                           moe_topk=[2, 2]),
}
