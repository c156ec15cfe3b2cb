"""A person at a terminal: a line that moves, with the time that is left; Ctrl-C keeps what is done. In a pipe: plain lines."""
import fcntl
import json
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import tempfile
import termios
import time
import unittest

from program import Tree

COLUMNS = 70
SCAN = ["scan", "mixture-tiny", "--families", "induction,previous-token", "--tasks", "repeated-random", "--prompts", "60", "--threads", "1"]


class Terminal:
    """A program on a pseudo-terminal of its own, which it controls: what is typed reaches it and its workers."""

    def __init__(self, tree, folder, words):
        self.text, self.code = "", None
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve(tree.program, ["headlight", *map(str, words)], tree.environment(folder))
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))

    def read(self):
        """More text; False at the end."""
        ready, _, _ = select.select([self.descriptor], [], [], 240)
        if not ready:
            os.kill(self.pid, signal.SIGKILL)
            raise AssertionError(f"nothing was written for 240 s after {self.text[-300:]!r}")
        try:
            part = os.read(self.descriptor, 65536)
        except OSError:  # the other side is closed
            part = b""
        self.text += part.decode(errors="replace")
        return bool(part)

    def read_until(self, condition):
        while not condition(self.text):
            if not self.read():
                raise AssertionError(f"it ended before: {self.text!r}")

    def type(self, text):
        os.write(self.descriptor, text.encode())

    def finish(self):
        while self.read():
            pass
        self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.descriptor)
        return self.code


class AtATerminal(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.here = pathlib.Path(folder.name).resolve()
        self.tree = Tree(self.here / "prefix")

    def rows(self, db, command, *words):
        return json.loads(self.tree.run(command, *words, "--db", db, "--json", folder=self.here, check=True).stdout)

    def test_a_line_moves_and_says_what_is_left(self):
        terminal = Terminal(self.tree, self.here, [*SCAN, "--db", "a.db"])
        self.assertEqual(0, terminal.finish(), terminal.text)
        moving = [line for part in terminal.text.split("\r\033[K")[1:] for line in [part.split("\r\n")[0]] if " %" in line]
        self.assertGreater(len(moving), 2, terminal.text)
        self.assertTrue(any(re.search(r"^\[\d/3\] \d+ %, about \d.* s left  mixture-tiny", line) for line in moving), moving)
        self.assertTrue(any("zero-ablation" in line for line in moving), moving)

    def test_the_moving_line_never_wraps(self):
        terminal = Terminal(self.tree, self.here, [*SCAN, "--db", "a.db"])
        terminal.finish()
        for part in terminal.text.split("\r\033[K")[1:]:
            if "\n" not in part:
                self.assertLess(len(part), COLUMNS)

    def test_what_stays_on_the_terminal_is_what_a_pipe_gets(self):
        terminal = Terminal(self.tree, self.here, [*SCAN, "--prompts", "8", "--db", "a.db"])
        terminal.finish()
        kept = "".join(part.split("\r\033[K")[-1] + "\n" for part in terminal.text.replace("\r\n", "\n").split("\n")[:-1])
        piped = self.tree.run(*SCAN, "--prompts", "8", "--db", "b.db", folder=self.here, check=True).stderr
        self.assertEqual([line.split("  ")[:2] for line in piped.splitlines()[:-2]], [line.split("  ")[:2] for line in kept.splitlines()[:-2]])

    def test_a_pipe_gets_plain_lines(self):
        done = self.tree.run(*SCAN, "--prompts", "8", "--db", "a.db", folder=self.here, check=True)
        for words in (["heads", "--db", "a.db"], ["plugins"], ["show", "mixture-tiny", "L2H0", "--db", "a.db"]):
            done.stderr += self.tree.run(*words, folder=self.here, check=True).stdout
        self.assertNotIn("\033", done.stderr)
        self.assertNotIn("\r", done.stderr)

    def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(self):
        terminal = Terminal(self.tree, self.here, [*SCAN, "--db", "a.db"])
        terminal.read_until(lambda text: text.count("zero-ablation") > 1)
        time.sleep(0.3)  # some cells more
        terminal.type("\x03")
        typed = time.monotonic()
        self.assertEqual(130, terminal.finish(), terminal.text)
        self.assertLess(time.monotonic() - typed, 10)
        self.assertIn("what was committed stays", terminal.text)
        self.assertNotIn("FAILED", terminal.text)

        status = {run["method"]: run["status"] for run in self.rows("a.db", "runs")}
        self.assertEqual({"score": "done", "zero-ablation": "interrupted"}, status)
        kept = self.rows("a.db", "sql", "SELECT count(*) AS n FROM cell")[0]["n"]
        self.assertGreater(kept, 0)

        again = self.tree.run(*SCAN, "--db", "a.db", folder=self.here, check=True)
        self.assertIn("2 of them done before", again.stderr)
        self.tree.run(*SCAN, "--db", "b.db", folder=self.here, check=True)
        key = lambda row: {name: row[name] for name in ("head", "family", "method", "score", "n", "verdict")}
        self.assertEqual([key(row) for row in self.rows("b.db", "heads", "--sort", "head")],
                         [key(row) for row in self.rows("a.db", "heads", "--sort", "head")])

    def test_ctrl_c_at_the_first_moment_fails_no_run(self):
        for attempt in range(3):
            db = f"{attempt}.db"
            terminal = Terminal(self.tree, self.here, [*SCAN, "--methods", "zero-ablation", "--db", db])
            terminal.read_until(lambda text: "1 run" in text)  # its worker is about to start
            terminal.type("\x03")
            self.assertEqual(130, terminal.finish(), terminal.text)
            self.assertNotIn("FAILED", terminal.text)
            self.assertNotIn("failed", [run["status"] for run in self.rows(db, "runs")])

    def test_a_termination_keeps_what_is_done_too(self):
        process = subprocess.Popen([self.tree.program, *SCAN, "--db", "a.db"], cwd=self.here, env=self.tree.environment(self.here),
                                   stderr=subprocess.PIPE, text=True)
        for line in process.stderr:
            if "score" in line:
                break
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read()
        process.stderr.close()
        self.assertEqual(130, process.wait(60))
        self.assertIn("interrupted", rest)
        self.assertIn("done", [run["status"] for run in self.rows("a.db", "runs")])


if __name__ == "__main__":
    unittest.main()
