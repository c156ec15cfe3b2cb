import re
import unittest

from recipe import examples_of

from lexicon import (
    ANTONYMS,
    CAPITALS,
    CATEGORIES,
    LABELS,
    NEGATIVE_WORDS,
    PAST_TENSES,
    PLURALS,
    POSITIVE_WORDS,
)

CATEGORY_OF = dict(CATEGORIES)


class FewShotLabels(unittest.TestCase):
    def rows(self, example) -> list[list[str]]:
        return [line.split(": ") for line in example.text.split("\n")]

    def test_every_word_has_the_label_of_its_category_and_so_has_the_answer(self):
        for example in examples_of("few_shot_labels"):
            label_of = {}
            for word, label in self.rows(example):
                self.assertEqual(label_of.setdefault(CATEGORY_OF[word], label), label, example.text)
            self.assertEqual(len(label_of), 2)
            self.assertEqual(len(set(label_of.values())), 2)
            self.assertLess(set(label_of.values()), set(LABELS))

    def test_the_answer_was_nearly_always_shown_before(self):
        examples = examples_of("few_shot_labels")
        shown = sum(example.answer in [f" {label}" for _, label in self.rows(example)[:-1]] for example in examples)
        self.assertGreaterEqual(shown, 0.97 * len(examples))

    def test_six_to_eleven_words(self):
        lengths = {len(self.rows(example)) for example in examples_of("few_shot_labels")}
        self.assertEqual(lengths, set(range(6, 12)))


class FewShotFunction(unittest.TestCase):
    def test_one_function_explains_all_pairs_and_the_answer(self):
        functions = [dict(pairs) for pairs in (CAPITALS, ANTONYMS, PLURALS, PAST_TENSES, CATEGORIES)]
        functions += [{value: key for key, value in pairs} for pairs in (PLURALS, PAST_TENSES)]
        for example in examples_of("few_shot_function"):
            pairs = [line.split(" -> ") for line in example.text.split("\n")]
            self.assertTrue(3 <= len(pairs) <= 9, example.text)
            fitting = [f for f in functions if all(f.get(key) == value for key, value in pairs)]
            self.assertNotEqual(fitting, [], example.text)

    def test_the_asked_word_is_not_among_the_shown(self):
        for example in examples_of("few_shot_function"):
            keys = [line.split(" ->")[0] for line in example.prompt.split("\n")]
            self.assertEqual(len(set(keys)), len(keys), example.prompt)


class Sentiment(unittest.TestCase):
    def test_the_answer_is_the_one_that_both_words_agree_on(self):
        verdicts = {"happy": POSITIVE_WORDS, "positive": POSITIVE_WORDS, "sad": NEGATIVE_WORDS, "negative": NEGATIVE_WORDS}
        seen = set()
        for example in examples_of("sentiment"):
            words = re.search(r"The \w+ was (\w+), and the \w+ was (\w+)\.", example.prompt).groups()
            answer = example.answer.strip()
            self.assertLessEqual(set(words), set(verdicts[answer]), example.text)
            self.assertEqual(answer in ("positive", "negative"), example.prompt.startswith("Review: "))
            seen.add(answer)
        self.assertEqual(seen, set(verdicts))


if __name__ == "__main__":
    unittest.main()
