"""Measures how well a checkpoint does the tasks of the mixture, on the CPU, with transformers.

    python3 evaluate.py ../mixture-tiny                      writes ../mixture-tiny/evaluation.json
    python3 evaluate.py --series ../mixture-tiny-steps       writes ../mixture-tiny-steps/evaluation.json
"""

import argparse
import hashlib
import sys
from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer

from accuracy import MEASURED_TASKS, REPEATED_RANDOM, measure
from checkpoint import load_model
from held_out import EVALUATION_SEED, N_EVALUATION_PROMPTS
from json_text import to_text

SERIES_TASKS = ("ioi", "mcqa", "needle", REPEATED_RANDOM)
SERIES_N_PROMPTS = 200


def evaluate_folder(folder: Path, task_names: tuple[str, ...], count: int, seed: int) -> dict:
    """The checkpoint's accuracy on every task, and what it was: hash of the weights, number of parameters."""
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        if not (folder / name).is_file():
            sys.exit(f"{folder} holds no {name}: not a model folder (for a folder of stepNNNNN, say --series)")
    model = load_model(folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return {
        "model": folder.name,
        "weights_sha256": hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest(),
        "n_parameters": sum(parameter.numel() for parameter in model.parameters()),
        "tasks": measure(model, tokenizer, task_names, count, seed),
    }


def how_measured(count: int, seed: int) -> dict:
    return {
        "seed": seed,
        "n_prompts": count,
        "arithmetic": "float32 on the stored bfloat16 weights, on the CPU",
        "torch": torch.__version__.split("+")[0],
        "transformers": transformers.__version__,
    }


def evaluate_series(folder: Path, task_names: tuple[str, ...], count: int, seed: int) -> list[dict]:
    """One entry for every stepNNNNN in the folder, in the order of the steps."""
    steps = sorted(path for path in folder.iterdir() if path.name.startswith("step"))
    if not steps:
        sys.exit(f"{folder} holds no folder named stepNNNNN, so it is no series")
    entries = []
    for path in steps:
        entry = {"step": int(path.name.removeprefix("step"))}
        entries.append(entry | evaluate_folder(path, task_names, count, seed))
        print(f"{path.name}: {summary(entries[-1])}", file=sys.stderr)
    return entries


def summary(entry: dict) -> str:
    return ", ".join(f"{name} {result['accuracy']:.3f}" for name, result in entry["tasks"].items())


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Accuracy of a checkpoint on held-out prompts of the mixture.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--series", action="store_true", help="the folder holds checkpoints named stepNNNNN")
    parser.add_argument("--tasks", help="comma-separated; default: all, or the four of a series")
    default_counts = f"default {N_EVALUATION_PROMPTS}, of a series {SERIES_N_PROMPTS}"
    parser.add_argument("--prompts", type=int, help=f"of every task; {default_counts}")
    parser.add_argument("--seed", type=int, default=EVALUATION_SEED)
    parser.add_argument("--out", type=Path, help="default: evaluation.json in the folder")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    folder = arguments.folder.resolve()
    tasks = SERIES_TASKS if arguments.series else MEASURED_TASKS
    if arguments.tasks:
        tasks = tuple(arguments.tasks.split(","))
        unknown = [name for name in tasks if name not in MEASURED_TASKS]
        if unknown:
            sys.exit(f"no task {', '.join(unknown)} to measure; there are {', '.join(MEASURED_TASKS)}")
    if not folder.is_dir():
        sys.exit(f"there is no folder {folder}")
    count = arguments.prompts or (SERIES_N_PROMPTS if arguments.series else N_EVALUATION_PROMPTS)

    result = {"measured": how_measured(count, arguments.seed)}
    if arguments.series:
        result |= {"model": folder.name, "steps": evaluate_series(folder, tasks, count, arguments.seed)}
    else:
        result |= evaluate_folder(folder, tasks, count, arguments.seed)
        print(f"{folder.name}: {summary(result)}", file=sys.stderr)
    out = arguments.out or folder / "evaluation.json"
    out.write_text(to_text(result) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
