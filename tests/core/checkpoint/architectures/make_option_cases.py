"""Writes option_cases.json: tiny models with the less usual options of each architecture, and transformers' logits.

    python3 make_option_cases.py        (transformers 5, torch and safetensors; the file was made with 5.23.0 and 2.14.1)

A weight is a function of its tensor's name, the same here and in tests/support/tiny_model.cpp (core/base/random.hpp's
SplitMix64), so the file holds names and shapes only. transformers reads the same config.json as the test.
"""
import json
import pathlib
import tempfile

import numpy
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM

STEP, MASK = 0x9E3779B97F4A7C15, (1 << 64) - 1
TOKENS = [1, 5, 3, 7, 10, 2, 5, 3, 7, 0, 9, 4]

LLAMA = dict(hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
             vocab_size=11, max_position_embeddings=32)
GPT2 = dict(n_embd=16, n_layer=2, n_head=4, n_positions=16, vocab_size=11)
OPT = dict(hidden_size=16, ffn_dim=24, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=16, vocab_size=11,
           word_embed_proj_dim=16)
FALCON = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=4, vocab_size=11)
WITHOUT_KV = {key: value for key, value in LLAMA.items() if key != "num_key_value_heads"}

CASES = {
    "gpt2: scores divided by the layer, n_inner, erf": dict(
        GPT2, model_type="gpt2", scale_attn_by_inverse_layer_idx=True, n_inner=20, activation_function="gelu"),
    "gpt2: unscaled scores, quick_gelu, untied": dict(
        GPT2, model_type="gpt2", scale_attn_weights=False, activation_function="quick_gelu", tie_word_embeddings=False),
    "gpt2: sizes under their other names, swish": dict(
        model_type="gpt2", hidden_size=16, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=16, vocab_size=11,
        activation_function="swish"),
    "llama: yarn": dict(LLAMA, model_type="llama", rope_theta=10000.0, rope_scaling=dict(
        type="yarn", factor=4.0, original_max_position_embeddings=8)),
    "llama: yarn of transformers 5": dict(LLAMA, model_type="llama", rope_parameters=dict(
        rope_type="yarn", rope_theta=500.0, factor=8.0, original_max_position_embeddings=4, beta_fast=4, beta_slow=1,
        attention_factor=1.3)),
    "llama: dynamic within the context": dict(LLAMA, model_type="llama", rope_scaling=dict(type="dynamic", factor=2.0)),
    "llama: linear, explicit head_dim, tied": dict(
        LLAMA, model_type="llama", head_dim=6, tie_word_embeddings=True, rope_scaling=dict(type="linear", factor=4.0)),
    "llama: longrope within the original context": dict(LLAMA, model_type="llama", rope_parameters=dict(
        rope_type="longrope", rope_theta=10000.0, short_factor=[1.5, 2.5], long_factor=[9.0, 9.0], factor=2.0,
        original_max_position_embeddings=16)),
    "llama: biases, relu2": dict(LLAMA, model_type="llama", attention_bias=True, mlp_bias=True, hidden_act="relu2"),
    "mistral: no window": dict(LLAMA, model_type="mistral", sliding_window=None),
    "mixtral: one expert of three, a window": dict(
        LLAMA, model_type="mixtral", sliding_window=3, num_local_experts=3, num_experts_per_tok=1),
    "qwen2: a window in the upper layer": dict(
        LLAMA, model_type="qwen2", use_sliding_window=True, sliding_window=3, max_window_layers=1),
    "qwen3: biases, layer types": dict(
        LLAMA, model_type="qwen3", head_dim=8, attention_bias=True, use_sliding_window=True, sliding_window=4,
        layer_types=["sliding_attention", "full_attention"]),
    "gemma: the gelu that means tanh": dict(LLAMA, model_type="gemma", head_dim=4, hidden_act="gelu"),
    "gemma2: no caps": dict(
        LLAMA, model_type="gemma2", head_dim=4, attn_logit_softcapping=None, final_logit_softcapping=None, sliding_window=3,
        query_pre_attn_scalar=9),
    "gemma3: scaled rotation of the full layers, a cap on logits": dict(
        LLAMA, model_type="gemma3_text", head_dim=4, sliding_window=3, sliding_window_pattern=2, rope_theta=10000.0,
        rope_local_base_freq=100.0, rope_scaling=dict(rope_type="linear", factor=8.0), final_logit_softcapping=2.0),
    "gemma3: a scaling under its old name, which has no effect": dict(
        LLAMA, model_type="gemma3_text", head_dim=4, sliding_window=3, rope_theta=10000.0, rope_scaling=dict(type="linear", factor=8.0)),
    "olmo3: a scaling under its old name, which has no effect": dict(
        LLAMA, model_type="olmo3", sliding_window=3, rope_scaling=dict(type="yarn", factor=8.0, original_max_position_embeddings=8)),
    "gpt_oss: an empty scaling, which stands for the usual one": dict(
        LLAMA, model_type="gpt_oss", head_dim=8, num_local_experts=3, num_experts_per_tok=2, sliding_window=4, rope_scaling={}),
    "apertus: a base without a scaling, which has no effect": dict(
        LLAMA, model_type="apertus", rope_theta=100.0, rope_scaling=None, pad_token_id=0),
    "gpt_neo: the kinds of layers one by one": dict(
        model_type="gpt_neo", hidden_size=16, num_layers=2, num_heads=4, max_position_embeddings=16, vocab_size=11, window_size=3,
        attention_types=[[["global", "local"], 1]], attention_layers=["local", "global"]),
    "gpt_neo: local first, its own width": dict(
        model_type="gpt_neo", hidden_size=16, num_layers=2, num_heads=4, max_position_embeddings=16, vocab_size=11, window_size=3,
        attention_types=[[["local"], 1], [["global"], 1]], intermediate_size=20),
    "gpt_neox: one after the other, no attention bias, all dimensions rotated": dict(
        WITHOUT_KV, model_type="gpt_neox", use_parallel_residual=False, attention_bias=False, rotary_pct=1.0,
        rotary_emb_base=500),
    "gptj: n_inner, two dimensions rotated": dict(GPT2, model_type="gptj", n_inner=20, rotary_dim=2),
    "opt: no biases": dict(OPT, model_type="opt", enable_bias=False),
    "opt: norms without weights, no final norm, gelu": dict(
        OPT, model_type="opt", layer_norm_elementwise_affine=False, _remove_final_layer_norm=True, activation_function="gelu"),
    "bloom: six heads": dict(model_type="bloom", n_embed=24, n_head=6, n_layer=2, vocab_size=11),
    "falcon: the new design": dict(FALCON, model_type="falcon", new_decoder_architecture=True, num_kv_heads=2, bias=True),
    "falcon: the new design with one norm": dict(
        FALCON, model_type="falcon", new_decoder_architecture=True, num_kv_heads=2, num_ln_in_parallel_attn=1),
    "falcon: one after the other, a key head for each": dict(
        FALCON, model_type="falcon", parallel_attn=False, multi_query=False, bias=True, ffn_hidden_size=20),
    "phi: norms of queries and keys, grouped keys": dict(LLAMA, model_type="phi", qk_layernorm=True, partial_rotary_factor=1.0),
    "phi3: longrope, a window": dict(
        LLAMA, model_type="phi3", original_max_position_embeddings=16, sliding_window=3, pad_token_id=0,
        rope_scaling=dict(type="longrope", short_factor=[1.5, 2.5], long_factor=[9.0, 9.0])),
    "olmo2: biases": dict(LLAMA, model_type="olmo2", attention_bias=True, pad_token_id=0),
    "stablelm: side by side, biases": dict(
        LLAMA, model_type="stablelm", use_parallel_residual=True, use_qkv_bias=True, partial_rotary_factor=0.5),
    "starcoder2: no biases, untied, a window": dict(
        LLAMA, model_type="starcoder2", use_bias=False, tie_word_embeddings=False, sliding_window=3),
}


