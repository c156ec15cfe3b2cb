"""Tiny random checkpoints and what transformers computes of them: what make_golden.py and random_sweep.py share."""

import json
import re
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForImageTextToText, LlamaConfig

transformers.utils.logging.disable_progress_bar()

VOCABULARY = 61
OUTPUT_PROJECTION = re.compile(r"(o_proj|self_attn\.out_proj|attn\.out_proj|dense|attn\.c_proj|attention\.out_proj)$")
TEXT_PARTS = ("gemma3", "mistral3")
SMALL_EYES = {
    "gemma3": dict(model_type="siglip_vision_model", hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=2,
                   image_size=8, patch_size=4),
    "mistral3": dict(model_type="pixtral", hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=2, head_dim=4,
                     image_size=8, patch_size=4),
}


def text_fields(config):
    return config["text_config"] if config["model_type"] in TEXT_PARTS else config


def auto_class(config):
    return AutoModelForImageTextToText if config["model_type"] in TEXT_PARTS else AutoModelForCausalLM


def make_model(config):
    """A model of the fields, every parameter random, norms and biases included."""
    config = dict(config)
    if config["model_type"] == "internlm2":
        return make_model(as_llama_config(config))
    if config["model_type"] in TEXT_PARTS:
        config["vision_config"] = SMALL_EYES[config["model_type"]]
    if config["model_type"] == "gemma3":
        config["mm_tokens_per_image"] = 4
    model = auto_class(config).from_config(AutoConfig.for_model(**config), attn_implementation="eager")
    randomize(model)
    return model.float().eval()


@torch.no_grad()
def randomize(model):
    for name, parameter in model.named_parameters():
        noise = torch.randn_like(parameter, dtype=torch.float32)
        if name.endswith("sinks"):
            value = noise
        elif parameter.dim() == 1 or "norm" in name.rsplit(".", 2)[-2]:  # norms and biases
            value = 0.3 * noise + (1.0 if name.endswith("weight") else 0.0)
        elif "embed" in name or "wte" in name or "wpe" in name:
            value = 0.7 * noise
        elif parameter.dim() == 3:
            value = 1.2 * noise / max(parameter.shape[-2:]) ** 0.5
        else:
            value = 1.2 * noise / parameter.shape[-1] ** 0.5
        parameter.copy_(value)
    for name, buffer in model.named_buffers():
        if name.endswith("e_score_correction_bias"):  # of the choice of experts
            buffer.copy_(0.3 * torch.randn_like(buffer))


