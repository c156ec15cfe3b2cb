import json
import unittest

import recipe  # noqa: F401  (finds the modules below)
from json_text import to_text


class JsonText(unittest.TestCase):
    value = {"tasks": {"ioi": {"accuracy": 0.5, "interval_95": [0.4, 0.6]}}, "steps": [{"step": 0}, {"step": 250}], "n": 2}

    def test_reads_back_as_what_was_written(self):
        for value in (self.value, {}, [], [[1], [{"a": None}]], "é\n", 1.5):
            self.assertEqual(json.loads(to_text(value)), value)

    def test_an_object_of_plain_values_stands_on_one_line(self):
        lines = to_text(self.value).split("\n")
        self.assertIn('  "ioi": {"accuracy": 0.5, "interval_95": [0.4, 0.6]}', lines)
        self.assertIn('  {"step": 250}', lines)


if __name__ == "__main__":
    unittest.main()