def mix(x):
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def weights(name, shape):
    state = 17
    for byte in name.encode():
        state = (mix(state ^ byte) + STEP) & MASK
    numbers = []
    for _ in range(int(numpy.prod(shape))):
        state = (state + STEP) & MASK
        numbers.append(2 * ((mix(state) >> 11) * 2.0**-53) - 1)
    return torch.tensor(numpy.array(numbers, dtype=numpy.float32).reshape(shape))


def run(config):
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as names_folder:
        (pathlib.Path(folder) / "config.json").write_text(json.dumps(config))
        AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder)).save_pretrained(names_folder)
        with safe_open(pathlib.Path(names_folder) / "model.safetensors", "pt") as stored:
            shapes = {name: list(stored.get_slice(name).get_shape()) for name in sorted(stored.keys())}
        tensors = {name: weights(name, shape) for name, shape in shapes.items()}
        save_file(tensors, pathlib.Path(folder) / "model.safetensors", metadata={"format": "pt"})
        model, report = AutoModelForCausalLM.from_pretrained(
            folder, dtype=torch.float64, attn_implementation="eager", experts_implementation="eager", output_loading_info=True)
        assert not report["unexpected_keys"], report
        with torch.no_grad():
            logits = model.eval()(torch.tensor([TOKENS])).logits[0, -1]
    return {"config": config, "tensors": shapes, "logits": [float(f"{logit:.9g}") for logit in logits]}


cases = [dict(name=name, **run(config)) for name, config in CASES.items()]
text = json.dumps({"tokens": TOKENS, "cases": cases}).replace('{"name"', '\n{"name"')
(pathlib.Path(__file__).parent / "option_cases.json").write_text(text + "\n")
