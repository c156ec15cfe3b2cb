"""Plain sentences: the background of needles and stories, and the filler between a claim and its question."""

import random

from lexicon import ADJECTIVES, ADVERBS, BEINGS, NAMES, PLACES, VERBS_INTRANSITIVE, VERBS_TRANSITIVE


def noun_phrase(rng: random.Random, determiner: str = "the") -> str:
    """"the old sailor" or "the sailor"."""
    if rng.random() < 0.5:
        return f"{determiner} {rng.choice(ADJECTIVES)} {rng.choice(BEINGS)}"
    return f"{determiner} {rng.choice(BEINGS)}"


def sentence(rng: random.Random) -> str:
    """One of five patterns, with its capital letter and its full stop."""
    pattern = rng.random()
    if pattern < 0.3:
        words = f"{noun_phrase(rng)} {rng.choice(VERBS_TRANSITIVE)} {noun_phrase(rng)}"
    elif pattern < 0.5:
        clause = f"{noun_phrase(rng)} that {rng.choice(VERBS_TRANSITIVE)} {noun_phrase(rng)}"
        words = f"{clause} {rng.choice(VERBS_INTRANSITIVE)} {rng.choice(ADVERBS)}"
    elif pattern < 0.7:
        words = f"{noun_phrase(rng)} {rng.choice(VERBS_INTRANSITIVE)} in the {rng.choice(PLACES)}"
    elif pattern < 0.85:
        journey = f"{rng.choice(NAMES)} went to the {rng.choice(PLACES)}"
        words = f"{journey} and {rng.choice(VERBS_TRANSITIVE)} {noun_phrase(rng, 'a')}"
    else:
        scene = f"in the {rng.choice(PLACES)}, {noun_phrase(rng)}"
        words = f"{scene} {rng.choice(VERBS_TRANSITIVE)} {rng.choice(NAMES)} {rng.choice(ADVERBS)}"
    return words[0].upper() + words[1:] + "."


def sentences(rng: random.Random, count: int) -> str:
    return " ".join(sentence(rng) for _ in range(count))


def filler(rng: random.Random) -> str:
    """One to four sentences, with a space at the end."""
    return sentences(rng, rng.randint(1, 4)) + " "
