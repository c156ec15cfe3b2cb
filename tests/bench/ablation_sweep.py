"""The zero-ablation sweep of a scan beside the same sweep with transformers and hooks: same model, same prompts, one run.

usage: ablation_sweep.py HEADLIGHT MODEL_FOLDER [PROMPTS]   (torch and transformers as in models/train/requirements.txt)

Prints seconds of both, their ratio, and the share of the layer-rows that the planner computes.
"""

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM

TASK = "repeated-random"


def scan(headlight, folder, n_prompts, path):
    command = [headlight, "scan", str(folder), "--methods", "zero-ablation", "--tasks", TASK, "--prompts", str(n_prompts), "--db", path]
    subprocess.run(command, check=True, capture_output=True)
    catalogue = sqlite3.connect(path)
    seconds = catalogue.execute("SELECT seconds FROM run").fetchone()[0]
    ids = [json.loads(row[0]) for row in catalogue.execute('SELECT token_ids FROM prompt ORDER BY "index"')]
    return seconds, ids


@torch.no_grad()
def sweep_with_hooks(folder, ids):
    """One batched forward a head, logits of every position turned into log-probabilities."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    blocks = model.transformer.h if hasattr(model, "transformer") else model.model.layers
    projections = [b.attn.c_proj if hasattr(b, "attn") else b.self_attn.o_proj for b in blocks]
    n_heads = model.config.num_attention_heads
    batch = torch.tensor(ids)
    model(batch)  # warm
    started = time.time()
    for projection in projections:
        for head in range(n_heads):

            def zero(_, inputs, head=head):
                z = inputs[0].clone()
                width = z.shape[-1] // n_heads
                z[..., head * width : (head + 1) * width] = 0
                return (z,)

            handle = projection.register_forward_pre_hook(zero)
            logits = model(batch).logits
            logits[:, :-1].log_softmax(-1).gather(2, batch[:, 1:, None]).mean()
            handle.remove()
    return time.time() - started


def main(headlight, folder, n_prompts):
    with tempfile.TemporaryDirectory() as temporary:
        ours, ids = scan(headlight, folder, n_prompts, f"{temporary}/sweep.db")
    theirs = sweep_with_hooks(folder, ids)
    print(f"{folder.name}: {len(ids)} prompts of {len(ids[0])} tokens, torch {torch.__version__}, {torch.get_num_threads()} threads")
    print(f"transformers with hooks {theirs:.1f} s, headlight {ours:.1f} s: ratio {theirs / ours:.1f}")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 32)
