"""Prompts as tokens, with stand-ins for the tokenizer: one token a character, or whole words."""

import re
import types
import unittest

import recipe  # noqa: F401  (finds the modules below)
from held_out import greater_years, held_out_prompts
from mixture import task_named

END_OF_TEXT = 0


class CharacterTokenizer:
    def encode(self, text: str, add_special_tokens: bool):
        assert not add_special_tokens
        return types.SimpleNamespace(ids=[ord(character) for character in text])


class WordTokenizer:
    """A word with its space is a token, and so are two digits; the same word has the same id."""

    def __init__(self):
        self.ids = {}

    def encode(self, text: str, add_special_tokens: bool):
        pieces = re.findall(r" ?[A-Za-z]+| ?\d\d?|[^\w]", text)
        return types.SimpleNamespace(ids=[self.ids.setdefault(piece, len(self.ids) + 1) for piece in pieces])


class WholeTextTokenizer:
    """One token for all of a text: whatever is added to a prompt changes it."""

    def encode(self, text: str, add_special_tokens: bool):
        return types.SimpleNamespace(ids=[len(text)])


class HeldOutPrompts(unittest.TestCase):
    def test_same_seed_same_prompts_and_another_seed_others(self):
        task = task_named("ioi")
        first, again, other = (
            held_out_prompts(task, CharacterTokenizer(), END_OF_TEXT, 20, seed, 512) for seed in (1, 1, 2)
        )
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)

    def test_begin_with_end_of_text_and_stop_before_the_answer(self):
        for prompt in held_out_prompts(task_named("mcqa"), CharacterTokenizer(), END_OF_TEXT, 20, 1, 512):
            self.assertEqual(prompt.tokens[0], END_OF_TEXT)
            self.assertEqual("".join(chr(token) for token in prompt.tokens[1:]), prompt.text)
            self.assertEqual(prompt.right, {ord(" ")})

    def test_of_an_agreement_both_verbs_are_right(self):
        tokenizer = WordTokenizer()
        for prompt in held_out_prompts(task_named("agreement"), tokenizer, END_OF_TEXT, 50, 1, 512):
            verbs = {piece for piece, token in tokenizer.ids.items() if token in prompt.right}
            self.assertIn(verbs, ({" is", " was"}, {" are", " were"}))

    def test_of_greater_than_every_later_year_is_right(self):
        tokenizer = WordTokenizer()
        for prompt in held_out_prompts(task_named("greater_than"), tokenizer, END_OF_TEXT, 50, 1, 512):
            start = int(re.search(r"year \d\d(\d\d)", prompt.text).group(1))
            years = {int(piece) for piece, token in tokenizer.ids.items() if token in prompt.right}
            self.assertEqual(years, set(range(start + 1, 100)))

    def test_longer_prompts_are_left_out(self):
        prompts = held_out_prompts(task_named("mcqa_context"), CharacterTokenizer(), END_OF_TEXT, 20, 1, 100)
        self.assertEqual(len(prompts), 20)
        self.assertLessEqual(max(len(prompt.tokens) for prompt in prompts), 100)

    def test_too_few_usable_prompts_are_an_error_with_the_numbers(self):
        with self.assertRaisesRegex(ValueError, r"ioi: only 0 of 200 prompts .*at most 10 tokens.* but 20 are asked"):
            held_out_prompts(task_named("ioi"), CharacterTokenizer(), END_OF_TEXT, 20, 1, 10)
        with self.assertRaisesRegex(ValueError, "ioi: only 0 of 200"):
            held_out_prompts(task_named("ioi"), WholeTextTokenizer(), END_OF_TEXT, 20, 1, 512)

    def test_a_story_asks_nothing_and_is_refused(self):
        with self.assertRaisesRegex(ValueError, "the task story asks nothing"):
            held_out_prompts(task_named("story"), CharacterTokenizer(), END_OF_TEXT, 20, 1, 512)


class GreaterYears(unittest.TestCase):
    def test_97_leaves_two(self):
        self.assertEqual(greater_years("The war lasted from the year 1797 to the year 17"), ["98", "99"])

    def test_a_prompt_without_years_is_refused(self):
        with self.assertRaisesRegex(ValueError, "no start year in the prompt 'The war'"):
            greater_years("The war")


if __name__ == "__main__":
    unittest.main()