def save(model, config, folder, dtype=torch.float32, own_names=False):
    """The folder as save_pretrained writes it, with `own_names` the tensors as transformers 5 has them in memory; InternLM 2, which transformers has no class for, from the Llama that computes the same."""
    folder = Path(folder)
    model.to(dtype).save_pretrained(folder, save_original_format=not own_names)
    for extra in ("generation_config.json",):
        (folder / extra).unlink(missing_ok=True)
    if config["model_type"] != "internlm2":
        return
    save_file(as_internlm2(load_file(folder / "model.safetensors"), config), folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def load(folder, dtype=torch.float32):
    """The model of a folder, with the arithmetic in `dtype`. Raises ValueError when transformers does not find every tensor in it."""
    folder = Path(folder)
    config = json.loads((folder / "config.json").read_text())
    options = dict(dtype=dtype, attn_implementation="eager", output_loading_info=True)
    if config["model_type"] == "internlm2":
        tensors = from_internlm2(load_file(folder / "model.safetensors"), config)
        model = AutoModelForCausalLM.from_config(LlamaConfig(**as_llama_config(config)), attn_implementation="eager").to(dtype)
        report = model.load_state_dict({name: tensor.to(dtype) for name, tensor in tensors.items()}, strict=False)
        missing = {"missing_keys": report.missing_keys, "unexpected_keys": report.unexpected_keys}
        if config.get("tie_word_embeddings"):
            missing["missing_keys"] = [key for key in report.missing_keys if key != "lm_head.weight"]
    else:
        model, missing = auto_class(config).from_pretrained(folder, **options)
    for problem in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        if missing.get(problem):
            raise ValueError(f"{problem}: {sorted(missing[problem])[:3]}")
    for module in model.modules():
        if hasattr(module, "config") and hasattr(module.config, "_experts_implementation"):
            module.config._experts_implementation = "eager"
    return model.eval()


def pack_experts(folder):
    """Experts of random halves of bytes and scales in MXFP4, as GPT-OSS is published, in place of those of the folder."""
    path = folder / "model.safetensors"
    tensors = {}
    for name, tensor in load_file(path).items():
        if tensor.dim() != 3:
            tensors[name] = tensor
            continue
        n_experts, n_in, n_out = tensor.shape
        tensors[name + "_blocks"] = torch.randint(0, 256, (n_experts, n_out, n_in // 32, 16), dtype=torch.uint8)
        tensors[name + "_scales"] = torch.randint(121, 125, (n_experts, n_out, n_in // 32), dtype=torch.uint8)
    save_file(tensors, path, metadata={"format": "pt"})
    config = json.loads((folder / "config.json").read_text())
    config["quantization_config"] = {"modules_to_not_convert": ["model.layers.*.self_attn", "model.layers.*.mlp.router", "model.embed_tokens", "lm_head"],
                                     "quant_method": "mxfp4"}
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")


def as_llama_config(config):
    config = dict(config, model_type="llama", attention_bias=config.get("bias", True))
    config.setdefault("vocab_size", 103168)
    config.setdefault("num_key_value_heads", config["num_attention_heads"])
    return config


def grouped_sizes(config):
    n_kv = config.get("num_key_value_heads") or config["num_attention_heads"]
    return n_kv, config["num_attention_heads"] // n_kv, config["hidden_size"] // config["num_attention_heads"]


RENAMES = [("attention.wo", "self_attn.o_proj"), ("feed_forward.w1", "mlp.gate_proj"), ("feed_forward.w3", "mlp.up_proj"),
           ("feed_forward.w2", "mlp.down_proj"), ("attention_norm", "input_layernorm"), ("ffn_norm", "post_attention_layernorm"),
           ("tok_embeddings", "embed_tokens")]


def as_internlm2(tensors, config):
    """Llama's tensors under InternLM 2's names: the queries of a group, its key and its value stand together in wqkv."""
    n_kv, group, d_head = grouped_sizes(config)
    result = {}
    for name, tensor in tensors.items():
        if name == "lm_head.weight":
            result["output.weight"] = tensor
        elif "self_attn.q_proj" in name:
            parts = [tensors[name.replace("q_proj", part)].reshape(n_kv, -1, d_head, *tensor.shape[1:]) for part in ("q_proj", "k_proj", "v_proj")]
            result[name.replace("self_attn.q_proj", "attention.wqkv")] = torch.cat(parts, 1).reshape(-1, *tensor.shape[1:]).contiguous()
        elif "k_proj" not in name and "v_proj" not in name:
            for theirs, llama in RENAMES:
                name = name.replace(llama, theirs)
            result[name] = tensor.contiguous()
    return result


def from_internlm2(tensors, config):
    n_kv, group, d_head = grouped_sizes(config)
    result = {}
    for name, tensor in tensors.items():
        if name == "output.weight":
            result["lm_head.weight"] = tensor
        elif "attention.wqkv" in name:
            fused = tensor.reshape(n_kv, group + 2, d_head, *tensor.shape[1:])
            for part, piece in (("q_proj", fused[:, :group]), ("k_proj", fused[:, group : group + 1]), ("v_proj", fused[:, group + 1 :])):
                result[name.replace("attention.wqkv", f"self_attn.{part}")] = piece.reshape(-1, *tensor.shape[1:])
        else:
            for theirs, llama in RENAMES:
                name = name.replace(theirs, llama)
            result[name] = tensor
    return result


def output_projections(model):
    """Per layer the module whose input is z: [batch, token, head * d_head]."""
    return [module for name, module in model.named_modules()
            if OUTPUT_PROJECTION.search(name) and not re.search(r"vision|mlp|router|ffn", name)]


@torch.no_grad()
def expected(model, ids, d_head=None):
    """What the model gives: logits, hidden.L, pattern.L, z.L, and zero_ablate.L [head, prompt, vocabulary] of the last position."""
    projections = output_projections(model)
    zs = {}
    hooks = [module.register_forward_pre_hook(lambda _, inputs, layer=layer: zs.__setitem__(layer, inputs[0].clone()))
             for layer, module in enumerate(projections)]
    out = model(ids, output_hidden_states=True, output_attentions=True, use_cache=False)
    for hook in hooks:
        hook.remove()
    n_prompts, n_tokens = ids.shape
    result = {"logits": out.logits}
    for layer, hidden in enumerate(out.hidden_states):
        result[f"hidden.{layer}"] = hidden
    for layer, pattern in enumerate(out.attentions):
        result[f"pattern.{layer}"] = pattern
        n_heads = pattern.shape[1]
        result[f"z.{layer}"] = zs[layer].reshape(n_prompts, n_tokens, n_heads, -1)
        result[f"zero_ablate.{layer}"] = ablated(model, projections[layer], ids, n_heads)
    return {name: tensor.contiguous() for name, tensor in result.items()}


def ablated(model, projection, ids, n_heads):
    """Every head in one batch: copy h of the prompts has head h zeroed."""
    n_prompts = len(ids)

    def zero(_, inputs):
        z = inputs[0].clone().reshape(n_heads, n_prompts, ids.shape[1], n_heads, -1)
        for head in range(n_heads):
            z[head, :, :, head] = 0
        return (z.reshape(inputs[0].shape),)

    hook = projection.register_forward_pre_hook(zero)
    logits = model(ids.repeat(n_heads, 1), use_cache=False).logits[:, -1]
    hook.remove()
    return logits.reshape(n_heads, n_prompts, -1)


def prompts(generator, n_tokens, vocabulary=VOCABULARY):
    """Two prompts of random tokens whose second half repeats the first."""
    half = torch.randint(0, vocabulary, (2, (n_tokens + 1) // 2), generator=generator)
    return torch.cat([half, half], 1)[:, :n_tokens].contiguous()
