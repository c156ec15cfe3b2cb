import random
import re
import unittest

from recipe import examples_of

from lexicon import SYLLABLES
from mixture.copying import needle


class Needle(unittest.TestCase):
    def test_the_answer_is_the_code_that_the_text_gives_to_the_asked_name(self):
        for example in examples_of("needle"):
            haystack, question = example.prompt.split("\nQuestion: ")
            codes = {name: code for name, code in re.findall(r"The secret code of (\w+) is (\d\d \d\d)\.", haystack)}
            name = re.fullmatch(r"What is the secret code of (\w+)\?\nAnswer: The secret code of \1 is", question).group(1)
            self.assertEqual((example.answer + example.rest), f" {codes[name]}.")
            self.assertRegex(example.answer, r"\A \d\d\Z")

    def test_one_to_four_people_have_a_code(self):
        counts = {len(re.findall(r"The secret code of \w+ is \d", example.prompt)) for example in examples_of("needle")}
        self.assertEqual(counts, {1, 2, 3, 4})

    def test_the_haystack_has_as_many_sentences_as_asked_for(self):
        rng = random.Random(4)
        for n_sentences in (2, 10, 36):
            haystack = needle(rng, n_sentences).prompt.split("\nQuestion:")[0]
            others = re.sub(r"The secret code of \w+ is \d\d \d\d\.", "", haystack)
            self.assertEqual(others.count("."), n_sentences)


class RareWord(unittest.TestCase):
    def test_the_answer_is_the_word_that_was_said(self):
        for example in examples_of("rare_copy"):
            word = re.match(r"They call it (\w+)\. ", example.prompt).group(1)
            self.assertTrue(example.prompt.endswith(" Yes, they call it"))
            self.assertEqual(example.answer, f" {word}")

    def test_the_word_is_three_or_four_syllables(self):
        syllables = "|".join(SYLLABLES)
        for example in examples_of("rare_copy"):
            self.assertRegex(example.answer, rf"\A ({syllables}){{3,4}}\Z")


if __name__ == "__main__":
    unittest.main()
