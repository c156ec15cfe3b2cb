"""Writes the golden GGUF files: small random models of every architecture, converted as llama.cpp converts them, with the
logits that transformers gives for the original; and blocks of every number format with the numbers that they mean.

    pip install -r tests/golden/make_gguf_requirements.txt
    python3 tests/golden/make_gguf.py                      # all golden files, into tests/core
    python3 tests/golden/make_gguf.py --convert FOLDER FILE.gguf --type Q8_0     # one model

The names of tensors are those of the `gguf` package, and so are the quantised blocks and their numbers; `--check` loads every
file with transformers' own GGUF reader too, where it has one for the architecture, and compares the logits.
"""
import argparse
import json
import pathlib
import re
import tempfile

import gguf
import numpy as np
import torch
import transformers as t
from safetensors.torch import load_file

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
MODELS = TOP / "tests" / "core" / "checkpoint" / "gguf"
BLOCKS = TOP / "tests" / "core" / "tensor" / "gguf"

SIZES = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24, vocab_size=24,
             max_position_embeddings=64, bos_token_id=1, eos_token_id=2, pad_token_id=None, tie_word_embeddings=False)
GROUPED = SIZES | dict(num_key_value_heads=2)
LLAMA3 = dict(rope_type="llama3", rope_theta=10000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32)
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
}
ARCHITECTURES = {"mistral": "llama", "mixtral": "llama", "gemma3_text": "gemma3", "gpt_neox": "gptneox", "phi": "phi2"}
TOKENS = [1, 5, 9, 5, 23, 0, 7, 9]


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
    if arch in ("qwen3", "gemma", "gemma2", "gemma3", "llama"):
        writer.add_key_length(d_head)
        writer.add_value_length(d_head)
    for field, add in (("attn_logit_softcapping", writer.add_attn_logit_softcapping), ("final_logit_softcapping", writer.add_final_logit_softcapping)):
        if config.get(field) and arch == "gemma2":
            add(config[field])
    if config.get("sliding_window") and arch in ("gemma2", "gemma3", "phi3", "llama"):
        writer.add_sliding_window(config["sliding_window"])
    if "use_parallel_residual" in config and arch in ("gptneox", "stablelm"):
        writer.add_parallel_residual(config["use_parallel_residual"])
    if config.get("num_local_experts"):
        writer.add_expert_count(config["num_local_experts"])
        writer.add_expert_used_count(config["num_experts_per_tok"])
    if config.get("bos_token_id") is not None:
        writer.add_bos_token_id(config["bos_token_id"])
    if config.get("eos_token_id") is not None:
        writer.add_eos_token_id(config["eos_token_id"])
    add_positions(writer, config, d_head, tensors)


def add_positions(writer, config, d_head, tensors):
    rope = config.get("rope_parameters")
    if not rope or writer.arch in ("gpt2", "bloom"):
        return
    if "full_attention" in rope:  # Gemma 3
        writer.add_rope_freq_base_swa(rope["sliding_attention"]["rope_theta"])
        rope = rope["full_attention"]
    writer.add_rope_freq_base(rope["rope_theta"])
    partial = rope.get("partial_rotary_factor", config.get("partial_rotary_factor", 1))
    n_dims = int(d_head * partial)
    if writer.arch != "falcon":
        writer.add_rope_dimension_count(n_dims)
    kind = rope.get("rope_type", "default")
    if kind == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rope["factor"])
    elif kind == "yarn":
        writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
        writer.add_rope_scaling_factor(rope["factor"])
        writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
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


