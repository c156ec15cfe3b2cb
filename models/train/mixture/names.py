"""Who is meant: the indirect object that is not repeated, and the owner of an object."""

import random

from lexicon import NAMES, OBJECTS, PLACES
from mixture.example import Example
from mixture.sentences import filler


def ioi(rng: random.Random) -> Example:
    """Indirect object identification (Wang et al. 2022): "When A and B went to the store, B gave a drink to" -> A."""
    first, second = rng.sample(NAMES, 2)
    place = rng.choice(PLACES)
    thing = rng.choice(OBJECTS)
    subject, indirect_object = rng.choice([(first, second), (second, first)])
    opener = rng.choice([
        f"When {first} and {second} went to the {place},",
        f"Then, {first} and {second} went to the {place}.",
        f"After {first} and {second} came to the {place},",
        f"Friends {first} and {second} were at the {place}.",
        f"{first} met {second} at the {place}.",
    ])
    if opener.endswith("."):
        opener += rng.choice(["", " Soon", " Later"])
    action = rng.choice([
        f"gave a {thing} to",
        f"handed a {thing} to",
        f"offered the {thing} to",
        f"showed the {thing} to",
    ])
    return Example(f"{opener} {subject} {action}", f" {indirect_object}", ".")


def owner(rng: random.Random) -> Example:
    """Binding of attributes to subjects: "A has the x. B has the y. C has the z. The y belongs to" -> B."""
    people = rng.sample(NAMES, 3)
    things = rng.sample(OBJECTS, 3)
    person, thing = rng.choice(list(zip(people, things)))
    claims = " ".join(f"{name} has the {item}." for name, item in zip(people, things))
    extra = filler(rng) if rng.random() < 0.3 else ""
    return Example(f"{claims} {extra}The {thing} belongs to", f" {person}", ".")
