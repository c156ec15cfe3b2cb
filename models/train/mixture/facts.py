"""Facts that are known by heart: capitals, opposites, plurals, past tenses, sounds of animals, categories."""

import random

from lexicon import ANTONYMS, CAPITALS, CATEGORIES, PAST_TENSES, PLURALS, SOUNDS
from mixture.example import Example

RELATIONS = {
    "capital of": CAPITALS,
    "opposite of": ANTONYMS,
    "plural of": PLURALS,
    "past tense of": PAST_TENSES,
}

# ("capital of France", "Paris") and so on: the facts that other tasks ask for, contradict and offer to choose from.
FACTS = [(f"{relation} {key}", value) for relation, pairs in RELATIONS.items() for key, value in pairs]


def wrong_values(rng: random.Random, question: str, right: str, count: int) -> list[str]:
    """`count` different values of the question's relation, none of them `right`."""
    relation = question[: question.index(" of ") + len(" of")]
    values = [value for _, value in RELATIONS[relation]]
    return rng.sample([value for value in values if value != right], count)


def fact(rng: random.Random) -> Example:
    question, value = rng.choice(FACTS)
    prompt = rng.choice([
        f"The {question} is",
        f"It is known that the {question} is",
        f"As we learned, the {question} is",
        f"What is the {question}? The {question} is",
        f"Everyone knows the {question} is",
    ])
    return Example(prompt, f" {value}", ".")


def fact_sound(rng: random.Random) -> Example:
    animal, sound = rng.choice(SOUNDS)
    return Example(f"At night the {animal}", f" {sound}", ".")


def fact_category(rng: random.Random) -> Example:
    member, category = rng.choice(CATEGORIES)
    prompt = rng.choice([f"The {member} is a kind of", f"A {member} is a type of"])
    return Example(prompt, f" {category}", ".")
