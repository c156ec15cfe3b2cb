"""Short stories about one person, one place, one object and one animal or companion. They ask nothing."""

import random

from lexicon import ADJECTIVES, BEINGS, NAMES, OBJECTS, PLACES
from mixture.example import Example
from mixture.sentences import sentence


def story(rng: random.Random) -> Example:
    hero = rng.choice(NAMES)
    place = rng.choice(PLACES)
    thing = rng.choice(OBJECTS)
    adjective = rng.choice(ADJECTIVES)
    companion = rng.choice(BEINGS)
    told = [f"Once upon a time, {hero} lived near the {place} with a {adjective} {companion}."]
    for _ in range(rng.randint(2, 7)):
        told.append(rng.choice([
            sentence(rng),
            f"{hero} found a {thing}.",
            f"{hero} called the {companion}.",
            f"The {companion} was {adjective}.",
            f"{hero} went back to the {place}.",
            f"The {thing} was in the {place}.",
        ]))
    told.append(rng.choice([
        f"In the end, {hero} was happy.",
        f"That night, {hero} slept in the {place}.",
        f"Finally, {hero} gave the {thing} to the {companion}.",
    ]))
    return Example(" ".join(told), None)
