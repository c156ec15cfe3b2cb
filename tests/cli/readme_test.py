"""What README.md shows is what the program prints."""
import re
import subprocess
import unittest

from program import PROGRAM, SOURCE


class Readme(unittest.TestCase):
    text = (SOURCE / "README.md").read_text()

    def test_shows_the_tables_of_families_and_methods_that_the_program_prints(self):
        printed = subprocess.run([PROGRAM, "plugins", "--markdown"], check=True, capture_output=True, text=True).stdout
        shown = re.search(r"<!-- headlight plugins --markdown -->\n(.*?)<!-- end -->", self.text, re.S)
        self.assertIsNotNone(shown)
        self.assertEqual(shown.group(1), printed)

    def test_of_checkpoint_shows_the_table_of_architectures_that_the_program_prints(self):
        printed = subprocess.run([PROGRAM, "models", "--architectures", "--markdown"], check=True, capture_output=True, text=True).stdout
        text = (SOURCE / "core/checkpoint/README.md").read_text()
        shown = re.search(r"<!-- headlight models --architectures --markdown -->\n(.*?)<!-- end -->", text, re.S)
        self.assertIsNotNone(shown)
        self.assertEqual(shown.group(1), printed)

    def test_has_as_many_cells_in_every_row_of_a_table(self):
        for table in re.findall(r"(?:^\|.*\n)+", self.text, re.M):
            rows = table.splitlines()
            for row in rows:
                self.assertEqual(len(re.findall(r"(?<!\\)\|", row)), len(re.findall(r"(?<!\\)\|", rows[0])), row)

    def test_links_to_files_that_are_there(self):
        for link in re.findall(r"\]\(([^)]+)\)", self.text):
            if not link.startswith("http"):
                self.assertTrue((SOURCE / link).exists(), link)

    def test_begins_with_its_two_commands(self):
        for command in ("demo", "test"):
            self.assertIn(f"\n./{command} ", self.text)
            self.assertTrue((SOURCE / command).stat().st_mode & 0o111, command)


if __name__ == "__main__":
    unittest.main()
