"""What scripts rely on: commands, flags, JSON fields and exit codes may gain members but never lose one."""
import csv
import io
import json
import pathlib
import re
import tempfile
import unittest

from program import SCAN, Tree

FLAGS = {
    "scan": "families methods tasks prompts seed threads memory db dry-run",
    "heads": "model family method task verdict min-score sort limit json csv db",
    "show": "json db",
    "models": "json db",
    "plugins": "json",
    "runs": "json db",
    "doctor": "check",
    "serve": "port open",
    "pull": "gguf include retries",
    "forward": "tokens text capture edit dtype out",
    "tokenize": "no-special-tokens",
    "detokenize": "skip-special-tokens",
}
HEADS = ["model", "head", "layer", "index", "family", "method", "task", "score", "ci_low", "ci_high", "null_mean", "q", "n", "threshold",
         "verdict", "run"]
VERDICTS = {"confirmed", "correlational", "causal", "absent", "not measurable"}


class Promise(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.here = pathlib.Path(cls.folder.name).resolve()
        cls.tree = Tree(cls.here / "prefix")
        cls.db = cls.here / "heads.db"
        cls.tree.run(*SCAN, "--db", cls.db, folder=cls.here, check=True)

    def run_program(self, *words, **options):
        return self.tree.run(*words, folder=self.here, **options)

    def json_of(self, *words):
        return json.loads(self.run_program(*words, "--db", self.db, "--json", check=True).stdout)

    def test_every_command_has_the_flags_of_its_help(self):
        known = re.findall(r"^  (\w+) ", self.run_program("--help").stdout, re.MULTILINE)
        for command, flags in FLAGS.items():
            with self.subTest(command):
                if command == "serve" and command not in known:
                    self.skipTest("this build has no pages to serve")
                self.assertIn(command, known)
                offered = re.findall(r"^  --([\w-]+)", self.run_program(command, "--help", check=True).stdout, re.MULTILINE)
                self.assertEqual(set(), set(flags.split()) - set(offered))

    def test_a_flag_of_the_help_is_a_flag_that_is_understood(self):
        for command, flags in FLAGS.items():
            for flag in flags.split():
                with self.subTest(command=command, flag=flag):
                    self.assertNotIn("has no option", self.run_program(command, f"--{flag}").stderr)

    def test_heads_json_has_exactly_the_promised_fields_in_their_order(self):
        rows = self.json_of("heads")
        self.assertEqual(2 * 2 * 16, len(rows))  # families, methods, heads
        for row in rows:
            self.assertEqual(HEADS, list(row))

    def test_heads_csv_has_the_same_columns_and_rows_as_json(self):
        rows = list(csv.DictReader(io.StringIO(self.run_program("heads", "--db", self.db, "--csv", check=True).stdout)))
        self.assertEqual(HEADS, list(rows[0]))
        self.assertEqual([row["run"] for row in self.json_of("heads")], [row["run"] for row in rows])

    def test_a_row_of_heads_means_what_its_fields_say(self):
        for row in self.json_of("heads"):
            self.assertEqual(f"L{row['layer']}H{row['index']}", row["head"])
            self.assertIn(row["verdict"], VERDICTS)
            self.assertRegex(row["run"], "^[0-9a-f]{32}$")
            self.assertEqual(8, row["n"])  # the reported half of 16 prompts
            self.assertLessEqual(row["ci_low"], row["score"] + 1e-12)
            self.assertGreaterEqual(row["ci_high"], row["score"] - 1e-12)
            self.assertTrue(0 <= row["q"] <= 1, row)

    def test_the_trained_heads_are_confirmed_and_are_the_only_ones(self):
        confirmed = {(row["family"], row["head"]) for row in self.json_of("heads", "--verdict", "confirmed")}
        self.assertEqual({("induction", "L2H0"), ("previous-token", "L1H1")}, confirmed)

    def test_filters_keep_the_rows_that_pass_and_no_others(self):
        rows = self.json_of("heads")
        for flags, passes in [
                (["--family", "induction"], lambda r: r["family"] == "induction"),
                (["--method", "score"], lambda r: r["method"] == "score"),
                (["--task", "repeated-random"], lambda r: True),
                (["--task", "ioi"], lambda r: False),
                (["--model", "mixture-tiny"], lambda r: True),
                (["--min-score", "0.5"], lambda r: r["score"] is not None and r["score"] >= 0.5),
                (["--verdict", "absent", "--method", "score"], lambda r: r["verdict"] == "absent" and r["method"] == "score")]:
            with self.subTest(flags):
                found = self.json_of("heads", *flags)
                key = lambda r: (r["family"], r["method"], r["head"])
                self.assertEqual(sorted(map(key, filter(passes, rows))), sorted(map(key, found)))

    def test_heads_can_be_sorted_by_every_column_that_is_offered(self):
        offered = re.search(r"Use one of (.*), if need be", self.run_program("heads", "--db", self.db, "--sort", "?").stderr)[1].split(", ")
        self.assertLessEqual({"score", "q", "model", "head", "layer", "family", "verdict"}, set(offered))
        for field in offered:
            for direction, reverse in [("asc", False), ("desc", True)]:
                with self.subTest(field=field, direction=direction):
                    values = [row[field] for row in self.json_of("heads", "--sort", f"{field}:{direction}")]
                    if field in ("head", "verdict"):
                        continue  # their own order: L2H1 before L10H0, confirmed before absent
                    self.assertEqual(sorted(values, reverse=reverse), values)

    def test_the_best_come_first_and_limit_cuts(self):
        scores = [row["score"] for row in self.json_of("heads", "--limit", "7")]
        self.assertEqual(7, len(scores))
        self.assertEqual(sorted(scores, reverse=True), scores)

    def test_tokenize_and_detokenize_invert_each_other(self):
        texts = ["Hello, world!", " two  spaces\n", "naïve 東京 🙂", ""]
        lines = self.run_program("tokenize", "mixture-tiny", check=True, input="".join(json.dumps({"text": t}) + "\n" for t in texts)).stdout
        answers = [json.loads(line) for line in lines.splitlines()]
        for text, answer in zip(texts, answers, strict=True):
            self.assertEqual(["ids", "tokens", "offsets"], list(answer))
            self.assertEqual(len(answer["ids"]), len(answer["offsets"]))
            self.assertTrue(all(0 <= a <= b <= len(text) for a, b in answer["offsets"]))  # code points
        ids = "".join(json.dumps({"ids": answer["ids"]}) + "\n" for answer in answers)
        back = self.run_program("detokenize", "mixture-tiny", check=True, input=ids).stdout
        self.assertEqual(texts, [json.loads(line)["text"] for line in back.splitlines()])

    def test_doctor_is_content_with_what_ships(self):
        self.assertEqual(0, self.run_program("doctor", "mixture-tiny", "--check").returncode)


if __name__ == "__main__":
    unittest.main()
