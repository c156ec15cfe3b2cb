"""Velish and Torran: translation word for word, and sentences that stay in one language."""

import random

from lexicon import ADJECTIVES, BEINGS, TORRAN, VELISH, VERBS_INTRANSITIVE, VERBS_TRANSITIVE
from mixture.example import Example


def translate(rng: random.Random) -> Example:
    """"In Velish, the old cat saw the dog is ..." cut before one of the six translated words."""
    language, dictionary = rng.choice([("Velish", VELISH), ("Torran", TORRAN)])
    english = [
        "the", rng.choice(ADJECTIVES), rng.choice(BEINGS), rng.choice(VERBS_TRANSITIVE), "the", rng.choice(BEINGS),
    ]
    translated = [f" {dictionary[word]}" for word in english]
    asked = rng.randrange(len(english))
    prompt = f"In {language}, {' '.join(english)} is" + "".join(translated[:asked])
    return Example(prompt, translated[asked], "".join(translated[asked + 1 :]) + ".")


def same_language(rng: random.Random) -> Example:
    """A sentence all in Velish or all in Torran. It asks nothing."""
    dictionary = rng.choice([VELISH, TORRAN])
    first, second, third = rng.sample(BEINGS, 3)
    verb = rng.choice(VERBS_TRANSITIVE)
    words = ["the", first, verb, "the", second, "and", "the"]
    prompt = " ".join(dictionary[word] for word in words)
    return Example(prompt, None, f" {dictionary[third]} {dictionary[rng.choice(VERBS_INTRANSITIVE)]}.")
