import collections
import contextlib
import io
import json
import unittest
from unittest import mock

from recipe import MODELS

import export_lexicon


def repeated(values) -> list:
    return [value for value, count in collections.Counter(values).items() if count > 1]


class Lexicon(unittest.TestCase):
    def test_no_list_holds_a_word_twice(self):
        for name, words in export_lexicon.WORD_LISTS.items():
            self.assertEqual(repeated(words), [], name)

    def test_no_fact_has_two_answers(self):
        for name, pairs in export_lexicon.PAIR_LISTS.items():
            self.assertEqual(repeated(key for key, _ in pairs), [], name)

    def test_no_two_facts_share_their_answer_except_categories(self):
        for name, pairs in export_lexicon.PAIR_LISTS.items():
            if name != "categories":
                self.assertEqual(repeated(value for _, value in pairs), [], name)

    def test_each_of_six_categories_has_ten_members(self):
        sizes = collections.Counter(category for _, category in export_lexicon.PAIR_LISTS["categories"])
        self.assertEqual(sorted(sizes.values()), [10] * 6)

    def test_praise_and_blame_share_no_word(self):
        lists = export_lexicon.WORD_LISTS
        self.assertEqual(set(lists["positive_words"]) & set(lists["negative_words"]), set())

    def test_the_two_languages_share_no_word_and_no_ending(self):
        velish, torran = (export_lexicon.DICTIONARIES[name] for name in ("velish", "torran"))
        self.assertEqual(list(velish), list(torran))
        self.assertEqual(repeated(list(velish.values()) + list(torran.values())), [])
        for word in velish.values():
            self.assertTrue(word.endswith(("el", "is", "ar")), word)
        for word in torran.values():
            self.assertTrue(word.endswith(("um", "ok", "ot")), word)

    def test_agreement_nouns_have_the_plurals_of_the_facts(self):
        plurals = dict(export_lexicon.PAIR_LISTS["plurals"])
        for singular, plural in export_lexicon.PAIR_LISTS["agreement_nouns"]:
            self.assertEqual(plurals.get(singular, singular + "s"), plural)

    def test_every_word_is_one_token_of_the_shipped_tokenizer(self):
        tokenizer = json.loads((MODELS / "mixture-tiny" / "tokenizer.json").read_text(encoding="utf-8"))
        vocabulary = tokenizer["model"]["vocab"]
        words = []
        for name, members in export_lexicon.WORD_LISTS.items():
            words += members if name != "syllables" else []
        for pairs in export_lexicon.PAIR_LISTS.values():
            words += [word for pair in pairs for word in pair]
        self.assertEqual([word for word in words if f"Ġ{word}" not in vocabulary], [])


class ExportLexicon(unittest.TestCase):
    def printed(self, *arguments: str) -> dict:
        out = io.StringIO()
        with mock.patch("sys.argv", ["export_lexicon.py", *arguments]), contextlib.redirect_stdout(out):
            export_lexicon.main()
        return json.loads(out.getvalue())

    def test_prints_every_list_as_json(self):
        lists = self.printed()
        self.assertEqual(list(lists), list(export_lexicon.word_lists()))
        self.assertIn("Mary", lists["names"])
        self.assertIn(["France", "Paris"], lists["capitals"])
        self.assertEqual(len(lists["velish"]), 58)

    def test_prints_only_the_lists_that_are_named(self):
        self.assertEqual(list(self.printed("places", "objects")), ["places", "objects"])

    def test_refuses_a_name_that_is_no_list_and_says_which_there_are(self):
        with self.assertRaisesRegex(SystemExit, "no list named animal .* there are names, places"):
            self.printed("animal")


if __name__ == "__main__":
    unittest.main()
