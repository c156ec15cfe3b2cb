"""The closed vocabulary of the training mixture: a task draws from these lists and from nothing else.

`words` holds plain lists of one-token words, `facts` holds pairs that the models are meant to know by heart, and
`languages` holds two made-up languages. Changing a word here changes the documents of every seed: the shipped
checkpoints and their tokenizer know these words only.
"""

from lexicon.facts import (
    AGREEMENT_NOUNS,
    ANTONYMS,
    CAPITALS,
    CATEGORIES,
    CATEGORY_MEMBERS,
    PAST_TENSES,
    PLURALS,
    SOUNDS,
)
from lexicon.languages import TORRAN, VELISH
from lexicon.words import (
    ACRONYM_WORDS,
    ADJECTIVES,
    ADVERBS,
    BEINGS,
    DAYS,
    EVENTS,
    LABELS,
    LETTERS,
    MONTHS,
    NAMES,
    NEGATIVE_WORDS,
    NUMBERS,
    OBJECTS,
    PLACES,
    POSITIVE_WORDS,
    PREPOSITIONS,
    SEQUENCES,
    SYLLABLES,
    THINGS,
    VERBS_INTRANSITIVE,
    VERBS_TRANSITIVE,
)

__all__ = [
    "ACRONYM_WORDS", "ADJECTIVES", "ADVERBS", "AGREEMENT_NOUNS", "ANTONYMS", "BEINGS", "CAPITALS", "CATEGORIES",
    "CATEGORY_MEMBERS", "DAYS", "EVENTS", "LABELS", "LETTERS", "MONTHS", "NAMES", "NEGATIVE_WORDS", "NUMBERS",
    "OBJECTS", "PAST_TENSES", "PLACES", "PLURALS", "POSITIVE_WORDS", "PREPOSITIONS", "SEQUENCES", "SOUNDS",
    "SYLLABLES", "THINGS", "TORRAN", "VELISH", "VERBS_INTRANSITIVE", "VERBS_TRANSITIVE",
]
