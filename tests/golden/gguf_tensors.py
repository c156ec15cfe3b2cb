"""The tensors of a Hugging Face folder in the form that llama.cpp's conversion gives them."""
import re

import numpy as np

PERMUTED = ("llama", "granite", "granitemoe", "smollm3", "olmo")  # rows of queries and keys


def neighbours(matrix, n_heads):
    """Rows (i, i + d/2) of each head become rows (2i, 2i + 1): llama.cpp rotates those."""
    shape = matrix.shape
    return matrix.reshape(n_heads, 2, shape[0] // n_heads // 2, *shape[1:]).swapaxes(1, 2).reshape(shape)


def stacked(matrix, n_groups, n_queries, d_head):
    """[queries, key, value] of each group become all queries, all keys, all values."""
    groups = matrix.reshape(n_groups, n_queries + 2, d_head, *matrix.shape[1:])
    rest = matrix.shape[1:]
    return np.concatenate([groups[:, :n_queries].reshape(-1, *rest), groups[:, n_queries].reshape(-1, *rest), groups[:, n_queries + 1].reshape(-1, *rest)])


def halves(values):
    """A gate and what it multiplies, which stand one after the other along the last axis but one."""
    return np.split(values, 2, axis=-2)


def with_split(tensors, config):
    """Under the names and in the parts that the GGUF files have."""
    for name, values in merged_experts(tensors).items():
        block = re.sub(r".*\blayers\.(\d+)\..*", r"blk.\1.", name)
        if name.endswith(("block_sparse_moe.input_linear.weight", "shared_mlp.input_linear.weight")):  # Granite
            kind = "exps" if values.ndim == 3 else "shexp"
            for part, half in zip(("gate", "up"), halves(values)):
                yield f"{block}ffn_{part}_{kind}.weight", half
        elif config["model_type"] == "gpt_oss" and "gate_up_proj" in name:
            values = values if name.endswith("bias") else values.swapaxes(1, 2)
            suffix = "bias" if name.endswith("bias") else "weight"
            for i, part in enumerate(("gate", "up")):
                yield f"{block}ffn_{part}_exps.{suffix}", values[:, i::2]
        elif config["model_type"] == "gpt_oss" and "experts.down_proj" in name:
            yield (f"{block}ffn_down_exps.bias", values) if name.endswith("bias") else (f"{block}ffn_down_exps.weight", values.swapaxes(1, 2))
        elif name.endswith("sinks"):
            yield f"{block}attn_sinks.weight", values
        elif name.endswith("attention.wqkv.weight"):  # InternLM 2
            heads, groups = config["num_attention_heads"], config["num_key_value_heads"]
            parts = values.reshape(groups, heads // groups + 2, -1, values.shape[-1])
            queries, keys, values = (part.reshape(-1, values.shape[-1]) for part in (parts[:, :-2], parts[:, -2], parts[:, -1]))
            yield f"{block}attn_q.weight", neighbours(queries, heads)
            yield f"{block}attn_k.weight", neighbours(keys, groups)
            yield f"{block}attn_v.weight", values
        elif name.endswith("shared_expert_gate.weight"):
            yield name, values[0]
        else:
            yield name, values


def converted(name, values, config, arch):
    heads = config.get("num_attention_heads", config.get("n_head"))
    kv_heads = config.get("num_key_value_heads") or heads
    d_head = config.get("head_dim") or config.get("hidden_size", config.get("n_embd", 0)) // heads
    if arch in PERMUTED and re.search(r"\.q_proj\.(weight|bias)$", name):
        return neighbours(values, heads)
    if arch in PERMUTED and re.search(r"\.k_proj\.(weight|bias)$", name):
        return neighbours(values, kv_heads)
    if (arch.startswith("gemma") or arch == "nemotron") and name.endswith("norm.weight"):
        return values + 1
    if arch == "gpt2" and re.search(r"\.(c_attn|c_proj|c_fc)\.weight$", name):
        return values.T
    if arch in ("gptneox", "bloom") and "query_key_value" in name:
        return stacked(values, heads, 1, d_head)
    if arch == "falcon" and "query_key_value" in name:
        groups = config["num_kv_heads"] if config["new_decoder_architecture"] else 1
        return stacked(values, groups, heads // groups, d_head)
    return values


def merged_experts(tensors):
    """experts.0.w1, experts.1.w1, ... become experts.w1 with an axis more."""
    result, experts = {}, {}
    for name, values in tensors.items():
        found = re.fullmatch(r"(.*\.experts)\.(\d+)\.(\w+\.weight)", name)
        if found:
            experts.setdefault(f"{found[1]}.{found[3]}", {})[int(found[2])] = values
        else:
            result[name] = values
    for name, parts in experts.items():
        result[name] = np.stack([parts[i] for i in sorted(parts)])
    return result
