"""Draws configurations at random over all architectures and their options, saves a model of each with transformers, in the style of
transformers 4 or 5 and with keys left out, and compares what `headlight forward` gives with what transformers gives of the same folder:
logits, residual stream, patterns, z, and the last logits with each head zeroed.

usage: random_sweep.py HEADLIGHT [--count 500] [--seed 1] [--only MODEL_TYPE,..] [--keep FOLDER] [--jobs 2]

A configuration that transformers cannot build or run is drawn again. Prints every difference with the configuration that caused it;
exits with 1 when there is one.       (versions: requirements.txt)
"""

import argparse
import collections
import json
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

os.environ.setdefault("TRANSFORMERS_VERBOSITY", "critical")
os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from draws import Draw
from families import FAMILIES
from safetensors.torch import load_file, save_file
from tiny_models import TEXT_PARTS, expected, load, make_model, pack_experts, prompts, save, text_fields
from transformers import AutoConfig

TOLERANCE = 5e-5  # relative to the largest number of a tensor

# Fields that shapes follow from: left out only where they stand at the default anyway.
SHAPES = {
    "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim", "vocab_size",
    "n_embd", "n_layer", "n_head", "n_positions", "n_inner", "num_layers", "num_heads", "ffn_dim", "word_embed_proj_dim", "d_model", "n_layers",
    "n_heads", "model_type", "architectures", "max_position_embeddings", "text_config", "vision_config", "num_experts", "num_local_experts",
    "moe_intermediate_size", "shared_expert_intermediate_size", "shared_intermediate_size", "tie_word_embeddings", "attention_types",
    "max_seq_len", "new_decoder_architecture", "num_kv_heads", "multi_query", "ffn_hidden_size", "rotary_dim", "dtype",
    "transformers_version", "num_experts_per_tok", "mm_tokens_per_image", "use_sliding_window", "n_routed_experts", "n_shared_experts",
    "num_shared_experts", "moe_num_experts", "moe_k", "moe_topk", "moe_num_shared_experts",
}
PARTLY_ROTATED = ("glm", "glm4", "glm4_moe", "gpt_neox", "nemotron", "persimmon", "phi", "stablelm")
ROTATION = ("rope_parameters", "rope_scaling", "rope_theta", "partial_rotary_factor", "rotary_pct", "rotary_emb_base")


def in_the_style_of_4(fields):
    """rope_theta, rope_scaling and partial_rotary_factor beside each other, torch_dtype."""
    fields = dict(fields)
    if "dtype" in fields:
        fields["torch_dtype"] = fields.pop("dtype")
    fields["transformers_version"] = "4.51.0"
    rope = fields.pop("rope_parameters", None)
    if rope and "full_attention" in rope:
        full, local = dict(rope["full_attention"]), rope["sliding_attention"]
        fields["rope_theta"] = full.pop("rope_theta")
        if fields["model_type"] == "gemma3_text":
            fields["rope_local_base_freq"] = local["rope_theta"]
        fields["rope_scaling"] = None if full.get("rope_type", "default") == "default" else full
    elif rope and fields.get("model_type") == "gpt_neox":
        rope = dict(rope)
        fields.update(rotary_emb_base=rope.pop("rope_theta"), rotary_pct=rope.pop("partial_rotary_factor"))
        fields["rope_scaling"] = None if rope.get("rope_type", "default") == "default" else rope
    elif rope:
        rope = dict(rope)
        for name in ("rope_theta", "partial_rotary_factor"):
            if name in rope:
                fields[name] = rope.pop(name)
        fields["rope_scaling"] = None if rope.get("rope_type", "default") == "default" else rope
    return fields


def with_keys_left_out(fields, draw, usual):
    kept = dict(fields)
    keep_rotation = fields["model_type"] in PARTLY_ROTATED  # only some heads have a half or quarter to rotate
    for name in list(fields):
        if keep_rotation and name in ROTATION:
            continue
        at_default = name in usual and usual[name] == fields[name]
        if name in ("model_type", "text_config", "vision_config"):
            continue
        if (at_default and draw.chance(0.6)) or (name not in SHAPES and draw.chance(0.06)):
            del kept[name]
    return kept


def restyle(folder, draw):
    """Rewrites config.json as other hands would have written it."""
    path = folder / "config.json"
    config = json.loads(path.read_text())

    def styled(fields):
        usual = {} if fields["model_type"] == "internlm2" else AutoConfig.for_model(fields["model_type"]).to_dict()
        if draw.chance(0.5):
            fields = in_the_style_of_4(fields)
        return with_keys_left_out(fields, draw, usual) if draw.chance(0.6) else fields

    if text_fields(config) is config:
        config = styled(config)
    else:
        config["text_config"] = styled(config["text_config"])
    path.write_text(json.dumps(config, indent=2) + "\n")


def rename_to_4(folder):
    """The tensors of a model of text and images as transformers 4 named them before 4.52."""
    path = folder / "model.safetensors"
    old = ("model.language_model.", "language_model.model."), ("lm_head.", "language_model.lm_head."), ("model.", "")
    tensors = {}
    for name, tensor in load_file(path).items():
        for new_prefix, old_prefix in old:
            if name.startswith(new_prefix):
                name = old_prefix + name[len(new_prefix) :]
                break
        tensors[name] = tensor
    save_file(tensors, path, metadata={"format": "pt"})


