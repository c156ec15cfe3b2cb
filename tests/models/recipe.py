"""Finds the training recipe and the shipped models; what the tests of this folder share. Needs Python alone."""

import random
import sys
from pathlib import Path

MODELS = Path(__file__).resolve().parents[2] / "models"
sys.path.insert(0, str(MODELS / "train"))

from mixture import Example, task_named  # noqa: E402  (the path above comes first)

N_EXAMPLES = 400


def examples_of(name: str, count: int = N_EXAMPLES, seed: int = 3) -> list[Example]:
    rng = random.Random(f"{seed} {name}")
    task = task_named(name)
    return [task.write(rng) for _ in range(count)]
