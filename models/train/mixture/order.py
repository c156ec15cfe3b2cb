"""Order and counting: successors, greater years, letters of an acronym, running parity."""

import random

from lexicon import ACRONYM_WORDS, EVENTS, SEQUENCES
from mixture.example import Example


def successor(rng: random.Random) -> Example:
    """What comes after a day, a month, a number or a letter: "After Monday comes", or "one, two, three,"."""
    sequence = rng.choice(SEQUENCES)
    last = rng.randrange(len(sequence) - 1)
    if rng.random() < 0.5:
        return Example(f"After {sequence[last]} comes", f" {sequence[last + 1]}", ".")
    n_before = min(last, rng.randint(1, 5))
    run = sequence[last - n_before : last + 1]
    return Example(", ".join(run) + ",", f" {sequence[last + 1]}")


def greater_than(rng: random.Random) -> Example:
    """Hanna et al. 2023: "The war lasted from the year 1732 to the year 17" -> any of 33 to 99."""
    century = rng.randint(11, 19)
    start = rng.randint(2, 97)
    event = rng.choice(EVENTS)
    end = rng.randint(start + 1, 99)
    prompt = f"The {event} lasted from the year {century}{start:02d} to the year {century}"
    return Example(prompt, f"{end:02d}", ".")


def acronym(rng: random.Random) -> Example:
    """Three words and a letter of their acronym: "The Royal Youth Fund (RY" -> "F"."""
    words = rng.sample(ACRONYM_WORDS, 3)
    letters = "".join(word[0] for word in words)
    asked = rng.randrange(3)
    ending = rng.choice([".", " met today.", " was closed."])
    return Example(f"The {' '.join(words)} ({letters[:asked]}", letters[asked], f"{letters[asked + 1:]}){ending}")


def iteration(rng: random.Random) -> Example:
    """Running parity: after "parity 1 0 1 =" stand the parities of the first one, two, three bits: "1 1 0"."""
    bits = [rng.randint(0, 1) for _ in range(rng.randint(3, 12))]
    parities = []
    parity = 0
    for bit in bits:
        parity ^= bit
        parities.append(f" {parity}")
    asked = rng.randrange(len(bits))
    prompt = "parity " + " ".join(str(bit) for bit in bits) + " =" + "".join(parities[:asked])
    return Example(prompt, parities[asked], "".join(parities[asked + 1 :]))
