"""The metadata that llama.cpp's conversion writes, as far as they say something about the computation."""
import gguf
import numpy as np

ARCHITECTURES = {"mistral": "llama", "mixtral": "llama", "gemma3_text": "gemma3", "gpt_neox": "gptneox", "phi": "phi2", "qwen2_moe": "qwen2moe",
                 "qwen3_moe": "qwen3moe", "granitemoeshared": "granitemoe", "gpt_oss": "gpt-oss", "cohere": "command-r", "olmo3": "olmo2"}
# field of config.json: what writes it, of which architectures
SCALES = {"attention_multiplier": ("add_attention_scale", ("granite", "granitemoe")),
          "embedding_multiplier": ("add_embedding_scale", ("granite", "granitemoe")),
          "residual_multiplier": ("add_residual_scale", ("granite", "granitemoe")),
          "logits_scaling": ("add_logit_scale", ("granite", "granitemoe")),
          "logit_scale": ("add_logit_scale", ("command-r", "cohere2")),
          "clip_qkv": ("add_clamp_kqv", ("olmo",)),
          "moe_intermediate_size": ("add_expert_feed_forward_length", ("qwen2moe", "qwen3moe")),
          "shared_expert_intermediate_size": ("add_expert_shared_feed_forward_length", ("qwen2moe",)),
          "shared_intermediate_size": ("add_expert_shared_feed_forward_length", ("granitemoe",))}
WITH_HEAD_SIZE = ("qwen3", "gemma", "gemma2", "gemma3", "llama")  # whatever config.json says
WITHOUT_HEAD_SIZE = ("qwen2", "phi2", "phi3", "starcoder2", "stablelm", "olmo2", "granite", "granitemoe")
WITH_WINDOW = ("gemma2", "gemma3", "phi3", "llama", "gpt-oss", "cohere2", "exaone4", "olmo2")
WITHOUT_ROPE_SIZE = ("falcon", "qwen2moe", "qwen3moe", "gpt-oss", "command-r", "olmo", "olmoe", "internlm2", "exaone4", "seed_oss", "ernie4_5")


def architecture_of(config):
    return ARCHITECTURES.get(config["model_type"], config["model_type"])


def add_metadata(writer, config, tensors):
    """What llama.cpp's conversion writes, as far as it says something about the computation."""
    arch = writer.arch
    heads = config.get("num_attention_heads", config.get("n_head"))
    d_model = config.get("hidden_size", config.get("n_embd"))
    writer.add_context_length(config.get("max_position_embeddings", config.get("n_positions", 2048)))
    writer.add_embedding_length(d_model)
    writer.add_block_count(config.get("num_hidden_layers", config.get("n_layer")))
    writer.add_feed_forward_length(config.get("intermediate_size") or config.get("n_inner") or config.get("ffn_hidden_size") or 4 * d_model)
    writer.add_head_count(heads)
    kv_heads = config.get("num_key_value_heads") or heads
    if arch == "falcon":
        kv_heads = config["num_kv_heads"] if config["new_decoder_architecture"] else 1
    if arch not in ("gpt2", "bloom", "gptneox"):
        writer.add_head_count_kv(kv_heads)
    for field in ("layer_norm_epsilon", "layer_norm_eps", "norm_epsilon"):
        if field in config:
            writer.add_layer_norm_eps(config[field])
    if "rms_norm_eps" in config:
        writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])
    writer.add_file_type(1)
    d_head = config.get("head_dim") or d_model // heads
    if arch in WITH_HEAD_SIZE or config.get("head_dim") and arch not in WITHOUT_HEAD_SIZE:
        writer.add_key_length(d_head)
        writer.add_value_length(d_head)
    for field, add in (("attn_logit_softcapping", writer.add_attn_logit_softcapping), ("final_logit_softcapping", writer.add_final_logit_softcapping)):
        if config.get(field) and arch == "gemma2":
            add(config[field])
    if config.get("sliding_window") and arch in WITH_WINDOW:
        writer.add_sliding_window(config["sliding_window"])
        if arch in ("exaone4", "olmo2"):
            writer.add_sliding_window_pattern([kind == "sliding_attention" for kind in config["layer_types"]])
    if "use_parallel_residual" in config and arch in ("gptneox", "stablelm"):
        writer.add_parallel_residual(config["use_parallel_residual"])
    experts = config.get("num_local_experts") or config.get("num_experts")
    if experts:
        writer.add_expert_count(experts)
        writer.add_expert_used_count(config["num_experts_per_tok"])
    for field, (method, architectures) in SCALES.items():
        if arch in architectures and config.get(field):
            getattr(writer, method)(config[field])
    if arch == "gpt-oss":
        writer.add_expert_feed_forward_length(config["intermediate_size"])
    if arch == "nemotron":  # under both names
        writer.add_layer_norm_rms_eps(config["norm_eps"])
        writer.add_layer_norm_eps(config["norm_eps"])
    if arch == "olmo":
        writer.add_layer_norm_eps(1e-5)
    if config.get("bos_token_id") is not None:
        writer.add_bos_token_id(config["bos_token_id"])
    if config.get("eos_token_id") is not None:
        writer.add_eos_token_id(config["eos_token_id"])
    add_positions(writer, config, d_head, tensors)


