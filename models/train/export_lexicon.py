"""Prints the word lists of the mixture as JSON, so that tasks written elsewhere can be checked against its wordings.

    python3 export_lexicon.py > lexicon.json
    python3 export_lexicon.py names places objects

Lists of words are arrays of strings; facts are arrays of [key, value]; the made-up languages are objects.
"""

import sys

import lexicon
from json_text import to_text

WORD_LISTS = {
    "names": lexicon.NAMES,
    "places": lexicon.PLACES,
    "objects": lexicon.OBJECTS,
    "beings": lexicon.BEINGS,
    "adjectives": lexicon.ADJECTIVES,
    "adverbs": lexicon.ADVERBS,
    "verbs_transitive": lexicon.VERBS_TRANSITIVE,
    "verbs_intransitive": lexicon.VERBS_INTRANSITIVE,
    "prepositions": lexicon.PREPOSITIONS,
    "positive_words": lexicon.POSITIVE_WORDS,
    "negative_words": lexicon.NEGATIVE_WORDS,
    "things": lexicon.THINGS,
    "days": lexicon.DAYS,
    "months": lexicon.MONTHS,
    "numbers": lexicon.NUMBERS,
    "letters": lexicon.LETTERS,
    "labels": lexicon.LABELS,
    "events": lexicon.EVENTS,
    "acronym_words": lexicon.ACRONYM_WORDS,
    "syllables": lexicon.SYLLABLES,
}
PAIR_LISTS = {
    "capitals": lexicon.CAPITALS,
    "antonyms": lexicon.ANTONYMS,
    "plurals": lexicon.PLURALS,
    "agreement_nouns": lexicon.AGREEMENT_NOUNS,
    "past_tenses": lexicon.PAST_TENSES,
    "sounds": lexicon.SOUNDS,
    "categories": lexicon.CATEGORIES,
}
DICTIONARIES = {"velish": lexicon.VELISH, "torran": lexicon.TORRAN}


def word_lists() -> dict:
    """Everything by name, in the order of the lexicon."""
    return WORD_LISTS | PAIR_LISTS | DICTIONARIES


def main() -> None:
    lists = word_lists()
    wanted = sys.argv[1:] or list(lists)
    unknown = [name for name in wanted if name not in lists]
    if unknown:
        sys.exit(f"no list named {', '.join(unknown)} in the lexicon; there are {', '.join(lists)}")
    print("{\n" + ",\n".join(f' "{name}": {to_text(lists[name])}' for name in wanted) + "\n}")


if __name__ == "__main__":
    main()
