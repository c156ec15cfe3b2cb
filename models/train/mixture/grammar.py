"""Subject-verb agreement across a noun that may have the other number."""

import random

from lexicon import ADJECTIVES, AGREEMENT_NOUNS, PREPOSITIONS
from mixture.example import Example

SINGULAR_VERBS = (" is", " was")
PLURAL_VERBS = (" are", " were")


def agreement(rng: random.Random) -> Example:
    """"The keys near the cabinet" -> "are" or "were"; both are right."""
    singular, plural = rng.choice(AGREEMENT_NOUNS)
    is_plural = rng.random() < 0.5
    attractor, attractors = rng.choice(AGREEMENT_NOUNS)
    attractor_is_plural = rng.random() < 0.5
    subject = plural if is_plural else singular
    other = attractors if attractor_is_plural else attractor
    prompt = f"The {subject} {rng.choice(PREPOSITIONS)} the {other}"
    verbs = PLURAL_VERBS if is_plural else SINGULAR_VERBS
    return Example(prompt, rng.choice(verbs), f" {rng.choice(ADJECTIVES)}.", also_right=verbs)
