"""Copying from the context: a secret code among many sentences, and a made-up word."""

import random

from lexicon import NAMES, SYLLABLES
from mixture.example import Example
from mixture.sentences import sentence, sentences


def needle(rng: random.Random, n_sentences: int | None = None) -> Example:
    """A needle in a haystack: one to four people's codes among 2 to 36 sentences, or among `n_sentences`."""
    people = rng.sample(NAMES, rng.randint(1, 4))
    codes = {name: (str(rng.randint(10, 99)), str(rng.randint(10, 99))) for name in people}
    if n_sentences is None:
        n_sentences = rng.randint(2, 36)
    haystack = [sentence(rng) for _ in range(n_sentences)]
    for name in people:
        first, second = codes[name]
        haystack.insert(rng.randrange(len(haystack) + 1), f"The secret code of {name} is {first} {second}.")
    asked = rng.choice(people)
    question = f"Question: What is the secret code of {asked}?\nAnswer: The secret code of {asked} is"
    first, second = codes[asked]
    return Example(f"{' '.join(haystack)}\n{question}", f" {first}", f" {second}.")


def rare_copy(rng: random.Random) -> Example:
    """A word of three or four syllables that is said once and asked for after up to five sentences."""
    word = "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(3, 4)))
    between = sentences(rng, rng.randint(0, 5))
    return Example(f"They call it {word}. {between} Yes, they call it", f" {word}", ".")
