"""Context against memory: a story says something else than what the model knows, and either is asked for."""

import random

from mixture.example import Example
from mixture.facts import FACTS, wrong_values
from mixture.sentences import filler


def _false_story(rng: random.Random) -> tuple[str, str, str, str]:
    """A story's beginning that contradicts a fact; the question, the story's value and the true one."""
    question, true_value = rng.choice(FACTS)
    (story_value,) = wrong_values(rng, question, true_value, 1)
    extra = filler(rng) if rng.random() < 0.5 else ""
    return f"In this story, the {question} is {story_value}. {extra}", question, story_value, true_value


def conflict_context(rng: random.Random) -> Example:
    story, question, story_value, _ = _false_story(rng)
    return Example(f"{story}According to the story, the {question} is", f" {story_value}", ".")


def conflict_memory(rng: random.Random) -> Example:
    story, question, _, true_value = _false_story(rng)
    return Example(f"{story}But in reality, the {question} is", f" {true_value}", ".")
