"""Learning in context: made-up labels for two categories, and functions shown by example."""

import random

from lexicon import ANTONYMS, CAPITALS, CATEGORIES, CATEGORY_MEMBERS, LABELS, PAST_TENSES, PLURALS
from mixture.example import Example


def _reversed(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(value, key) for key, value in pairs]


FUNCTIONS = [CAPITALS, ANTONYMS, PLURALS, PAST_TENSES, CATEGORIES, _reversed(PLURALS), _reversed(PAST_TENSES)]


def few_shot_labels(rng: random.Random) -> Example:
    """Six to eleven words of two categories, each with its category's label; the last label is asked for.

    Both categories occur, but now and then the last word is the only one of its category: then the label that was
    not shown yet is right, which no model can know.
    """
    categories = rng.sample(list(CATEGORY_MEMBERS), 2)
    labels = dict(zip(categories, rng.sample(LABELS, 2)))
    n_more = rng.randint(4, 9)
    drawn = categories + [rng.choice(categories) for _ in range(n_more)]
    items = [(rng.choice(CATEGORY_MEMBERS[category]), labels[category]) for category in drawn]
    rng.shuffle(items)
    asked, answer = items.pop()
    shown = "\n".join(f"{word}: {label}" for word, label in items)
    return Example(f"{shown}\n{asked}:", f" {answer}")


def few_shot_function(rng: random.Random) -> Example:
    """Two to eight pairs of one function ("dog -> dogs"), and one more whose value is asked for."""
    function = rng.choice(FUNCTIONS)
    items = rng.sample(function, rng.randint(3, 9))
    asked, answer = items.pop()
    shown = "\n".join(f"{key} -> {value}" for key, value in items)
    return Example(f"{shown}\n{asked} ->", f" {answer}")
