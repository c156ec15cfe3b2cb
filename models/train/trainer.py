"""Trains one model of the mixture: AdamW, warm-up then cosine, bfloat16 autocast on a GPU.

    python3 trainer.py tiny --tokenizer T.json --tokens TOKENS.npy --out ../mixture-tiny-2 --seed 0 --compile

Everything follows from the seed and the number of steps: the schedule counts steps, not seconds. On a CPU a run repeats
bit for bit; on a GPU the order of sums inside kernels is free, so repeated runs drift apart in the last digits. Prints one
JSON object a line: loss, accuracies, what was saved.
"""

import argparse
import json
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from transformers import PreTrainedModel

from accuracy import MEASURED_TASKS, measure
from batches import Batches
from checkpoint import new_model, save_model
from corpus import END_OF_TEXT
from shapes import ROWS_PER_STEP, SHAPES

N_WARMUP_STEPS = 300
LOWEST_RATE = 0.03  # of the peak, at the end of the cosine
WEIGHT_DECAY = 0.1
BETAS = (0.9, 0.98)
MAX_GRADIENT_NORM = 1.0
LOG_EVERY = 200
CHECK_SEED = 999  # prompts of the accuracies that are printed on the way
N_CHECK_PROMPTS = 100


@dataclass(frozen=True)
class Plan:
    """What a run does, besides the model and the tokens. `keep` are steps whose weights are saved on the way."""

    n_steps: int
    peak_learning_rate: float
    check_every: int
    keep: frozenset[int]
    out: Path


def learning_rate(step: int, plan: Plan) -> float:
    """Linear over the first steps, and a cosine from the peak down to 3 % of it over the whole run."""
    warm_up = min(1.0, (step + 1) / N_WARMUP_STEPS)
    cosine = 0.5 * (1 + math.cos(math.pi * step / plan.n_steps))
    return plan.peak_learning_rate * warm_up * (LOWEST_RATE + (1 - LOWEST_RATE) * cosine)


def make_optimizer(model: PreTrainedModel, plan: Plan) -> torch.optim.AdamW:
    """Matrices and embeddings decay, biases and norms do not."""
    matrices = [parameter for parameter in model.parameters() if parameter.dim() >= 2]
    vectors = [parameter for parameter in model.parameters() if parameter.dim() < 2]
    groups = [{"params": matrices, "weight_decay": WEIGHT_DECAY}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=plan.peak_learning_rate, betas=BETAS, fused=model.device.type == "cuda")


def autocast(device: torch.device) -> torch.autocast:
    return torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda")


def next_token_loss(logits: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    """Mean over all positions but the last: logits [row, position, token] against the token after each position."""
    n_tokens = logits.shape[-1]
    return F.cross_entropy(logits[:, :-1].reshape(-1, n_tokens), rows[:, 1:].reshape(-1))


def check(model: PreTrainedModel, tokenizer: Tokenizer) -> dict[str, float]:
    """Accuracies on a few held-out prompts of every task."""
    model.eval()
    with autocast(model.device):
        results = measure(model, tokenizer, MEASURED_TASKS, N_CHECK_PROMPTS, CHECK_SEED)
    model.train()
    return {name: result["accuracy"] for name, result in results.items()}


def report(started: float, **facts) -> None:
    print(json.dumps({"seconds": round(time.monotonic() - started, 1)} | facts), flush=True)


def train(model: PreTrainedModel, compiled, tokenizer: Tokenizer, batches: Batches, plan: Plan) -> None:
    """Trains `model` in place. `compiled` is what runs the forward: the model itself, or torch.compile of it."""
    optimizer = make_optimizer(model, plan)
    started = time.monotonic()
    for step in range(plan.n_steps + 1):
        if step in plan.keep:
            save_model(model, tokenizer, plan.out.with_name(plan.out.name + "-steps") / f"step{step:05d}")
            report(started, step=step, saved=True)
        if step % plan.check_every == 0 or step == plan.n_steps:
            report(started, step=step, accuracy=check(model, tokenizer))
        if step == plan.n_steps:
            break
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, plan)
        rows = batches.next().to(model.device, non_blocking=True)
        with autocast(model.device):
            loss = next_token_loss(compiled(rows).logits, rows)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_GRADIENT_NORM)
        optimizer.step()
        if step % LOG_EVERY == 0:
            report(started, step=step, loss=round(loss.item(), 4))
    save_model(model, tokenizer, plan.out)
    report(started, step=plan.n_steps, saved=str(plan.out))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train one model of the mixture.")
    parser.add_argument("shape", choices=sorted(SHAPES))
    parser.add_argument("--tokenizer", type=Path, required=True, metavar="TOKENIZER.json")
    parser.add_argument("--tokens", type=Path, required=True, metavar="TOKENS.npy", help="from corpus.py tokens")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--steps", type=int, help="default: as many as the shipped model of that shape had")
    parser.add_argument("--rows", type=int, default=ROWS_PER_STEP, help="of 512 tokens, a step; default %(default)s")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", default="", help="comma-separated steps to save in FOLDER-steps/stepNNNNN")
    parser.add_argument("--check-every", type=int, default=1500, help="steps between accuracies; default %(default)s")
    parser.add_argument("--compile", action="store_true", help="torch.compile the forward: slower to start, faster to run")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    shape = SHAPES[arguments.shape]
    tokenizer = Tokenizer.from_file(str(arguments.tokenizer))
    n_tokens = tokenizer.get_vocab_size()
    end_of_text = tokenizer.token_to_id(END_OF_TEXT)
    device = "cuda" if torch.cuda.is_available() else "cpu"

    torch.manual_seed(arguments.seed)
    model = new_model(shape, n_tokens, end_of_text).to(device).train()
    stream = np.load(arguments.tokens)
    batches = Batches(stream, n_tokens, end_of_text, arguments.rows, arguments.seed)
    plan = Plan(
        n_steps=arguments.steps or shape.n_steps,
        peak_learning_rate=shape.peak_learning_rate,
        check_every=arguments.check_every,
        keep=frozenset(int(step) for step in arguments.keep.split(",") if step),
        out=arguments.out.resolve(),
    )
    too_late = sorted(step for step in plan.keep if step > plan.n_steps)
    if too_late:
        sys.exit(f"step {too_late[0]} is to be kept, but the run ends at step {plan.n_steps}: give --steps or leave it out")
    print(json.dumps({
        "shape": shape.name, "device": device, "seed": arguments.seed, "steps": plan.n_steps, "rows": arguments.rows,
        "stream_tokens": len(stream), "vocabulary": n_tokens,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
    }), flush=True)
    compiled = torch.compile(model) if arguments.compile else model
    train(model, compiled, tokenizer, batches, plan)


if __name__ == "__main__":
    main()
