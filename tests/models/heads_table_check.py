"""The table of found heads in models/README.md is what a scan finds: the column of mixture-tiny, whose scan takes seconds.

Numbers may differ by the rounding of another processor; heads that are named must be the same where they lie clear of a threshold.
    heads_table_check.py --program build/release/cli/headlight
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
MODEL = "mixture-tiny"
HEAD = re.compile(r"(\*\*)?(L\d+H\d+) (-?\d+\.\d+) \[([-\d.]+), ([-\d.]+)\]")
TOLERANCE = 0.02  # of a statistic or an end of its interval, in its unit


def rows_of(table):
    """{family: the cell of MODEL}"""
    lines = [[cell.strip() for cell in line.strip("| \n").split(" | ")] for line in table.strip().splitlines()]
    column = lines[0].index(MODEL)
    return {line[0]: line[column] for line in lines[2:]}


def differences(shown, found):
    if shown == found:
        return
    heads = HEAD.findall(shown), HEAD.findall(found)
    words = HEAD.sub("HEAD", shown), HEAD.sub("HEAD", found)
    if words[0] != words[1] or sorted(h[:2] for h in heads[0]) != sorted(h[:2] for h in heads[1]):
        yield f"shows {shown!r}, found {found!r}"
        return
    for a, b in zip(sorted(heads[0]), sorted(heads[1])):
        for x, y in zip(a[2:], b[2:]):
            if x != y and ("-" in (x, y) or abs(float(x) - float(y)) > TOLERANCE):
                yield f"{a[1]}: shows {x}, found {y}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True, type=pathlib.Path)
    program = parser.parse_args().program
    text = (SOURCE / "models/README.md").read_text()
    shown = re.search(r"<!-- headlight heads --markdown -->\n(.*?)<!-- end -->", text, re.S)
    assert shown, "models/README.md has no table of headlight heads --markdown"
    with tempfile.TemporaryDirectory() as folder:
        catalogue = f"{folder}/a.db"
        subprocess.run([program, "scan", SOURCE / "models" / MODEL, "--db", catalogue], check=True, stdout=subprocess.DEVNULL)
        printed = subprocess.run([program, "heads", "--markdown", "--db", catalogue], check=True, capture_output=True, text=True).stdout
    shown, found = rows_of(shown[1]), rows_of(printed)
    problems = [f"{family}: only {'shown' if family in shown else 'found'}" for family in sorted(set(shown) ^ set(found))]
    for family in sorted(set(shown) & set(found)):
        problems += [f"{family}: {problem}" for problem in differences(shown[family], found[family])]
    print("\n".join(problems) or f"{len(found)} families of {MODEL} are as models/README.md shows them")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
