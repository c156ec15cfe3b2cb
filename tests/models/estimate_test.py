import unittest

import recipe  # noqa: F401  (finds the modules below)
from estimate import estimate, wilson_interval


class Estimate(unittest.TestCase):
    def test_the_standard_error_of_a_share_is_the_binomial_one(self):
        result = estimate([1.0] * 90 + [0.0] * 10)
        self.assertEqual(result["accuracy"], 0.9)
        self.assertAlmostEqual(result["standard_error"], (0.9 * 0.1 / 99) ** 0.5, places=4)
        self.assertEqual(result["n"], 100)

    def test_graded_values_have_the_standard_error_of_their_spread(self):
        result = estimate([0.2, 0.4, 0.6, 0.8])
        self.assertEqual(result["accuracy"], 0.5)
        self.assertAlmostEqual(result["standard_error"], 0.1291, places=4)

    def test_the_interval_does_not_shrink_to_a_point_when_all_are_right(self):
        result = estimate([1.0] * 500)
        self.assertEqual(result["standard_error"], 0.0)
        self.assertEqual(result["interval_95"], [0.9924, 1.0])

    def test_wilsons_interval_agrees_with_published_values(self):
        """Newcombe 1998, Statistics in Medicine 17, table I: 81 of 263, 15 of 148, 0 of 20."""
        for right, n, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)):
            interval = wilson_interval(right / n, n)
            self.assertAlmostEqual(interval[0], low, places=4)
            self.assertAlmostEqual(interval[1], high, places=4)

    def test_one_prompt_is_refused(self):
        with self.assertRaisesRegex(ValueError, "1 prompts: a standard error takes two or more"):
            estimate([1.0])


if __name__ == "__main__":
    unittest.main()
