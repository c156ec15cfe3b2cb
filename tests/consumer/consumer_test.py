"""Installs the built tree, moves it, and uses it as someone who has nothing else: finds the package from another project, builds
plugins with it, drops them into a folder and scans.

HEADLIGHT_BUILD names the build folder.
"""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import tutorial

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("HEADLIGHT_BUILD", HERE.parents[1] / "build/release")).resolve()
CMAKE = os.environ.get("HEADLIGHT_CMAKE", "cmake")


def run(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=240, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, words))}\nexits with {done.returncode}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done


class Consumer(unittest.TestCase):
    """Python runs the tests of a class in the order of their names; what takes long is done once, before them."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name).resolve()
        run(CMAKE, "--install", BUILD, "--prefix", cls.folder / "installed")
        cls.prefix = (cls.folder / "installed").rename(cls.folder / "moved")
        cls.plugins = cls.folder / "my plugins"
        cls.plugins.mkdir()
        cls.environment = {"PATH": os.environ["PATH"], "HOME": str(cls.folder), "LC_ALL": "C.UTF-8", "HEADLIGHT_PLUGIN_PATH": str(cls.plugins)}
        tutorial.write_to(cls.folder / "tutorial")
        cls.build_project(HERE / "project", "project", f"-DTUTORIAL={cls.folder / 'tutorial'}")
        for library in (cls.folder / "project").rglob("*.so"):
            library.rename(cls.plugins / library.name)
        cls.headlight("scan", "mixture-tiny", "--families", "second-token,last-token-1-0,induction", "--tasks", "repeated-random", "--prompts", "8", "--db", "heads.db")

    @classmethod
    def build_project(cls, source, name, *flags):
        # The compiler's flags of the build that is tested are not the user's.
        run(CMAKE, "-S", source, "-B", cls.folder / name, "-DCMAKE_BUILD_TYPE=Release", f"-DCMAKE_PREFIX_PATH={cls.prefix}", *flags, env=cls.environment)
        run(CMAKE, "--build", cls.folder / name, env=cls.environment)

    @classmethod
    def headlight(cls, *words):
        return run(cls.prefix / "bin/headlight", *words, cwd=cls.folder, env=cls.environment)

    def test_the_installed_tree_holds_what_a_user_needs_and_nothing_else(self):
        files = {str(path.relative_to(self.prefix)) for path in self.prefix.rglob("*") if path.is_file()}
        library = next(path.split("/")[0] for path in files if path.endswith("headlightConfig.cmake"))
        allowed = re.compile(rf"bin/headlight$|include/headlight/(plugin\.h|sdk\.hpp|sdk/[a-z_]+\.hpp)$|{library}/(\S+/)?cmake/headlight/\w[\w-]*\.(cmake|map)$|"
                             rf"{library}/(\S+/)?headlight/plugins/[a-z0-9-]+\.so$|share/headlight/(tasks/[a-z0-9-]+\.json|models/.*)$")
        self.assertEqual(set(), {path for path in files if not allowed.match(path)})
        for needed in ("bin/headlight", "include/headlight/sdk.hpp", "share/headlight/tasks/ioi.json", "share/headlight/models/mixture-tiny/config.json"):
            self.assertIn(needed, files)

    def test_the_package_names_no_folder_of_this_machine(self):
        for path in self.prefix.rglob("cmake/headlight/*"):
            text = path.read_text()
            for folder in (str(BUILD), str(HERE.parents[1]), str(self.folder)):
                self.assertNotIn(folder, text, path)

    def test_a_version_that_does_not_fit_is_refused(self):
        (self.folder / "future").mkdir()
        (self.folder / "future/CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.25)\nproject(x NONE)\nfind_package(headlight 99 REQUIRED)\n")
        with self.assertRaisesRegex(AssertionError, 'compatible with requested version "99"'):
            self.build_project(self.folder / "future", "future-build")

    def test_a_plugin_exports_one_symbol(self):
        for plugin in ("second-token", "weakening", "last-token-1-0"):
            symbols = run("nm", "--dynamic", "--defined-only", self.plugins / f"{plugin}.so").stdout.split()[2::3]
            self.assertEqual(["headlight_plugin_v1"], symbols)

    def test_a_dropped_plugin_is_listed_beside_those_that_ship(self):
        listed = json.loads(self.headlight("plugins", "--json").stdout)
        paths = {family["id"]: family["path"] for family in listed["families"]}
        self.assertEqual([], listed["problems"])
        self.assertEqual(str(self.plugins / "second-token.so"), paths["second-token"])
        self.assertTrue(paths["induction"].startswith(str(self.prefix)), paths)

    def heads(self, *flags):
        return json.loads(self.headlight("heads", "--db", "heads.db", "--json", *flags).stdout)

    def test_a_scan_of_an_installed_model_runs_it(self):
        rows = self.heads("--family", "second-token", "--method", "score")
        self.assertEqual(16, len(rows))
        for row in rows:
            self.assertEqual(("mixture-tiny", "repeated-random", 0.5, 4), (row["model"], row["task"], row["threshold"], row["n"]))
            self.assertTrue(0 <= row["score"] <= 1 and row["null_mean"] > 0, row)

    def test_every_method_serves_it(self):
        methods = {method["id"] for method in json.loads(self.headlight("plugins", "--json").stdout)["methods"]}
        self.assertIn("weakening", methods)
        self.assertEqual(methods, {row["method"] for row in self.heads("--family", "second-token")})

    def test_the_method_of_the_tutorial_finds_what_the_loss_of_an_induction_head_costs(self):
        effects = {row["head"]: row["score"] for row in self.heads("--family", "induction", "--method", "weakening")}
        self.assertEqual("L2H0", min(effects, key=effects.get))
        self.assertLess(effects["L2H0"], -0.1)

    def test_the_folder_of_the_tutorial_builds_by_itself(self):
        self.build_project(self.folder / "tutorial", "by-itself")
        self.assertTrue((self.folder / "by-itself/second-token.so").exists())

    def test_a_build_that_is_not_installed_serves_as_the_package(self):
        run(CMAKE, "-S", self.folder / "tutorial", "-B", self.folder / "from-build", f"-Dheadlight_DIR={BUILD}", env=self.environment)
        run(CMAKE, "--build", self.folder / "from-build", env=self.environment)
        self.assertTrue((self.folder / "from-build/second-token.so").exists())

    def test_a_plugin_of_boundary_1_0_still_runs(self):
        rows = self.heads("--family", "last-token-1-0", "--method", "score")
        self.assertEqual(16, len(rows))
        self.assertTrue(all(0 <= row["score"] <= 1 and row["threshold"] is None for row in rows))
        self.assertGreater(max(row["score"] for row in rows), 0.01)

    def test_what_ships_finds_the_same_heads_after_the_move(self):
        confirmed = {row["head"] for row in self.heads("--family", "induction", "--verdict", "confirmed")}
        self.assertEqual({"L2H0"}, confirmed)


if __name__ == "__main__":
    unittest.main()
