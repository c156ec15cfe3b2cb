"""Holds all sources to the shape of the tree: who includes whom, how long files are, and what must not stand in them."""
import pathlib
import re
import statistics
import subprocess
import unittest

from includes import HEAVY, broken_rules, layer_of, users_of
from type_names import defined_twice, types_in

ROOT = pathlib.Path(__file__).resolve().parents[2]
CODE = (".cpp", ".hpp", ".h", ".c", ".inc", ".py", ".js", ".mjs", ".css", ".html", ".sql", ".cmake", "CMakeLists.txt")
CPP = (".cpp", ".hpp", ".h", ".c")
MOST_LINES = 450
# The layers that are linked into one program. (Plugins are libraries of their own, with hidden symbols.)
PROGRAM = ("core/base", "core/tensor", "core/checkpoint", "core/hub", "core/tokenizer", "core/tasks", "core/stats", "core/engine", "core/host", "storage",
           "web", "cli")
# Paths of one machine. (Written so that this file does not hold any.)
MACHINE_PATH = re.compile(r"(?<![\w.$}~-])/(?:work|root|home)/[\w.]")
# Text that people wrote; weights and vocabularies are not.
BINARY = (".safetensors", ".png", ".db", ".woff2", ".gz", ".npz")


def tracked_files():
    """What git tracks and the working tree still has; without git every file outside build folders."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        listed = [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if not re.search(r"(^|/)(build|node_modules|\.)", str(p.relative_to(ROOT)))]
    return [path for path in listed if path and (ROOT / path).is_file()]


def read(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


FILES = tracked_files()
SOURCES = {path: read(path) for path in FILES if path.endswith(CPP)}


class Arrows(unittest.TestCase):
    def test_every_include_follows_an_arrow_of_the_architecture(self):
        self.assertGreater(len(SOURCES), 100, "the sources were not found")
        self.assertEqual([], [wrong for path, text in SOURCES.items() for wrong in broken_rules(path, text)])

    def test_every_source_belongs_to_a_layer(self):
        self.assertEqual([], [path for path in SOURCES if layer_of(path) is None and not path.startswith("tests/")])

    def test_a_heavy_header_is_included_by_one_source_file(self):
        for header in HEAVY:
            users = [path for path in users_of(header, SOURCES) if not path.startswith("tests/")]
            with self.subTest(header):
                self.assertLessEqual(len(users), 1, users)
                self.assertTrue(all(path.endswith(".cpp") for path in users), f"{header} in a header: {users}")

    def test_the_heavy_headers_that_the_tree_cannot_do_without_are_found(self):
        for header in ["boost/json", "boost/dll", "boost/program_options"]:  # else the test above would look for the wrong names
            self.assertEqual(1, len(users_of(header, SOURCES)), header)


class Names(unittest.TestCase):
    def test_a_type_name_has_one_definition_in_the_program(self):
        sources = {path: text for path, text in SOURCES.items() if layer_of(path) in PROGRAM}
        self.assertGreater(len({name for text in sources.values() for name in types_in(text)}), 200, "the types were not found")
        self.assertEqual({}, defined_twice(sources), "rename one of them, or the linker mixes their members")

    def test_two_definitions_would_be_found(self):
        shell = "namespace headlight {\nstruct Frame {\n  int a;\n};\n}  // namespace headlight\n"
        own = "namespace headlight {\nnamespace {\nstruct Frame {\n};\n}  // namespace\nclass Other;\nstruct Frame::Part {\n};\nstruct Frame<T>::Part {\n};\n}  // namespace headlight\n"
        self.assertEqual({"headlight::Frame": ["a.hpp", "b.hpp"]}, defined_twice({"a.hpp": shell, "b.hpp": shell, "c.cpp": own}))


class TheRulesThemselves(unittest.TestCase):
    def refused(self, path, line):
        self.assertNotEqual([], broken_rules(path, line), f"{path} may have {line}")

    def accepted(self, path, line):
        self.assertEqual([], broken_rules(path, line))

    def test_lower_layers_cannot_see_higher_ones(self):
        self.refused("core/base/x.cpp", '#include "core/tensor/buffer.hpp"')
        self.refused("core/tensor/x.cpp", '#include "core/engine/forward.hpp"')
        self.refused("core/checkpoint/x.cpp", '#include "core/tokenizer/tokenizer.hpp"')
        self.refused("core/host/x.cpp", '#include "storage/catalogue.hpp"')
        self.refused("storage/x.cpp", '#include "core/host/scan.hpp"')
        self.refused("web/x.cpp", '#include "core/engine/forward.hpp"')
        self.refused("core/checkpoint/x.cpp", '#include "core/hub/pull.hpp"')
        self.refused("core/host/x.cpp", '#include "core/hub/pull.hpp"')

    def test_plugins_see_the_sdk_alone(self):
        self.refused("plugins/families/x/x.cpp", '#include "core/base/error.hpp"')
        self.refused("plugins/families/x/x.cpp", "#include <boost/math/special_functions.hpp>")
        self.refused("core/sdk/include/headlight/x.hpp", "#include <xtensor/xtensor.hpp>")
        self.refused("core/engine/x.cpp", "#include <headlight/plugin.h>")
        self.accepted("plugins/families/x/x.cpp", "#include <headlight/sdk.hpp>\n#include <xtensor/xtensor.hpp>\n#include <vector>")
        self.accepted("core/host/x.cpp", "#include <headlight/plugin.h>")

    def test_libraries_stay_in_their_folder(self):
        self.refused("cli/x.cpp", "#include <sqlite3.h>")
        self.refused("web/x.cpp", '#  include "sqlite3.h"')
        self.refused("cli/x.cpp", "#include <curl/curl.h>")
        self.refused("core/checkpoint/x.cpp", "#include <openssl/evp.h>")
        self.accepted("storage/x.cpp", '#include <sqlite3.h>\n#include "core/base/error.hpp"')

    def test_tests_are_free(self):
        self.accepted("tests/storage/x.cpp", "#include <sqlite3.h>")


class Files(unittest.TestCase):
    def test_every_header_has_pragma_once(self):
        self.assertEqual([], [path for path, text in SOURCES.items() if path.endswith(".hpp") and "#pragma once" not in text])

    def test_no_file_outgrows_its_one_thing(self):
        lines = {path: read(path).count("\n") for path in FILES if path.endswith(CODE)}
        sizes = sorted(lines.values())
        print(f"\n{len(sizes)} files of code: median {statistics.median(sizes):.0f} lines, 90 % under {sizes[len(sizes) * 9 // 10]}, longest {sizes[-1]}")
        self.assertEqual({}, {path: n for path, n in lines.items() if n > MOST_LINES}, f"over {MOST_LINES} lines: which second thing do they do?")

    def test_no_path_of_one_machine_stands_in_a_tracked_file(self):
        found = []
        for path in FILES:
            if path.endswith(BINARY) or path.endswith("tokenizer.json"):
                continue
            for number, line in enumerate(read(path).split("\n"), 1):
                if MACHINE_PATH.search(line):
                    found.append(f"{path}:{number}: {line.strip()[:120]}")
        self.assertEqual([], found)

    def test_machine_paths_would_be_found(self):
        self.assertTrue(MACHINE_PATH.search("see /" + "work/notes.md"))
        self.assertTrue(MACHINE_PATH.search('open("/' + 'home/me/x")'))
        self.assertFalse(MACHINE_PATH.search("docs/work/notes.md and $HOME/.local and ~/" + "work/x"))


if __name__ == "__main__":
    unittest.main()
