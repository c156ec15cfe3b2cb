#!/usr/bin/env python3
"""A scan that is killed at any moment and started again ends in the catalogue of an undisturbed one, bit for bit.

Each moment is another disturbance of another scan: the program is killed, its worker is killed, the program is killed while its
worker hangs, or it is interrupted as by Ctrl-C; sometimes the scan that takes it up is disturbed too. Afterwards
  - no worker has outlived its parent,
  - the next scans end with exit code 0 and the catalogue holds what the undisturbed one holds, times and row ids aside,
  - no number that was committed before has been computed again: a trigger in the catalogue writes down every insertion.
"""
import argparse
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

# What a catalogue says, without times and row ids. Everything is compared exactly, blobs included.
PROJECTIONS = {
    "model": """SELECT fingerprint, name, path, architecture, tokenizer_hash, dtype, n_layers, n_heads, n_kv_heads, d_model, d_head,
        vocab_size, n_ctx, n_parameters FROM model""",
    "plugin": "SELECT kind, id, version, build_id, manifest FROM plugin",
    "task": "SELECT content_hash, id, title, summary, definition FROM task",
    "prompt": 'SELECT content_hash, "index", reported, tokens, token_ids, roles, answer FROM prompt JOIN prompt_set ON id = prompt_set',
    "model_prompts": """SELECT fingerprint, task_hash, seed, n_prompts, content_hash, n_tried, notes FROM model_prompts
        JOIN model ON model.id = model JOIN prompt_set ON prompt_set.id = prompt_set""",
    "run": """SELECT hash, fingerprint, tokenizer, family, family_version, family_build, method, method_version, method_build, task,
        task_hash, parameters, seed, run.n_prompts, engine_version, status, error_code, error_message, measurable, why_not, metric,
        metric_unit, clean_metric, accuracy, accuracy_error, chance FROM run JOIN model ON model.id = model""",
    "outcome": "SELECT hash, prompt, outcome.metric, outcome.accuracy FROM outcome JOIN run ON id = run",
    "output": 'SELECT hash, "index", name, unit, doc, threshold, threshold_source FROM output JOIN run ON id = run',
    "cell": "SELECT hash, part, output, layer, head, replicate, prompt, value FROM cell JOIN run ON id = run",
    "head_result": """SELECT hash, output, layer, head, n, score, ci_low, ci_high, null_mean, p, q, selection_score, present
        FROM head_result JOIN run ON id = run""",
    "head_values": 'SELECT hash, output, layer, head, "values", null_values FROM head_values JOIN run ON id = run',
    "detector": """SELECT fingerprint, detector.family, detector.method, detector.task, hash, measures_family
        FROM detector JOIN model ON model.id = detector.model JOIN run ON run.id = run""",
    "detector_head": """SELECT fingerprint, family, method, task, layer, head, verdict, score
        FROM detector_head JOIN detector ON detector.id = detector JOIN model ON model.id = model""",
    "detector_summary": """SELECT fingerprint, family, method, task, verdict, detector_summary.n_heads, n_scored, min_score, max_score
        FROM detector_summary JOIN detector ON detector.id = detector JOIN model ON model.id = model""",
    "activation": """SELECT fingerprint, task_hash, seed, n_prompts, prompt, layer, site, shape, encoding, content
        FROM activation JOIN activation_set ON activation_set.id = activation_set JOIN model ON model.id = model""",
}

AUDIT = """
CREATE TABLE test_inserted (run INTEGER, part INTEGER, output INTEGER, layer INTEGER, head INTEGER, replicate INTEGER, prompt INTEGER);
CREATE TRIGGER test_insertion BEFORE INSERT ON cell BEGIN
  INSERT INTO test_inserted VALUES (NEW.run, NEW.part, NEW.output, NEW.layer, NEW.head, NEW.replicate, NEW.prompt);
END;
"""

TIME_TO_DIE = 3.0  # seconds that an orphan may take
DISTURBANCES = ("kill the program", "kill its worker", "interrupt it", "kill it while its worker hangs")

FAMILIES = "attention-sink,duplicate-token,induction,positional,previous-token"  # of several tasks and of one


class Failure(Exception):
    pass


def content(path):
    """{table: sorted rows}; raises Failure when SQLite finds the file damaged."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        for pragma in ("integrity_check", "foreign_key_check"):
            rows = connection.execute(f"PRAGMA {pragma}").fetchall()
            if rows not in ([], [("ok",)]):
                raise Failure(f"PRAGMA {pragma} says {rows[:5]}")
        key = lambda row: tuple((value is not None, str(type(value)), value) for value in row)
        return {table: sorted(connection.execute(sql).fetchall(), key=key) for table, sql in PROJECTIONS.items()}
    finally:
        connection.close()


def compare(found, expected):
    for table in PROJECTIONS:
        if found[table] == expected[table]:
            continue
        missing = [row for row in expected[table] if row not in found[table]]
        extra = [row for row in found[table] if row not in expected[table]]
        raise Failure(f"table {table}: {len(found[table])} rows where the undisturbed scan has {len(expected[table])};\n"
                      f"  missing {len(missing)}, first: {str(missing[:1])[:600]}\n  besides {len(extra)}, first: {str(extra[:1])[:600]}")


def state_of(pid):
    """The letter of /proc/PID/stat; None when the process is gone."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return None


def workers_of(pid):
    try:
        return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def send(pid, what):
    try:
        os.kill(pid, what)
    except ProcessLookupError:
        pass