def neighbours(matrix, n_heads):
    """Rows (i, i + d/2) of each head become rows (2i, 2i + 1): llama.cpp rotates those."""
    shape = matrix.shape
    return matrix.reshape(n_heads, 2, shape[0] // n_heads // 2, *shape[1:]).swapaxes(1, 2).reshape(shape)


def stacked(matrix, n_groups, n_queries, d_head):
    """[queries, key, value] of each group become all queries, all keys, all values."""
    groups = matrix.reshape(n_groups, n_queries + 2, d_head, *matrix.shape[1:])
    rest = matrix.shape[1:]
    return np.concatenate([groups[:, :n_queries].reshape(-1, *rest), groups[:, n_queries].reshape(-1, *rest), groups[:, n_queries + 1].reshape(-1, *rest)])


def converted(name, values, config, arch):
    heads = config.get("num_attention_heads", config.get("n_head"))
    kv_heads = config.get("num_key_value_heads") or heads
    d_head = config.get("head_dim") or config.get("hidden_size", config.get("n_embd", 0)) // heads
    if arch == "llama" and re.search(r"\.q_proj\.(weight|bias)$", name):
        return neighbours(values, heads)
    if arch == "llama" and re.search(r"\.k_proj\.(weight|bias)$", name):
        return neighbours(values, kv_heads)
    if arch.startswith("gemma") and name.endswith("norm.weight"):
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
        found = re.fullmatch(r"(.*\.experts)\.(\d+)\.(w\d\.weight)", name)
        if found:
            experts.setdefault(f"{found[1]}.{found[3]}", {})[int(found[2])] = values
        else:
            result[name] = values
    for name, parts in experts.items():
        result[name] = np.stack([parts[i] for i in sorted(parts)])
    return result


def convert(folder, file, kind, tokenizer=True):
    config = json.loads((folder / "config.json").read_text())
    arch = architecture_of(config)
    writer = gguf.GGUFWriter(file, arch)
    constant = next(a for a, name in gguf.MODEL_ARCH_NAMES.items() if name == arch)
    names = gguf.get_tensor_name_map(constant, config.get("num_hidden_layers", config.get("n_layer")))
    extra = {}
    add_metadata(writer, config, extra)
    if tokenizer and (folder / "tokenizer.json").exists():
        add_tokenizer(writer, json.loads((folder / "tokenizer.json").read_text()))
    tensors = {name: value.float().numpy() for name, value in load_file(folder / "model.safetensors").items()}
    for name, values in extra.items():
        writer.add_tensor(name, values)
    for name, values in sorted(merged_experts(tensors).items()):
        suffixes = (".weight", ".bias")
        new = names.get_name(name, suffixes) or names.get_name(name.removeprefix("transformer."), suffixes)
        if new is None or (new == "output.weight" and config.get("tie_word_embeddings")):
            continue
        values = np.ascontiguousarray(converted(name, values, config, arch))
        usable = gguf.GGMLQuantizationType[kind]
        block = gguf.GGML_QUANT_SIZES[usable][0]
        if values.ndim < 2 or values.shape[-1] % block:
            writer.add_tensor(new, values.astype(np.float32))
        else:
            writer.add_tensor(new, gguf.quantize(values, usable), raw_dtype=usable)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def add_tokenizer(writer, definition):
    """A tokenizer whose pattern llama.cpp has no name for: as a whole."""
    writer.add_string("tokenizer.huggingface.json", json.dumps(definition, ensure_ascii=False))


def make_models(check):
    reference = {}
    with tempfile.TemporaryDirectory() as place:
        for name, (cls, fields, kind) in CASES.items():
            torch.manual_seed(sum(map(ord, name)))
            config = cls(**fields)
            config._experts_implementation = "eager"
            model = t.AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
            with torch.no_grad():
                for parameter in model.parameters():
                    values = (torch.randn_like(parameter) * 0.3).to(torch.bfloat16).to(torch.float16).float()
                    if kind.startswith("Q") and parameter.ndim > 1 and parameter.shape[-1] % 32 == 0:
                        blocks = gguf.GGMLQuantizationType[kind]
                        values = torch.from_numpy(gguf.dequantize(gguf.quantize(values.numpy(), blocks), blocks))
                    parameter.copy_(values)
            folder = pathlib.Path(place) / name
            model.save_pretrained(folder)
            convert(folder, MODELS / f"{name}.gguf", kind)
            with torch.no_grad():
                logits = model.double()(torch.tensor([TOKENS])).logits[0]
            reference[name] = {"tokens": TOKENS, "logits": [[float(f"{x:.7g}") for x in row] for row in logits.tolist()]}
            print(f"{name}: {(MODELS / f'{name}.gguf').stat().st_size} bytes" + (compare(name, config, logits) if check else ""))
    lines = [f' {json.dumps(name)}: {json.dumps(case, separators=(",", ":"))}' for name, case in reference.items()]
    (MODELS / "reference.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


def compare(name, config, logits):
    """What transformers' own GGUF reader makes of the tensors; of the metadata it reads less than there is."""
    try:
        model = t.AutoModelForCausalLM.from_pretrained(MODELS, gguf_file=f"{name}.gguf", config=config, dtype=torch.float32, attn_implementation="eager").eval()
        with torch.no_grad():
            there = model.double()(torch.tensor([TOKENS])).logits[0]
        return f"; transformers' reader differs by {(there - logits).abs().max():.2g}"
    except Exception as problem:  # an architecture that it does not read
        return f"; transformers' reader: {type(problem).__name__}: {str(problem).splitlines()[0][:100]}"


def make_blocks():
    """Every type as a tensor [2, 512] of its name, and beside it NAME.expected, what the reference reads from it."""
    random = np.random.default_rng(1)
    writer = gguf.GGUFWriter(BLOCKS / "blocks.gguf", "blocks")
    for kind in ("F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"):
        constant = gguf.GGMLQuantizationType[kind]
        n_numbers, n_bytes = gguf.GGML_QUANT_SIZES[constant]
        if kind.endswith("_K"):  # the package reads these and does not write them: any bytes, with finite scales
            blocks = random.integers(0, 256, (2 * 512 // n_numbers, n_bytes), dtype=np.uint8)
            halves = {"Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}[kind]
            for place in halves:
                blocks[:, place:place + 2] = (random.standard_normal((len(blocks), 1)) * 0.1).astype(np.float16).view(np.uint8)
            stored = blocks.reshape(2, -1)
        else:
            stored = gguf.quantize(random.standard_normal((2, 512)).astype(np.float32), constant)
        writer.add_tensor(kind, stored, raw_dtype=constant)
        writer.add_tensor(kind + ".expected", gguf.dequantize(stored, constant).astype(np.float32).reshape(2, 512))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--convert", nargs=2, type=pathlib.Path, metavar=("FOLDER", "FILE"))
    parser.add_argument("--type", default="F32", help="of the matrices: F32, F16, BF16, Q8_0, Q4_0, ...")
    parser.add_argument("--check", action="store_true", help="compare with transformers' own GGUF reader")
    options = parser.parse_args()
    if options.convert:
        return convert(*options.convert, options.type)
    for folder in (MODELS, BLOCKS):
        folder.mkdir(parents=True, exist_ok=True)
    make_blocks()
    make_models(options.check)


main()
