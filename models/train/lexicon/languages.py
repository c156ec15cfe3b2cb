"""Velish and Torran: two made-up languages, word for word translations of the same English words.

Their words are drawn once, from a fixed seed, and no two words of the two languages are alike. Velish words end in
-el, -is or -ar and Torran words in -um, -ok or -ot, so a single word tells which language a text is in.
"""

import random

from lexicon.words import ADJECTIVES, BEINGS, SYLLABLES, VERBS_INTRANSITIVE, VERBS_TRANSITIVE

LANGUAGE_SEED = 11
TRANSLATED_WORDS = (
    ["the"] + ADJECTIVES + BEINGS + VERBS_TRANSITIVE + VERBS_INTRANSITIVE
    + "red blue green water bread house river stone moon sun tree and big cold".split()
)


def _draw_dictionary(rng: random.Random, endings: list[str], taken: set[str]) -> dict[str, str]:
    """English word -> made-up word; adds the new words to `taken` and never repeats one that is there."""
    dictionary = {}
    for english in TRANSLATED_WORDS:
        word = rng.choice(SYLLABLES) + rng.choice(endings)
        while word in taken:
            word = rng.choice(SYLLABLES) + word
        taken.add(word)
        dictionary[english] = word
    return dictionary


def _draw_languages() -> tuple[dict[str, str], dict[str, str]]:
    rng = random.Random(LANGUAGE_SEED)
    taken: set[str] = set()
    velish = _draw_dictionary(rng, ["el", "is", "ar"], taken)
    torran = _draw_dictionary(rng, ["um", "ok", "ot"], taken)
    return velish, torran


VELISH, TORRAN = _draw_languages()
