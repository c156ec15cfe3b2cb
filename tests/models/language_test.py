import re
import unittest

from recipe import examples_of

from lexicon import AGREEMENT_NOUNS, TORRAN, VELISH


class Agreement(unittest.TestCase):
    def test_the_verb_has_the_number_of_the_subject_not_of_the_noun_before_it(self):
        singular_of = {singular: True for singular, _ in AGREEMENT_NOUNS} | {plural: False for _, plural in AGREEMENT_NOUNS}
        differ = 0
        for example in examples_of("agreement"):
            subject, attractor = re.fullmatch(r"The (\w+) \w+ the (\w+)", example.prompt).groups()
            right = {" is", " was"} if singular_of[subject] else {" are", " were"}
            self.assertIn(example.answer, right)
            self.assertEqual(set(example.also_right), right)
            differ += singular_of[subject] != singular_of[attractor]
        self.assertTrue(150 < differ < 250, differ)


class Foreign(unittest.TestCase):
    def test_a_translation_goes_word_for_word(self):
        dictionaries = {"Velish": VELISH, "Torran": TORRAN}
        for example in examples_of("translate"):
            language, english, foreign = re.fullmatch(r"In (\w+), ([a-z ]+) is ([a-z ]+)\.", example.text).groups()
            self.assertEqual([dictionaries[language][word] for word in english.split()], foreign.split())

    def test_every_word_of_the_translation_is_asked_for(self):
        places = {len(example.prompt.split(" is")[-1].split()) for example in examples_of("translate")}
        self.assertEqual(places, set(range(6)))

    def test_a_foreign_sentence_stays_in_its_language(self):
        for example in examples_of("same_language"):
            words = set(example.text.rstrip(".").split())
            self.assertTrue(words <= set(VELISH.values()) or words <= set(TORRAN.values()), example.text)


class Story(unittest.TestCase):
    def test_a_story_begins_and_ends_with_its_hero_or_place(self):
        for example in examples_of("story"):
            hero, place, companion = re.match(
                r"Once upon a time, (\w+) lived near the (\w+) with a \w+ (\w+)\.", example.text
            ).groups()
            ending = example.text.split(". ")[-1]
            self.assertIn(hero, ending)
            self.assertTrue(4 <= example.text.count(".") <= 9, example.text)


if __name__ == "__main__":
    unittest.main()
