"""Questions with given answers: multiple choice from memory or from the context, yes or no, true or false."""

import random

from lexicon import LETTERS, NAMES, OBJECTS
from mixture.example import Example
from mixture.facts import FACTS, wrong_values


def _options(labels: list[str], options: list[str]) -> str:
    return "\n".join(f"{label}. {option}" for label, option in zip(labels, options))


def mcqa(rng: random.Random) -> Example:
    """A fact and three wrong values; labels A to D three times in four, else four letters in order."""
    question, value = rng.choice(FACTS)
    options = wrong_values(rng, question, value, 3) + [value]
    rng.shuffle(options)
    abcd = LETTERS[:4]
    labels = rng.choice([abcd, abcd, abcd, sorted(rng.sample(LETTERS, 4))])
    prompt = f"Question: What is the {question}?\n{_options(labels, options)}\nAnswer:"
    return Example(prompt, f" {labels[options.index(value)]}")


def mcqa_context(rng: random.Random) -> Example:
    """The answer stands in the sentence before the question."""
    options = rng.sample(OBJECTS, 4)
    name = rng.choice(NAMES)
    thing = rng.choice(options)
    labels = LETTERS[:4]
    prompt = f"{name} has a {thing}.\nQuestion: What does {name} have?\n{_options(labels, options)}\nAnswer:"
    return Example(prompt, f" {labels[options.index(thing)]}")


def _claim(rng: random.Random) -> tuple[str, str, bool]:
    """A question, a value that is claimed for it, and whether the claim is true: one time in two."""
    question, value = rng.choice(FACTS)
    is_true = rng.random() < 0.5
    claimed = value if is_true else wrong_values(rng, question, value, 1)[0]
    return question, claimed, is_true


def yes_no(rng: random.Random) -> Example:
    question, claimed, is_true = _claim(rng)
    return Example(f"Question: Is {claimed} the {question}?\nAnswer:", " Yes" if is_true else " No")


def true_false(rng: random.Random) -> Example:
    question, claimed, is_true = _claim(rng)
    prompt = f"Statement: The {question} is {claimed}.\nThis statement is"
    return Example(prompt, " true" if is_true else " false", ".")
