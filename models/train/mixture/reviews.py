"""Sentiment: two things praised or blamed, and what somebody felt or how the review counts."""

import random

from lexicon import NAMES, NEGATIVE_WORDS, POSITIVE_WORDS, THINGS
from mixture.example import Example


def sentiment(rng: random.Random) -> Example:
    is_good = rng.random() < 0.5
    words = rng.sample(POSITIVE_WORDS if is_good else NEGATIVE_WORDS, 2)
    things = rng.sample(THINGS, 2)
    name = rng.choice(NAMES)
    review = f"The {things[0]} was {words[0]}, and the {things[1]} was {words[1]}."
    if rng.random() < 0.5:
        return Example(f"{review} Overall, {name} felt", " happy" if is_good else " sad", ".")
    return Example(f"Review: {review}\nSentiment:", " positive" if is_good else " negative")
