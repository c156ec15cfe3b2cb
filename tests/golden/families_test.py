"""The statistics of all families in the models that ship equal those that transformers gives (families.json), head by head.

usage: families_test.py PROGRAM MODEL...     (standard library alone; a MODEL is a name such as mixture-tiny)

Scans every family on its first task and compares the means over prompts. families.json is written by make_families.py; where a task or a
tokenizer has changed since, its prompts are others, and it is to be written again.
"""

import hashlib
import json
import math
import sqlite3
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
MODELS = [HERE.parents[1] / "models" / name for name in ("mixture-tiny", "mixture-gpt2", "mixture-llama")]
TOLERANCE = 1e-4  # absolute up to 1, relative beyond
RANKS_TOLERANCE = 3  # places in the vocabulary, where near ties fall either way
N_PROMPTS, SEED = 8, 0


def first_tasks(program):
    """{family: its first task}"""
    plugins = json.loads(subprocess.run([program, "plugins", "--json"], check=True, capture_output=True, text=True).stdout)
    return {family["id"]: family["tasks"][0] for family in plugins["families"]}


def scan(program, folder, tasks, path):
    command = [program, "scan", folder, "--methods", "score", "--tasks", ",".join(sorted(set(tasks.values()))),
               "--prompts", str(N_PROMPTS), "--seed", str(SEED), "--db", path]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"the scan of {folder} ended with {done.returncode}:\n{done.stderr}")
    return path


def mean(values):
    measured = [v for v in values if not math.isnan(v)]
    return sum(measured) / len(measured) if measured else None


def found_in(catalogue, family, task):
    """{output: {(layer, head): mean over prompts}} and the hash of the prompts' tokens."""
    rows = catalogue.execute(
        """SELECT o.name, v.layer, v.head, v."values" FROM run r JOIN head_values v ON v.run = r.id
           JOIN output o ON o.run = r.id AND o."index" = v.output WHERE r.family = ? AND r.task = ? AND r.method = 'score'""", (family, task))
    found = {}
    for output, layer, head, blob in rows:
        found.setdefault(output, {})[layer, head] = mean(struct.unpack(f"<{len(blob) // 4}f", blob))
    ids = [row[0] for row in catalogue.execute(
        """SELECT p.token_ids FROM prompt p JOIN model_prompts mp ON mp.prompt_set = p.prompt_set JOIN run r ON r.task_hash = mp.task_hash
           AND r.model = mp.model WHERE r.family = ? AND r.task = ? AND r.method = 'score' ORDER BY p."index" """, (family, task))]
    return found, hashlib.sha256("\n".join(ids).encode()).hexdigest()


def distance(output, found, expected):
    if (found is None) != (expected is None):
        return math.inf
    if expected is None:
        return 0.0
    return abs(found - expected) / max(1.0, abs(expected)) if output != "rank" else max(0.0, abs(found - expected) - RANKS_TOLERANCE)


def compare(catalogue, golden):
    """What is wrong, in words, and the largest difference of each family."""
    problems, largest = [], {}
    for family, expected in golden["families"].items():
        found, prompts = found_in(catalogue, family, expected["task"])
        if prompts != golden["prompts"][expected["task"]]:
            problems.append(f"{family}: the prompts of {expected['task']} are others than those of families.json; write it again with make_families.py")
            continue
        largest[family] = 0.0
        for output, row in expected["outputs"].items():
            for place, number in enumerate(row):
                layer, head = divmod(place, golden["heads_a_layer"])
                ours = found.get(output, {}).get((layer, head))
                apart = distance(output, ours, number)
                largest[family] = max(largest[family], apart)
                if apart > TOLERANCE:
                    problems.append(f"{family} / {expected['task']} / {output} of L{layer}H{head}: {ours} where transformers gives {number}")
    return problems, largest


def main(program, names):
    golden = json.loads((HERE / "families.json").read_text())
    problems = []
    for name in names:
        tasks = first_tasks(program)
        missing = sorted(set(tasks) - set(golden["models"][name]["families"]))
        problems += [f"{family} is not in families.json; write it again with make_families.py" for family in missing]
        with tempfile.TemporaryDirectory() as place:
            catalogue = sqlite3.connect(scan(program, HERE.parents[1] / "models" / name, tasks, Path(place) / "a.db"))
            wrong, largest = compare(catalogue, golden["models"][name])
        problems += [f"{name}: {problem}" for problem in wrong]
        print(f"{name}: {len(largest)} families, largest difference {max(largest.values(), default=math.nan):.1e} ({max(largest, key=largest.get, default='none')})")
    for problem in problems[:40]:
        print(problem)
    if len(problems) > 40:
        print(f"and {len(problems) - 40} more")
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]).resolve(), sys.argv[2:]))