class Scan:
    def __init__(self, program, catalogue, prompts, home):
        self.words = [program, "scan", "mixture-tiny", "--families", FAMILIES, "--prompts", str(prompts), "--threads", "2", "--db", str(catalogue)]
        self.environment = {"PATH": "/usr/bin:/bin", "XDG_DATA_HOME": str(home)}

    def start(self):
        return subprocess.Popen(self.words, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                start_new_session=True)

    def finish(self, allowed=(0,)):
        process = self.start()
        _, said = process.communicate(timeout=300)
        if process.returncode not in allowed:
            raise Failure(f"the scan ended with exit code {process.returncode}, expected one of {allowed}:\n{said}")
        return process.returncode


def wake_and_see_them_end(workers, how):
    deadline = time.monotonic() + TIME_TO_DIE
    while living := {worker: state for worker in workers if (state := state_of(worker)) not in (None, "Z", "X")}:
        if time.monotonic() > deadline:
            raise Failure(f"after \"{how}\" workers live on, in the states {living}")
        for worker, state in living.items():  # one that was stopped before its first step bound it to the program finds out when it goes on
            if state == "T":
                send(worker, signal.SIGCONT)
        time.sleep(0.01)


def disturb(scan, how, seconds):
    """Starts the scan and disturbs it after some time. Returns whether it was still running."""
    process = scan.start()
    time.sleep(seconds)
    workers = workers_of(process.pid)
    running = process.poll() is None
    if how == "kill its worker":
        for worker in workers:
            send(worker, signal.SIGKILL)
        expected = (0, 2, 3)  # 3: it was reading the plugins
    elif how == "interrupt it":
        if running:
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the worker hears it too
        expected = (130,) if running else (0,)
    else:
        if how == "kill it while its worker hangs":
            for worker in workers:
                send(worker, signal.SIGSTOP)
        process.kill()
        expected = (-signal.SIGKILL,) if running else (0,)
    process.wait(timeout=300)
    wake_and_see_them_end(workers, how)
    _, said = process.communicate(timeout=300)  # not before: a worker that was stopped as it began holds the other end
    # Whoever is interrupted before he listens, or just as he ends, goes by the signal or by his own end.
    if process.returncode not in expected + (0, -signal.SIGINT if how == "interrupt it" else 0):
        raise Failure(f"after \"{how}\" the program ended with {process.returncode}, expected one of {expected}:\n{said}")
    return running


def state_after(path):
    """(runs done, runs, committed cells) of a disturbed catalogue."""
    connection = sqlite3.connect(path)
    try:
        return tuple(connection.execute(sql).fetchone()[0] for sql in
                     ("SELECT count(*) FROM run WHERE status = 'done'", "SELECT count(*) FROM run", "SELECT count(*) FROM cell"))
    finally:
        connection.close()


def check_nothing_was_repeated(path):
    connection = sqlite3.connect(path)
    try:
        columns = "run, part, output, layer, head, replicate, prompt"
        row = connection.execute(f"SELECT {columns}, count(*) FROM test_inserted GROUP BY {columns} HAVING count(*) > 1").fetchone()
        if row:
            raise Failure(f"a committed cell was computed again: ({columns}) = {row[:-1]}, {row[-1]} times")
    finally:
        connection.close()


def make_base(folder, scan_of):
    """A catalogue that writes down what is inserted; it holds another scan already."""
    base = folder / "base.db"
    scan = scan_of(base)
    scan.words[scan.words.index(FAMILIES)] = "previous-token"
    scan.words += ["--methods", "score", "--tasks", "stories", "--seed", "1"]
    scan.finish()
    connection = sqlite3.connect(base)
    connection.executescript(AUDIT)
    connection.close()
    return base


def run_moments(options, folder):
    scan_of = lambda catalogue: Scan(options.program, catalogue, options.prompts, folder / "home")
    base = make_base(folder, scan_of)

    undisturbed = folder / "undisturbed.db"
    shutil.copy(base, undisturbed)
    started = time.monotonic()
    scan_of(undisturbed).finish()
    duration = time.monotonic() - started
    expected = content(undisturbed)
    check_nothing_was_repeated(undisturbed)
    print(f"undisturbed: {duration:.2f} s, {len(expected['run'])} runs, {len(expected['head_values'])} vectors")

    chance = random.Random(options.seed)
    in_the_middle = 0
    for moment in range(options.moments):
        catalogue = folder / f"{moment}.db"
        shutil.copy(base, catalogue)
        how = DISTURBANCES[moment % len(DISTURBANCES)]
        times = 2 if chance.random() < 0.25 else 1
        story = []
        try:
            for _ in range(times):
                seconds = chance.uniform(0, 1.05 * duration)
                running = disturb(scan_of(catalogue), how, seconds)
                n_done, n_runs, n_cells = state_after(catalogue)
                story.append(f"{how} after {seconds:.3f} s ({'running' if running else 'done'}; "
                             f"{n_done} of {n_runs} runs done, {n_cells} cells)")
                in_the_middle += running and n_cells > 0
            scan_of(catalogue).finish()
            compare(content(catalogue), expected)
            check_nothing_was_repeated(catalogue)
        except Failure as failure:
            raise Failure(f"moment {moment}, {'; '.join(story) or how}: {failure}") from None
        print(f"moment {moment}: {'; '.join(story)}", flush=True)
        for file in folder.glob(f"{moment}.db*"):
            file.unlink()
    print(f"{options.moments} moments, {in_the_middle} of them in the middle of a run with cells committed")
    if options.moments >= 6 and in_the_middle == 0:
        raise Failure("no moment fell into the middle of a run: the test has shown nothing")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, help="the built headlight")
    parser.add_argument("--moments", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--prompts", type=int, default=12)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="headlight-kill-") as folder:
        try:
            run_moments(options, pathlib.Path(folder))
        except Failure as failure:
            print(f"FAILED: {failure}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