def headlight(program, folder, ids, edits=(), sites=()):
    tokens, out = folder / "ids.safetensors", folder / "out.safetensors"
    save_file({"input_ids": ids}, tokens)
    command = [program, "forward", str(folder), "--tokens", str(tokens), "--out", str(out), "--threads", "1"]
    for edit in edits:
        command += ["--edit", edit]
    if sites:
        command += ["--capture", ",".join(sites)]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(run.stderr.strip())
    return load_file(out)


SITES = ("blocks.*.attn.hook_pattern", "blocks.*.attn.hook_z", "blocks.*.hook_resid_pre", "ln_final.hook_normalized")


def differences(program, folder, ids, theirs):
    """(what, relative difference) of everything that is compared."""
    ours = headlight(program, folder, ids, sites=SITES)
    n_layers = sum(1 for name in theirs if name.startswith("pattern."))
    names = {"logits": "logits"}
    for layer in range(n_layers):
        names[f"pattern.{layer}"] = f"blocks.{layer}.attn.hook_pattern"
        names[f"z.{layer}"] = f"blocks.{layer}.attn.hook_z"
        names[f"hidden.{layer}"] = f"blocks.{layer}.hook_resid_pre"
    last = theirs[f"hidden.{n_layers}"]
    if last.shape == ours["ln_final.hook_normalized"].shape:  # OPT-350m's is projected to the width of the embeddings
        names[f"hidden.{n_layers}"] = "ln_final.hook_normalized"
    for name, site in names.items():
        yield name, relative(ours[site], theirs[name])
    for layer in range(n_layers):
        expected_logits = theirs[f"zero_ablate.{layer}"]
        for head in range(len(expected_logits)):
            edited = headlight(program, folder, ids, edits=[f"zero:L{layer}H{head}"])["logits"][:, -1]
            yield f"zero_ablate.{layer}[{head}]", relative(edited, expected_logits[head], scale=expected_logits)


def relative(ours, theirs, scale=None):
    if ours.shape != theirs.shape:
        return float("inf")
    if not torch.isfinite(ours).all():
        return float("inf")
    return float((ours - theirs).abs().max() / (theirs if scale is None else scale).abs().max().clamp_min(1e-6))


def one(task):
    """(model type, differences or a refusal, configuration) of one number of the sweep."""
    program, seed, number, model_types, keep = task
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    n_redrawn = 0
    while True:
        chooser = random.Random(f"{seed}/{number}/{n_redrawn}")
        draw = Draw(chooser)
        model_type = model_types[number % len(model_types)]
        torch.manual_seed(chooser.getrandbits(32))
        folder = Path(tempfile.mkdtemp(prefix="headlight-sweep-"))
        try:
            config = FAMILIES[model_type](draw)
            save(make_model(config), config, folder, draw.pick(torch.float32, torch.float32, torch.bfloat16, torch.float16), draw.chance(0.2))
            if model_type in TEXT_PARTS and draw.chance():
                rename_to_4(folder)
            restyle(folder, draw)
            if model_type == "gpt_oss" and config["hidden_size"] == 32 and config["intermediate_size"] % 32 == 0 and draw.chance():
                pack_experts(folder)
            model = load(folder)
            ids = prompts(torch.Generator().manual_seed(number), draw.pick(9, 13, 16))
            theirs = expected(model, ids)
            if not all(torch.isfinite(tensor).all() for tensor in theirs.values()):
                raise ValueError("transformers gives numbers that are not finite")
        except Exception as error:  # transformers does not build or run it
            shutil.rmtree(folder)
            n_redrawn += 1
            if os.environ.get("SWEEP_SHOW_REDRAWN"):
                print(f"... {model_type}: {error!r:.300}", flush=True)
            if n_redrawn > 30:
                return model_type, [("transformers", repr(error))], "", n_redrawn
            continue
        text = (folder / "config.json").read_text()
        try:
            found = [(name, value) for name, value in differences(program, folder, ids, theirs) if not value <= TOLERANCE]
        except RuntimeError as error:
            found = [("refused", str(error))]
        if found and keep:
            shutil.copytree(folder, Path(keep) / f"{number}-{model_type}", dirs_exist_ok=True)
        shutil.rmtree(folder)
        return model_type, found, text, n_redrawn


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", default="")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    model_types = options.only.split(",") if options.only else sorted(FAMILIES)
    program = str(Path(options.program).resolve())
    start = time.time()
    tasks = [(program, options.seed, number, model_types, options.keep) for number in range(options.first, options.first + options.count)]
    counts, failures, n_redrawn = collections.Counter(), 0, 0
    with multiprocessing.Pool(options.jobs) as pool:
        for number, (model_type, found, text, redrawn) in enumerate(pool.imap(one, tasks, chunksize=4), options.first):
            counts[model_type] += 1
            n_redrawn += redrawn
            if not found:
                continue
            failures += 1
            print(f"--- {number} {model_type}")
            for name, value in found[:4]:
                print(f"    {name}: {value}")
            print("    " + " ".join(text.split()), flush=True)
    print(f"{sum(counts.values())} configurations of {len(counts)} architectures, {failures} with differences; "
          f"{n_redrawn} drawn again; {time.time() - start:.0f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