def add_positions(writer, config, d_head, tensors):
    rope = config.get("rope_parameters")
    if not rope or writer.arch in ("gpt2", "bloom"):
        return
    if "full_attention" in rope:  # Gemma 3, OLMo 3
        writer.add_rope_freq_base_swa(rope["sliding_attention"]["rope_theta"])
        rope = rope["full_attention"]
    writer.add_rope_freq_base(rope["rope_theta"])
    partial = rope.get("partial_rotary_factor", config.get("partial_rotary_factor", 1))
    n_dims = int(d_head * partial)
    if writer.arch not in WITHOUT_ROPE_SIZE:
        writer.add_rope_dimension_count(n_dims)
    kind = rope.get("rope_type", "default")
    if writer.arch in ("command-r", "cohere2", "nemotron"):
        writer.add_rope_scaling_type(gguf.RopeScalingType.NONE)
    if kind == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rope["factor"])
    elif kind == "yarn":
        writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
        writer.add_rope_scaling_factor(rope["factor"])
        writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
        for field, add in (("beta_fast", writer.add_rope_scaling_yarn_beta_fast), ("beta_slow", writer.add_rope_scaling_yarn_beta_slow)):
            if rope.get(field):
                add(rope[field])
    elif kind == "longrope":
        context = rope.get("original_max_position_embeddings", config.get("original_max_position_embeddings"))
        scale = config["max_position_embeddings"] / context
        writer.add_rope_scaling_orig_ctx_len(context)
        writer.add_rope_scaling_attn_factors(float(np.sqrt(1 + np.log(scale) / np.log(context))) if scale > 1 else 1.0)
        tensors["rope_factors_short.weight"] = np.array(rope["short_factor"], dtype=np.float32)
        tensors["rope_factors_long.weight"] = np.array(rope["long_factor"], dtype=np.float32)
    elif kind == "llama3":
        tensors["rope_freqs.weight"] = llama3_divisors(rope, n_dims)


def llama3_divisors(rope, n_dims):
    """What each frequency is divided by."""
    divisors = []
    low, high = rope["low_freq_factor"], rope["high_freq_factor"]
    context = rope["original_max_position_embeddings"]
    for frequency in 1 / rope["rope_theta"] ** (np.arange(0, n_dims, 2) / n_dims):
        wavelength = 2 * np.pi / frequency
        if wavelength < context / high:
            divisors.append(1)
        elif wavelength > context / low:
            divisors.append(rope["factor"])
        else:
            smooth = (context / wavelength - low) / (high - low)
            divisors.append(1 / ((1 - smooth) / rope["factor"] + smooth))
    return np.array(divisors, dtype=np.float32)
