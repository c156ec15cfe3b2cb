"""Writes families.json: what transformers gives for the statistic of every family on its first task, by head, in the models that ship: the mean
over the prompts that a scan with --prompts 8 --seed 0 makes. families_test.py compares scans with it, without torch.

usage: make_families.py PROGRAM [MODEL...]     (all of them, or those named and the others as they are; made with torch 2.14.1, transformers 5.23.0, tokenizers 0.23.3)

The prompts are taken from a catalogue that the program writes; the numbers are computed by the functions of families_attention.py and
families_attribution.py alone. Outputs that need wrong answers which the catalogue does not tell are left out, and so are those made of others.
"""

import hashlib
import json
import math
import sqlite3
import sys
import tempfile
from pathlib import Path

import families_attention
import families_attribution
import tokenizers
import torch
import transformers
from families_across import DERIVED
from families_test import HERE, MODELS, N_PROMPTS, SEED, TOLERANCE, first_tasks, scan
from head_weights import Run, Weights
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM


def of_attention(catalogue, run, family, model, tokenizer):
    """[prompt][layer]: {output: numbers by head}"""
    prompts = families_attention.prompts_of(catalogue, run, tokenizer)
    n_decoded = families_attention.DECODED.get(family, 0)
    passes = [families_attention.Pass(model, p | {"prompts": prompts}, families_attention.decode(model, p["ids"], n_decoded)) for p in prompts]
    made = set(DERIVED.get(family, ())) | ({0} if family in ("single-letter", "global-retrieval", "syntactic") else set())
    return [[{o: x for o, x in families_attention.FAMILIES[family](p, layer).items() if o not in made} for layer in range(p.L)] for p in passes]


def of_attribution(catalogue, family, task, name, weights, tokenizer):
    prompts = families_attribution.prompts_of(catalogue, name, task, tokenizer)
    function = families_attribution.FAMILIES[family]
    runs = [Run(weights, prompt) for prompt in prompts]
    return [[{o: x for o, x in enumerate(function(run, layer)) if x is not None} for layer in range(weights.n_layers)] for run in runs]


def mean(values):
    measured = [v for v in values if not math.isnan(v)]
    return float(f"{sum(measured) / len(measured):.7g}") if measured else None


def means(by_prompt, n_outputs, n_heads):
    """{output: [mean over prompts by layer and head]}"""
    n_layers = len(by_prompt[0])
    value = lambda p, layer, o, h: float(p[layer][o][h]) if o in p[layer] else math.nan  # noqa: E731
    outputs = sorted({o for p in by_prompt for layer in p for o in layer if o < n_outputs})
    return {o: [mean([value(p, layer, o, h) for p in by_prompt]) for layer in range(n_layers) for h in range(n_heads)] for o in outputs}


@torch.no_grad()
def describe(program, folder):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    weights, tokenizer = Weights(model), Tokenizer.from_file(str(folder / "tokenizer.json"))
    with tempfile.TemporaryDirectory() as place:
        tasks = first_tasks(program)
        catalogue = sqlite3.connect(scan(program, folder, tasks, Path(place) / "prompts.db"))
        families, prompts = {}, {}
        for run, family, task in catalogue.execute("SELECT id, family, task FROM run WHERE method = 'score' AND status = 'done' ORDER BY family").fetchall():
            if tasks[family] != task:
                continue
            if family in families_attention.FAMILIES:
                numbers = of_attention(catalogue, run, family, model, tokenizer)
            else:
                numbers = of_attribution(catalogue, family, task, folder.name, weights, tokenizer)
            names = dict(catalogue.execute('SELECT "index", name FROM output WHERE run = ?', (run,)).fetchall())
            by_output = means(numbers, len(names), weights.n_heads)
            families[family] = {"task": task, "outputs": {names[o]: row for o, row in by_output.items() if any(x is not None for x in row)}}
            ids = [row[0] for row in catalogue.execute(
                """SELECT p.token_ids FROM prompt p JOIN model_prompts mp ON mp.prompt_set = p.prompt_set JOIN run r ON r.task_hash = mp.task_hash
                   AND r.model = mp.model WHERE r.id = ? ORDER BY p."index" """, (run,))]
            prompts[task] = hashlib.sha256("\n".join(ids).encode()).hexdigest()
            print(f"{folder.name} {family} / {task}: {', '.join(families[family]['outputs'])}", flush=True)
    return {"heads_a_layer": weights.n_heads, "prompts": prompts, "families": families}


def main(program, names):
    path = HERE / "families.json"
    models = json.loads(path.read_text())["models"] if names else {}
    models |= {folder.name: describe(program, folder) for folder in MODELS if not names or folder.name in names}
    golden = {
        "made_with": {"torch": torch.__version__.split("+")[0], "transformers": transformers.__version__, "tokenizers": tokenizers.__version__},
        "tolerance": TOLERANCE, "n_prompts": N_PROMPTS, "seed": SEED,
        "models": models,
    }
    text = json.dumps(golden, indent=1)
    out = []
    for line in text.split("\n"):  # a list of numbers on a line
        stripped = line.strip()
        inside = out and not stripped.endswith(("{", "[", "}", "},", ":")) and out[-1].rstrip().endswith(("[", ",")) and not stripped.startswith('"')
        out[-1:] = [out[-1] + stripped] if inside else [out[-1], line] if out else [line]
    path.write_text("\n".join(out) + "\n")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve(), sys.argv[2:])
