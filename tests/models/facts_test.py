import re
import unittest

from recipe import examples_of

from lexicon import ANTONYMS, CAPITALS, CATEGORIES, PAST_TENSES, PLURALS, SOUNDS

TRUTH = {
    "capital of": dict(CAPITALS),
    "opposite of": dict(ANTONYMS),
    "plural of": dict(PLURALS),
    "past tense of": dict(PAST_TENSES),
}
QUESTION = re.compile(r"(capital of|opposite of|plural of|past tense of) (\w+)")


def true_value(text: str) -> str:
    """What the one question of the text asks for."""
    questions = set(QUESTION.findall(text))
    if len(questions) != 1:
        raise AssertionError(f"{len(questions)} different questions in {text!r}")
    ((relation, key),) = questions
    return TRUTH[relation][key]


def values_like(text: str) -> set[str]:
    """All values of the relation that the text asks about."""
    return set(TRUTH[QUESTION.search(text).group(1)].values())


class Facts(unittest.TestCase):
    def test_a_fact_is_true(self):
        for example in examples_of("fact"):
            self.assertEqual(example.answer, f" {true_value(example.prompt)}")

    def test_all_four_relations_are_asked(self):
        asked = {QUESTION.search(example.prompt).group(1) for example in examples_of("fact")}
        self.assertEqual(asked, set(TRUTH))

    def test_an_animal_makes_its_sound(self):
        for example in examples_of("fact_sound"):
            animal = re.fullmatch(r"At night the (\w+)", example.prompt).group(1)
            self.assertEqual(example.answer, f" {dict(SOUNDS)[animal]}")

    def test_a_member_is_of_its_category(self):
        for example in examples_of("fact_category"):
            member = re.fullmatch(r"(?:The|A) (\w+) is a (?:kind|type) of", example.prompt).group(1)
            self.assertEqual(example.answer, f" {dict(CATEGORIES)[member]}")


class Conflicts(unittest.TestCase):
    story = re.compile(r"In this story, the [a-z ]+ of \w+ is (\w+)\. ")

    def test_the_story_contradicts_the_fact_with_a_value_of_the_same_kind(self):
        for example in examples_of("conflict_context") + examples_of("conflict_memory"):
            told = self.story.match(example.prompt).group(1)
            self.assertNotEqual(told, true_value(example.prompt))
            self.assertIn(told, values_like(example.prompt))

    def test_according_to_the_story_the_story_is_right(self):
        for example in examples_of("conflict_context"):
            self.assertRegex(example.prompt, r"According to the story, the [a-z ]+ of \w+ is$")
            self.assertEqual(example.answer, f" {self.story.match(example.prompt).group(1)}")

    def test_in_reality_the_fact_is_right(self):
        for example in examples_of("conflict_memory"):
            self.assertRegex(example.prompt, r"But in reality, the [a-z ]+ of \w+ is$")
            self.assertEqual(example.answer, f" {true_value(example.prompt)}")


if __name__ == "__main__":
    unittest.main()
