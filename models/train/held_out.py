"""Held-out prompts of a task, as tokens.

Held out by seed: no prompt is drawn with a seed of the training stream. Tasks over a closed list, such as the facts,
ask all the same for what the model has read in training; that is what they are for.
"""

import random
import re
from dataclasses import dataclass

from mixture import Readout, Task


# What the shipped models are measured with. The training stream uses the seeds 100 to 115, the tokenizer 1.
EVALUATION_SEED = 20_000
N_EVALUATION_PROMPTS = 500


@dataclass(frozen=True)
class Prompt:
    """Tokens up to where the answer begins (end-of-text first), and the tokens that count as right there."""

    text: str
    tokens: tuple[int, ...]
    right: frozenset[int]


def _continuation(tokenizer, prompt: str, answer: str) -> tuple[list[int], list[int]] | None:
    """Tokens of the prompt and of the answer; None when the prompt's tokens change as the answer is added."""
    before = tokenizer.encode(prompt, add_special_tokens=False).ids
    whole = tokenizer.encode(prompt + answer, add_special_tokens=False).ids
    if whole[: len(before)] != before or len(whole) == len(before):
        return None
    return before, whole[len(before) :]


def greater_years(prompt: str) -> list[str]:
    """The two-digit ends that are greater than the start year: "... year 1797 to the year 17" -> "98", "99"."""
    found = re.search(r"from the year \d\d(\d\d) to the year \d\d$", prompt)
    if found is None:
        raise ValueError(f"no start year in the prompt {prompt!r}")
    return [f"{year:02d}" for year in range(int(found.group(1)) + 1, 100)]


def _make_prompt(task: Task, tokenizer, end_of_text: int, rng: random.Random) -> Prompt | None:
    example = task.write(rng)
    if example.answer is None:
        raise ValueError(f"the task {task.name} asks nothing, so there is no accuracy to measure")
    if task.readout is Readout.GREATER_YEARS:
        answers = greater_years(example.prompt)
    else:
        answers = [example.answer, *example.also_right]
    right = set()
    for answer in answers:
        tokens = _continuation(tokenizer, example.prompt, answer)
        if tokens is None:
            return None
        before, continuation = tokens
        right.add(continuation[0])
    return Prompt(example.prompt, (end_of_text, *before), frozenset(right))


def held_out_prompts(task: Task, tokenizer, end_of_text: int, count: int, seed: int, max_tokens: int) -> list[Prompt]:
    """`count` prompts of at most `max_tokens` tokens; the same for the same task, tokenizer and seed.

    `tokenizer` is a tokenizers.Tokenizer, or anything with its `encode`.
    """
    rng = random.Random(f"held out {seed} {task.name}")
    prompts = []
    for _ in range(10 * count):
        if len(prompts) == count:
            return prompts
        prompt = _make_prompt(task, tokenizer, end_of_text, rng)
        if prompt is not None and len(prompt.tokens) <= max_tokens:
            prompts.append(prompt)
    if len(prompts) == count:
        return prompts
    raise ValueError(
        f"{task.name}: only {len(prompts)} of {10 * count} prompts are usable with this tokenizer (at most "
        f"{max_tokens} tokens, answer tokens apart from the prompt's), but {count} are asked for"
    )
