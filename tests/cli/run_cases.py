"""Runs the folders of tests/cases: a command, and what it is to print.

usage: run_cases.py [--update] [--list] [NAME...]

A case is a folder with
  command           a shell script; its exit code is the last command's
  setup             a shell script that runs before it, unseen (optional)
  expected_stdout, expected_stderr, expected_code
                    what it prints and how it exits; a missing file stands for nothing, and for 0
  masks             lines "regular expression => text", applied to what it prints (optional)
Each runs in an empty folder of its own that disappears. In the environment are MODELS (shipped models), CATALOGUE (a scan of
mixture-tiny, see program.py; for reading), TOOLS (this folder). Paths, times, durations and hashes are masked. Numbers with a
decimal point may differ from the expected ones by rounding. --update writes what is printed now as what is expected.
"""
import argparse
import concurrent.futures
import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from program import SCAN, SOURCE, Tree

CASES = SOURCE / "tests/cases"
MASKS = [
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "WHEN"),
    (r"\b(\d+ min \d\d s|\d+(\.\d+)? s)\b", "TIME"),
    (r"\b[0-9a-f]{32}\b", "HASH"),
    (r"(?<![\w.+-])[0-9a-f]{8}(?![\w.])", "########"),
]
DECIMAL = re.compile(r"-?\d+(?:\.\d+(?:e[-+]?\d+)?|e[-+]?\d+)")


def masked(text, case, tree, here):
    text = text.replace(str(here), "HERE").replace(str(tree.prefix), "PREFIX").replace(str(SOURCE), "SOURCE")
    masks = list(MASKS)
    if (case / "masks").exists():
        masks += [line.split(" => ") for line in (case / "masks").read_text().splitlines() if line]
    for pattern, replacement in masks:
        text = re.sub(pattern, replacement, text)
    return text


def is_close(a, b):
    a, b = float(a), float(b)
    return abs(a - b) <= max(0.002, 0.02 * abs(a))


def same_line(expected, found):
    if expected == found:
        return True
    numbers = DECIMAL.findall(expected), DECIMAL.findall(found)
    if not numbers[0] or len(numbers[0]) != len(numbers[1]):
        return False
    words = [re.sub(" +", " ", DECIMAL.sub("NUMBER", line)) for line in (expected, found)]
    return words[0] == words[1] and all(is_close(a, b) for a, b in zip(*numbers))


def same(expected, found):
    a, b = expected.split("\n"), found.split("\n")
    return len(a) == len(b) and all(map(same_line, a, b))


def run_case(case, tree, catalogue):
    """The three texts that the case prints, masked."""
    with tempfile.TemporaryDirectory() as name:
        here = pathlib.Path(name).resolve()
        environment = tree.environment(here, CATALOGUE=str(catalogue), TOOLS=str(SOURCE / "tests/cli"))
        if (case / "setup").exists():
            done = subprocess.run(["bash", "-eu", case / "setup"], cwd=here, env=environment, capture_output=True, text=True, timeout=240)
            if done.returncode != 0:
                return {"setup": f"exits with {done.returncode}: {done.stderr}"}
        done = subprocess.run(["bash", case / "command"], cwd=here, env=environment, capture_output=True, text=True, timeout=240, stdin=subprocess.DEVNULL)
        out, err = (masked(text, case, tree, here).replace(str(catalogue), "CATALOGUE") for text in (done.stdout, done.stderr))
        return {"expected_stdout": out, "expected_stderr": err, "expected_code": f"{done.returncode}\n"}


def expected(case, name):
    path = case / name
    return path.read_text() if path.exists() else {"expected_code": "0\n"}.get(name, "")


def update(case, found):
    for name, text in found.items():
        if same(expected(case, name), text):
            continue  # keep the numbers as they are
        (case / name).unlink(missing_ok=True)
        if text != {"expected_code": "0\n"}.get(name, ""):
            (case / name).write_text(text)


def differences(case, found):
    if "setup" in found:
        return [f"its setup {found['setup']}"]
    lines = []
    for name, text in found.items():
        wanted = expected(case, name)
        if not same(wanted, text):
            lines += list(difflib.unified_diff(wanted.splitlines(), text.splitlines(), f"{case.name}/{name}", "found", lineterm="", n=1))
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    names = arguments.names or sorted(path.name for path in CASES.iterdir() if path.is_dir())
    if arguments.list:
        return print("\n".join(names))

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        tree = Tree(folder / "prefix")
        catalogue = folder / "catalogue.db"
        tree.run(*SCAN, "--db", catalogue, folder=folder, check=True)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(lambda name: run_case(CASES / name, tree, catalogue), names))
    n_wrong = 0
    for name, found in zip(names, results):
        if arguments.update and "setup" not in found:
            update(CASES / name, found)
        elif wrong := differences(CASES / name, found):
            n_wrong += 1
            print(f"FAILED {name}: {(CASES / name / 'command').read_text().strip()}", *wrong, "", sep="\n")
    print(f"{len(names)} cases, {n_wrong} failed" + ("; run_cases.py --update NAME accepts what is printed now" if n_wrong else ""))
    return 1 if n_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
