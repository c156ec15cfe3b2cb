import collections
import re
import unittest

from recipe import examples_of

from lexicon import NAMES, OBJECTS, PLACES


def names_in(text: str) -> list[str]:
    return [word for word in re.findall(r"[A-Za-z]+", text) if word in NAMES]


class IndirectObject(unittest.TestCase):
    def test_the_answer_is_the_one_name_that_is_not_repeated(self):
        for example in examples_of("ioi"):
            counts = collections.Counter(names_in(example.prompt))
            self.assertEqual(sorted(counts.values()), [1, 2], example.prompt)
            (once,) = [name for name, count in counts.items() if count == 1]
            self.assertEqual(example.answer, f" {once}")

    def test_the_repeated_name_comes_first_and_second_about_as_often(self):
        subject_first = 0
        for example in examples_of("ioi"):
            names = names_in(example.prompt)
            subject_first += names[0] == names[2]
        self.assertTrue(150 < subject_first < 250, subject_first)

    def test_the_prompt_has_one_place_and_one_object(self):
        for example in examples_of("ioi"):
            words = re.findall(r"[a-z]+", example.prompt)
            self.assertEqual(sum(word in PLACES for word in words), 1, example.prompt)
            self.assertEqual(sum(word in OBJECTS for word in words), 1, example.prompt)

    def test_both_names_stand_before_the_subject_acts(self):
        pattern = re.compile(
            r"(?:When|Then,|After|Friends)? ?(\w+) (?:and|met) (\w+) .*[.,](?: Soon| Later)? (\w+)"
            r" (?:gave a|handed a|offered the|showed the) \w+ to"
        )
        for example in examples_of("ioi"):
            match = pattern.fullmatch(example.prompt)
            self.assertIsNotNone(match, example.prompt)
            self.assertIn(match.group(3), match.groups()[:2])


class Owner(unittest.TestCase):
    def test_the_answer_has_the_object_that_is_asked_for(self):
        for example in examples_of("owner"):
            owner_of = {thing: name for name, thing in re.findall(r"(\w+) has the (\w+)\.", example.prompt)}
            self.assertEqual(len(owner_of), 3)
            self.assertEqual(len(set(owner_of.values())), 3)
            asked = re.search(r"The (\w+) belongs to$", example.prompt).group(1)
            self.assertEqual(example.answer, f" {owner_of[asked]}")


if __name__ == "__main__":
    unittest.main()
