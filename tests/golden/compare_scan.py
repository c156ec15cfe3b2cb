"""Compares a catalogue with an independent computation by transformers: the statistics of the attention families and the effect of
zeroing every head, prompt by prompt, on the very prompts of the catalogue.

usage: compare_scan.py CATALOGUE MODEL_FOLDER [TASK...]     (torch, transformers, tokenizers as in models/train/requirements.txt)

Exits with 1 when any number of any head on any prompt differs by more than the tolerance.
"""

import json
import sqlite3
import struct
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

TOLERANCE = {"share": 1e-4, "nats": 1e-3, "logits": 1e-3}
TASKS = ("repeated-random", "ioi", "stories")


def previous_token(pattern, tokens):
    return pattern.diagonal(offset=-1, dim1=1, dim2=2).mean(-1)


def duplicate_token(pattern, tokens):
    pairs = [(i, max(j for j in range(i) if tokens[j] == tokens[i])) for i in range(len(tokens)) if tokens[i] in tokens[:i]]
    return sum(pattern[:, i, j] for i, j in pairs) / len(pairs) if pairs else None


def induction(pattern, tokens):
    followers = [[j + 1 for j in range(i - 1) if tokens[j] == tokens[i]] for i in range(len(tokens))]
    n_repeated = sum(1 for places in followers if places)
    return sum(pattern[:, i, j] for i, places in enumerate(followers) for j in places) / n_repeated if n_repeated else None


def attention_sink(pattern, tokens):
    return pattern[:, 1:, 0].mean(-1)


FAMILIES = {
    "previous-token": previous_token,
    "duplicate-token": duplicate_token,
    "induction": induction,
    "attention-sink": attention_sink,
}


def output_projections(model):
    """Per layer the module whose input is z: [batch, token, head * d_head]."""
    if hasattr(model, "transformer"):
        return [block.attn.c_proj for block in model.transformer.h]
    return [block.self_attn.o_proj for block in model.model.layers]


def metric(logits, task, prompt):
    tokens, roles = prompt["ids"], prompt["roles"]
    if task == "ioi":
        return logits[-1, prompt["answer"]] - logits[-1, prompt["wrong"]]
    log_probs = logits.log_softmax(-1)
    first = roles["second"][0] + 1 if task == "repeated-random" else 1
    last = roles["second"][1] if task == "repeated-random" else len(tokens)
    return torch.stack([log_probs[i - 1, tokens[i]] for i in range(first, last)]).mean()


def prompts_of(catalogue, model_name, task, tokenizer):
    rows = catalogue.execute(
        """SELECT p.token_ids, p.roles, p.answer FROM prompt p JOIN model_prompts mp ON mp.prompt_set = p.prompt_set
           JOIN model m ON m.id = mp.model JOIN task t ON t.content_hash = mp.task_hash
           WHERE m.name = ? AND t.id = ? ORDER BY p."index" """,
        (model_name, task),
    ).fetchall()
    prompts = []
    for ids, roles, answer in rows:
        prompt = {"ids": json.loads(ids), "roles": json.loads(roles)}
        if task == "ioi":  # the second subject has a space before it, as an answer has
            prompt["answer"] = tokenizer.encode(" " + answer.strip(), add_special_tokens=False).ids[0]
            prompt["wrong"] = prompt["ids"][prompt["roles"]["s2"][0]]
        prompts.append(prompt)
    return prompts


def values_of(catalogue, model_name, family, method, task):
    """{(layer, head): value of every prompt} of the first output, and its unit."""
    rows = catalogue.execute(
        """SELECT v.layer, v.head, v."values", o.unit FROM detector d JOIN model m ON m.id = d.model
           JOIN head_values v ON v.run = d.run AND v.output = 0 JOIN output o ON o.run = d.run AND o."index" = 0
           WHERE m.name = ? AND d.family = ? AND d.method = ? AND d.task = ?""",
        (model_name, family, method, task),
    ).fetchall()
    return {(layer, head): struct.unpack(f"<{len(blob) // 4}f", blob) for layer, head, blob, _ in rows}, rows[0][3] if rows else ""


def report(what, largest, unit, n):
    good = largest <= TOLERANCE[unit]
    print(f"{what:48s} {n:6d} numbers, largest difference {largest:.1e} {unit}{'' if good else '  TOO LARGE'}")
    return good


def compare_task(catalogue, name, model, tokenizer, task):
    prompts = prompts_of(catalogue, name, task, tokenizer)
    patterns = [model(torch.tensor([p["ids"]]), output_attentions=True).attentions for p in prompts]
    good = True
    for family, statistic in FAMILIES.items():
        ours, unit = values_of(catalogue, name, family, "score", task)
        if not ours:
            continue
        largest = 0.0
        for p, prompt in enumerate(prompts):
            for layer, pattern in enumerate(patterns[p]):
                theirs = statistic(pattern[0], prompt["ids"])
                if theirs is not None:
                    largest = max(largest, *(abs(float(theirs[h]) - ours[layer, h][p]) for h in range(len(theirs))))
        good &= report(f"{name} {family} / score / {task}", largest, unit, len(ours) * len(prompts))
    family = next(f for f in FAMILIES if values_of(catalogue, name, f, "zero-ablation", task)[0])
    ours, unit = values_of(catalogue, name, family, "zero-ablation", task)
    return good & report(f"{name} zero-ablation / {task}", ablation_difference(model, task, prompts, ours), unit, len(ours) * len(prompts))


def ablation_difference(model, task, prompts, ours):
    projections = output_projections(model)
    n_heads = model.config.num_attention_heads
    largest = 0.0
    for p, prompt in enumerate(prompts):
        ids = torch.tensor([prompt["ids"]])
        clean = metric(model(ids).logits[0], task, prompt)
        for layer, projection in enumerate(projections):
            for head in range(n_heads):

                def zero(_, inputs, head=head):
                    z = inputs[0].clone()
                    width = z.shape[-1] // n_heads
                    z[..., head * width : (head + 1) * width] = 0
                    return (z,)

                handle = projection.register_forward_pre_hook(zero)
                effect = metric(model(ids).logits[0], task, prompt) - clean
                handle.remove()
                largest = max(largest, abs(float(effect) - ours[layer, head][p]))
    return largest


@torch.no_grad()
def main(path, folder, tasks):
    catalogue = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    results = [compare_task(catalogue, folder.name, model, tokenizer, task) for task in tasks]  # all, also after a failure
    return 0 if all(results) else 1


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:] or TASKS))
