import calendar
import re
import string
import unittest

from recipe import examples_of

NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
ORDERS = [list(calendar.day_name), list(calendar.month_name)[1:], NUMBERS, list(string.ascii_uppercase)]


class Successor(unittest.TestCase):
    def test_the_answer_follows_the_last_member_and_the_run_is_in_order(self):
        for example in examples_of("successor"):
            after = re.fullmatch(r"After (\w+) comes", example.prompt)
            run = [after.group(1)] if after else re.findall(r"(\w+),", example.prompt)
            run.append(example.answer.strip())
            (order,) = [order for order in ORDERS if set(run) <= set(order)]
            begin = order.index(run[0])
            self.assertEqual(order[begin : begin + len(run)], run, example.text)


class GreaterThan(unittest.TestCase):
    def test_the_end_is_in_the_same_century_and_greater_than_the_start(self):
        pattern = r"The \w+ lasted from the year (\d\d)(\d\d) to the year (\d\d)"
        for example in examples_of("greater_than"):
            century, start, end_century = re.fullmatch(pattern, example.prompt).groups()
            self.assertEqual(century, end_century)
            self.assertTrue(11 <= int(century) <= 19, example.prompt)
            self.assertRegex(example.answer, r"\A\d\d\Z")
            self.assertGreater(int(example.answer), int(start), example.text)


class Acronym(unittest.TestCase):
    def test_the_answer_is_the_first_letter_of_the_word_whose_turn_it_is(self):
        asked = set()
        for example in examples_of("acronym"):
            words, letters = re.fullmatch(r"The (\w+ \w+ \w+) \(([A-Z]{0,2})", example.prompt).groups()
            initials = "".join(word[0] for word in words.split())
            self.assertEqual(letters, initials[: len(letters)])
            self.assertEqual(example.answer, initials[len(letters)])
            self.assertTrue(example.rest.startswith(initials[len(letters) + 1 :] + ")"))
            asked.add(len(letters))
        self.assertEqual(asked, {0, 1, 2})


class Iteration(unittest.TestCase):
    def test_each_number_after_the_equals_sign_is_the_parity_of_the_bits_so_far(self):
        for example in examples_of("iteration"):
            bits, parities = re.fullmatch(r"parity ([01 ]+) =([01 ]+)", example.text).groups()
            ones = [int(bit) for bit in bits.split()]
            expected = [sum(ones[: n + 1]) % 2 for n in range(len(ones))]
            self.assertEqual([int(parity) for parity in parities.split()], expected)
            n_shown = len(example.prompt.split("=")[1].split())
            self.assertEqual(example.answer, f" {expected[n_shown]}")

    def test_three_to_twelve_bits(self):
        lengths = {len(example.prompt.split("=")[0].split()) - 1 for example in examples_of("iteration")}
        self.assertEqual(lengths, set(range(3, 13)))


if __name__ == "__main__":
    unittest.main()
