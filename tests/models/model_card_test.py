import re
import unittest

import recipe  # noqa: F401  (finds the modules below)
import model_card


def rows_of(text: str, name: str) -> list[list[str]]:
    """The cells of a table of the card, without header and rule."""
    begin, end = model_card.markers(name)
    table = text.split(begin)[1].split(end)[0].strip()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.split("\n")[2:]]


class ModelCard(unittest.TestCase):
    def setUp(self):
        self.text = model_card.CARD.read_text(encoding="utf-8")

    def test_its_tables_are_those_of_the_folders(self):
        self.assertEqual(self.text, model_card.with_tables(self.text), "run models/train/model_card.py --write")

    def test_names_every_model_with_its_number_of_parameters(self):
        rows = {row[0].strip("`"): row for row in rows_of(self.text, "models")}
        for shape in model_card.SHIPPED:
            parameters = int(rows[shape.name][5].replace(",", ""))
            self.assertEqual(parameters, model_card.count_parameters(model_card.MODELS_FOLDER / shape.name))

    def test_has_the_accuracy_of_every_task_of_every_model(self):
        rows = {row[0].strip("`"): row[-3:] for row in rows_of(self.text, "accuracy")}
        for column, shape in enumerate(model_card.SHIPPED):
            evaluation = model_card.read_json(model_card.MODELS_FOLDER / shape.name / "evaluation.json")
            self.assertEqual(set(rows), set(evaluation["tasks"]))
            for task, result in evaluation["tasks"].items():
                accuracy, error = rows[task][column].split(" ± ")
                self.assertAlmostEqual(float(accuracy), result["accuracy"], delta=0.00051)
                self.assertAlmostEqual(float(error), result["standard_error"], delta=0.00051)

    def test_names_its_licence(self):
        self.assertRegex(self.text, r"Apache-2\.0")

    def test_links_lead_somewhere(self):
        for target in re.findall(r"\]\(([^)#]+)\)", self.text):
            self.assertTrue((model_card.MODELS_FOLDER / target).exists(), target)

    def test_a_changed_number_in_a_table_is_noticed(self):
        cells = rows_of(self.text, "accuracy")[0]
        changed = self.text.replace(cells[-1], "0.123 ± 0.004", 1)
        self.assertNotEqual(changed, self.text)
        self.assertEqual(model_card.with_tables(changed), self.text)

    def test_a_missing_marker_is_an_error_that_names_it(self):
        begin, _ = model_card.markers("series")
        with self.assertRaisesRegex(ValueError, "the card should hold once each: <!-- table series"):
            model_card.with_tables(self.text.replace(begin, ""))


if __name__ == "__main__":
    unittest.main()
