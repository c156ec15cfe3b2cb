"""`headlight plugin check` finds every rule that is broken, and those that ship break none; `headlight plugin new` writes what builds."""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from program import PROGRAM, Tree

BUILD = PROGRAM.parent.parent
CMAKE = os.environ.get("HEADLIGHT_CMAKE", "cmake")
RULES = ["symbols", "manifest", "tasks", "run", "values", "repeatable", "captures", "short-prompts", "cancel"]

# The plugins of tests/broken_plugins and the one rule that each breaks, with what is said of it.
BROKEN = {
    "exports-more": ("symbols", "also exports one_more_symbol"),
    "no-references": ("manifest", "no reference"),
    "version": ("manifest", "no semantic version"),
    "load-crash": ("manifest", "while it was loaded"),
    "names-a-task-that-is-not-there": ("tasks", "not here: a-task-of-nobody"),
    "throws-in-open": ("run", "no table for this model"),
    "throws-in-observe": ("run", "the pattern is of the wrong colour"),
    "crashes": ("run", "its process "),
    "aborts": ("run", "its process "),
    "exits": ("run", "exited with code 0 before it was done"),
    "hangs": ("run", "gave no sign of life for 3 s"),
    "loops-on-progress": ("run", "was not done after 9 s"),
    "edits-foreign-layer": ("run", "the model has heads 0 to 3"),
    "emits-undeclared-output": ("run", "emits output 3 but declares 1"),
    "emits-nan": ("values", "NaN"),
    "emits-out-of-range": ("values", "1.5, outside its declared range 0 to 1"),
    "gives-nothing": ("values", "no number at all"),
    "is-never-the-same": ("repeatable", "when the same run is done again"),
    "writes-into-captures": ("captures", "read-only"),
    "reads-beyond-captures": ("captures", "reads beyond"),
    "reads-before-captures": ("captures", "reads beyond"),
    "divides-by-the-other-tokens": ("short-prompts", "on a prompt of 1 token: "),
    "goes-on-when-cancelled": ("cancel", "goes on for"),
}


class PluginTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.here = pathlib.Path(folder.name).resolve()
        self.tree = Tree(self.here / "prefix")

    def check(self, library, *flags, program=None):
        """(rule -> (word, finding), exit code)"""
        words = [program or self.tree.program, "plugin", "check", library, *flags]
        done = subprocess.run(words, cwd=self.here, env=self.tree.environment(self.here), capture_output=True, text=True, timeout=240)
        lines = [re.match(r"(kept|BROKEN|-) +(\S+) +(.*)", line) for line in done.stdout.splitlines()[:-1]]
        self.assertTrue(all(lines), done.stdout + done.stderr)
        return {match[2]: (match[1], match[3]) for match in lines}, done.returncode


class Check(PluginTest):
    def test_every_plugin_that_ships_keeps_every_rule(self):
        libraries = sorted((BUILD / "plugins").glob("*.so"))
        self.assertGreaterEqual(len(libraries), 7)
        # With the program where it was built: these plugins are for all tasks that ship.
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for library, (rules, code) in zip(libraries, pool.map(lambda library: self.check(library, program=PROGRAM), libraries)):
                with self.subTest(library.stem):
                    self.assertEqual(RULES, list(rules))
                    self.assertEqual({}, {rule: finding for rule, (word, finding) in rules.items() if word == "BROKEN"})
                    self.assertEqual(0, code)

    def test_each_broken_rule_is_found_and_no_other_is_blamed(self):
        def check(name):
            return self.check(BUILD / f"broken_plugins/{name}.so", "--timeout", "3" if name in ("hangs", "loops-on-progress") else "20")

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            results = dict(zip(BROKEN, pool.map(check, BROKEN)))
        for name, (rule, words) in BROKEN.items():
            rules, code = results[name]
            with self.subTest(name):
                self.assertEqual(1, code)
                self.assertEqual([rule], [found for found, (word, _) in rules.items() if word == "BROKEN"], rules)
                self.assertIn(words, rules[rule][1])

    def test_a_file_that_is_no_library_is_said_to_be_none(self):
        for content in (b"", b"not a library at all, only a text of some length", (BUILD / "plugins/score.so").read_bytes()[:5000]):
            (self.here / "x.so").write_bytes(content)
            rules, code = self.check("x.so")
            self.assertEqual(("BROKEN", "BROKEN", 1), (rules["symbols"][0], rules["manifest"][0], code))

    def test_a_method_is_not_asked_what_only_families_know(self):
        rules, _ = self.check(BUILD / "plugins/zero-ablation.so")
        self.assertEqual(["tasks", "captures", "short-prompts"], [rule for rule, (word, _) in rules.items() if word == "-"])

    def test_without_a_method_that_measures_a_family_cannot_be_run_but_is_read(self):
        (self.tree.prefix / "lib/headlight/plugins/score.so").unlink()
        rules, code = self.check(BUILD / "plugins/induction.so")
        self.assertEqual(("kept", "-", 0), (rules["manifest"][0], rules["run"][0], code))


class New(PluginTest):
    def build(self, *flags):
        said = self.tree.run("plugin", "new", "my-heads", *flags, folder=self.here, check=True).stdout
        for words in (["-S", "my-heads", "-B", "my-heads/build", f"-Dheadlight_DIR={BUILD}"], ["--build", "my-heads/build"]):
            done = subprocess.run([CMAKE, *words], cwd=self.here, capture_output=True, text=True, timeout=240)
            self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertNotIn("@", (self.here / "my-heads/my-heads.cpp").read_text())
        self.assertNotIn("@", (self.here / "my-heads/README.md").read_text())
        self.assertIn("headlight plugin check my-heads/build/my-heads.so", said)
        rules, code = self.check("my-heads/build/my-heads.so")
        self.assertEqual(0, code, rules)

    def heads(self, *flags):
        environment = self.tree.environment(self.here, HEADLIGHT_PLUGIN_PATH="my-heads/build")
        subprocess.run([self.tree.program, "scan", "mixture-tiny", *flags, "--tasks", "repeated-random", "--prompts", "8", "--db", "a.db"], cwd=self.here,
                       env=environment, check=True, capture_output=True, timeout=240)
        return json.loads(self.tree.run("heads", "--db", "a.db", "--json", folder=self.here, check=True).stdout)

    def test_a_family_builds_keeps_the_rules_and_is_found_by_a_scan(self):
        self.build()
        rows = self.heads("--families", "my-heads", "--methods", "score")
        self.assertEqual(16, len(rows))
        self.assertEqual({"my-heads"}, {row["family"] for row in rows})

    def test_a_method_builds_keeps_the_rules_and_drives_every_family(self):
        self.build("--method")
        rows = self.heads("--families", "induction,previous-token", "--methods", "my-heads")
        self.assertEqual({("induction", "my-heads"), ("previous-token", "my-heads")}, {(row["family"], row["method"]) for row in rows})
        self.assertEqual("L2H0", min((row["score"], row["head"]) for row in rows)[1])  # the induction head helps most

    def test_a_name_that_is_no_id_is_refused_and_nothing_is_written(self):
        before = sorted(self.here.iterdir())
        for name in ("My-Heads", "my heads", "-x", "x-", "a--b", "../x", "7up", "x.so", ""):
            done = self.tree.run("plugin", "new", "--", name, folder=self.here)
            self.assertEqual(1, done.returncode, name)
            self.assertIn("is no name of a plugin", done.stderr)
        self.assertEqual(before, sorted(self.here.iterdir()))


if __name__ == "__main__":
    unittest.main()
