import re
import unittest

from recipe import examples_of

from facts_test import true_value, values_like


def options_of(prompt: str) -> dict[str, str]:
    """Label -> option, from the lines between question and answer."""
    lines = re.findall(r"^([A-Z])\. (\w+)$", prompt, flags=re.MULTILINE)
    if len(lines) != 4:
        raise AssertionError(f"{len(lines)} options in {prompt!r}")
    return dict(lines)


class MultipleChoice(unittest.TestCase):
    def test_the_answer_is_the_label_of_the_true_option(self):
        for example in examples_of("mcqa"):
            options = options_of(example.prompt)
            self.assertEqual(options[example.answer.strip()], true_value(example.prompt.split("?")[0]))

    def test_the_four_options_are_different_values_of_the_same_kind(self):
        for example in examples_of("mcqa"):
            options = set(options_of(example.prompt).values())
            self.assertEqual(len(options), 4)
            self.assertLessEqual(options, values_like(example.prompt))

    def test_labels_are_four_letters_in_order_and_mostly_abcd(self):
        n_abcd = 0
        for example in examples_of("mcqa"):
            labels = list(options_of(example.prompt))
            self.assertEqual(labels, sorted(set(labels)))
            n_abcd += labels == ["A", "B", "C", "D"]
        self.assertTrue(260 < n_abcd < 340, n_abcd)

    def test_no_place_of_the_answer_is_preferred(self):
        for name in ("mcqa", "mcqa_context"):
            places = [0, 0, 0, 0]
            for example in examples_of(name):
                places[list(options_of(example.prompt)).index(example.answer.strip())] += 1
            self.assertTrue(all(60 < count < 140 for count in places), (name, places))

    def test_from_the_context_the_answer_is_what_the_person_has(self):
        for example in examples_of("mcqa_context"):
            name, thing = re.match(r"(\w+) has a (\w+)\.\n", example.prompt).groups()
            self.assertIn(f"Question: What does {name} have?\n", example.prompt)
            self.assertEqual(options_of(example.prompt)[example.answer.strip()], thing)


class TrueOrNot(unittest.TestCase):
    def check(self, name: str, claim: str, yes: str, no: str):
        n_true = 0
        for example in examples_of(name):
            claimed = re.match(claim, example.prompt).group(1)
            self.assertIn(claimed, values_like(example.prompt))
            is_true = claimed == true_value(example.prompt)
            self.assertEqual(example.answer, f" {yes}" if is_true else f" {no}", example.prompt)
            n_true += is_true
        self.assertTrue(150 < n_true < 250, n_true)

    def test_yes_and_no_are_right_and_as_frequent(self):
        self.check("yes_no", r"Question: Is (\w+) the ", "Yes", "No")

    def test_true_and_false_are_right_and_as_frequent(self):
        self.check("true_false", r"Statement: The [a-z ]+ of \w+ is (\w+)\.", "true", "false")


if __name__ == "__main__":
    unittest.main()
