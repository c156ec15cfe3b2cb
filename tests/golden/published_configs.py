"""Holds `headlight forward` to transformers on config.json as models were first uploaded with: published_configs.json, their spellings and
left-out keys as on the hub, their sizes small. Weights are random; compared is what random_sweep.py compares.

usage: published_configs.py HEADLIGHT [NAME...]      (versions: requirements.txt)
"""

import json
import sys
import tempfile
import warnings
from pathlib import Path

import torch
from random_sweep import TOLERANCE, differences
from tiny_models import auto_class, expected, load, prompts, randomize
from transformers import AutoConfig

CONFIGS = json.loads(Path(__file__).with_suffix(".json").read_text())


def worst_difference(program, config, folder):
    """(what, relative difference)"""
    config_file = folder / "config.json"
    config_file.write_text(json.dumps(config))
    torch.manual_seed(1)
    model = auto_class(config).from_config(AutoConfig.from_pretrained(folder), attn_implementation="eager")
    randomize(model)
    model.float().save_pretrained(folder)
    config_file.write_text(json.dumps(config))  # as it was, not as transformers writes it
    ids = prompts(torch.Generator().manual_seed(1), 16)
    return max(differences(program, folder, ids, expected(load(folder), ids)), key=lambda difference: difference[1])


def main():
    program, names = sys.argv[1], sys.argv[2:] or list(CONFIGS)
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    n_bad = 0
    for name in names:
        with tempfile.TemporaryDirectory(prefix="headlight-published-") as folder:
            try:
                what, difference = worst_difference(program, CONFIGS[name], Path(folder))
            except RuntimeError as error:  # refused
                what, difference = str(error), float("inf")
        n_bad += not difference <= TOLERANCE
        print(f"{name:24} {difference:.1e} in {what}", flush=True)
    print(f"{len(names)} configurations, {n_bad} with differences")
    return 1 if n_bad else 0


if __name__ == "__main__":
    sys.exit(main())
