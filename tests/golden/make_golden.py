"""Writes data/NAME for every case of cases.py: a tiny random checkpoint (config.json, model.safetensors) and expected.safetensors, what
transformers gives of it with eager attention in float32: input_ids, logits, hidden.L, pattern.L, z.L, and zero_ablate.L, the last logits with
each head zeroed, and, of packed experts, experts.0.gate_up_proj and down_proj as they are widened. The same in float64, rounded to float32, stands under "float64.": logits and zero_ablate.L, where transformers runs in it.

usage: make_golden.py [NAME...]        (all without names; versions: requirements.txt)
"""

import json
import os
import shutil
import sys
import warnings
import zlib
from pathlib import Path

os.environ.setdefault("TRANSFORMERS_VERBOSITY", "critical")
os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from cases import CASES
from random_sweep import in_the_style_of_4, rename_to_4
from safetensors.torch import load_file, save_file
from tiny_models import TEXT_PARTS, expected, load, make_model, pack_experts, prompts, save

DATA = Path(__file__).parent / "data"
FLOAT64 = ("logits", "zero_ablate")
USELESS = ("_name_or_path", "use_cache", "initializer_range", "return_dict", "id2label", "label2id", "output_hidden_states")


def restyled(folder, style):
    path = folder / "config.json"
    config = json.loads(path.read_text())
    parts = [config] + ([config["text_config"]] if config["model_type"] in TEXT_PARTS else [])
    for part in parts:
        for name in USELESS:
            part.pop(name, None)
    if style == 4:
        if config["model_type"] in TEXT_PARTS:
            config["text_config"] = in_the_style_of_4(config["text_config"])
            rename_to_4(folder)
        else:
            config = in_the_style_of_4(config)
    path.write_text(json.dumps(config, indent=1) + "\n")


def without_images(folder):
    """The parameters of the vision part are not read by Headlight; they stay out of the tree where transformers' model is not needed any more."""
    path = folder / "model.safetensors"
    tensors = {name: tensor for name, tensor in load_file(path).items() if "vision" not in name and "multi_modal" not in name}
    save_file(tensors, path, metadata={"format": "pt"})


def make(name, details):
    folder = DATA / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    number = zlib.crc32(name.encode())
    torch.manual_seed(number)
    config = details["config"]
    save(make_model(config), config, folder, getattr(torch, details["dtype"]), details.get("own_names", False))
    restyled(folder, details["style"])
    if details.get("packed"):
        pack_experts(folder)
    ids = prompts(torch.Generator().manual_seed(number), details["tokens"])
    tensors = {"input_ids": ids} | expected(load(folder), ids)
    try:
        precise = expected(load(folder, torch.float64), ids)
    except RuntimeError as error:
        print(f"{name}: not in float64 ({str(error)[:80]})")
        precise = {}
    for key, tensor in precise.items():
        difference = float((tensor - tensors[key]).abs().max() / tensor.abs().max())
        if not difference < 1e-4:
            print(f"{name}: {key} in float32 and float64 differ by {difference:.1e}")
        if key.split(".")[0] in FLOAT64:
            tensors["float64." + key] = tensor.float()
    if details.get("packed"):  # what transformers makes of the packed experts
        experts = load(folder, torch.bfloat16).model.layers[0].mlp.experts
        tensors |= {f"experts.0.{name}": getattr(experts, name).data for name in ("gate_up_proj", "down_proj")}
    save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, folder / "expected.safetensors")
    if config["model_type"] in TEXT_PARTS:
        without_images(folder)


def main(names):
    warnings.simplefilter("ignore")
    for name in names or CASES:
        make(name, CASES[name])
    size = sum(path.stat().st_size for path in DATA.rglob("*") if path.is_file())
    print(f"{len(list(DATA.iterdir()))} cases, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
