"""headlight pull where networks and machines fail: every test ends with the whole model or with nothing that could be taken for it."""
import os
import signal
import time
import unittest

from pull_case import REPOSITORY, PullCase, model_files, repository
from terminal_test import Terminal

WEIGHTS = "model.safetensors"
SIZE = len(model_files()[WEIGHTS])


def damaged(content):
    return content[:1000] + bytes([content[1000] ^ 1]) + content[1001:]


class Networks(PullCase):
    def test_an_error_of_the_server_passes(self):
        for place, method in (("hub/api", "GET"), ("config.json", "HEAD"), ("config.json", "GET"), ("^storage", "GET")):
            self.hub.fault(place, method=method, status=503)
        said = self.pull().stderr
        self.assertEqual(4, said.count("the server answers 503; trying again in 0.5 s"), said)
        self.assert_pulled()

    def test_a_server_that_asks_for_a_pause_gets_it(self):
        self.hub.fault("hub/api", status=429, headers={"Retry-After": "1"})
        begun = time.monotonic()
        self.assertIn("the server answers 429; trying again in 1 s", self.pull().stderr)
        self.assertGreater(time.monotonic() - begun, 1)

    def test_a_pause_longer_than_anybody_waits_is_an_error(self):
        self.hub.fault("hub/api", status=429, headers={"Retry-After": "3600"})
        self.assertIn("asks for a pause of 3600 s: give the same command again then", self.refusal())

    def test_a_server_that_stays_broken_is_given_up(self):
        self.hub.fault("^storage", times=99, status=500)
        self.assertIn("model.safetensors: the server answers 500; given up after 2 tries. What has come is kept", self.refusal(REPOSITORY, "--retries", "1"))

    def test_a_connection_that_breaks_goes_on_where_it_was(self):
        self.hub.fault("^storage", times=1, cut=400_000)
        self.hub.fault("^storage", times=1, cut=300_000)
        self.pull()
        self.assert_pulled()
        self.assertEqual([None, "bytes=400000-", "bytes=700000-"], [headers.get("range") for headers in self.hub.seen("GET", "^storage")])

    def test_a_connection_that_goes_silent_is_given_up_and_goes_on(self):
        self.hub.fault("^storage", pause=(500_000, 4))
        self.assertIn("trying again", self.pull(HF_HUB_DOWNLOAD_TIMEOUT="1").stderr)
        self.assert_pulled()
        self.assertEqual("bytes=500000-", self.hub.seen("GET", "^storage")[-1]["range"])

    def test_a_server_without_ranges_sends_it_from_the_beginning(self):
        self.hub.fault("^storage", cut=400_000)
        self.hub.fault("^storage", ranges=False)
        self.pull()
        self.assert_pulled()

    def test_a_server_without_ranges_that_always_breaks_is_given_up(self):
        self.hub.fault("^storage", times=99, ranges=False, cut=400_000)
        self.assertIn("given up after 2 tries", self.refusal(REPOSITORY, "--retries", "1"))

    def test_a_link_that_has_expired_is_asked_for_again(self):
        self.hub.fault("^storage", status=403)
        self.pull()
        self.assert_pulled()
        self.assertEqual(2, len(self.hub.seen("GET", "hub/.*/resolve/.*/model.safetensors")))

    def test_a_redirect_that_leads_nowhere_else_ends(self):
        self.hub.fault("config.json", times=99, method="HEAD", status=307, headers={"Location": "config.json"})
        self.assertIn("more than 10 redirects", self.refusal())


class Damage(PullCase):
    def nothing_looks_finished(self):
        self.assertFalse(self.blob(WEIGHTS).exists())
        self.assertFalse((self.snapshot() / WEIGHTS).exists())
        self.assertIn("the download is incomplete: of what a model needs, model.safetensors is missing", self.run_program("doctor", REPOSITORY, code=1).stderr)

    def test_a_changed_byte_is_seen(self):
        self.hub.fault("^storage", change=damaged)
        self.assertRegex(self.refusal(), r"model.safetensors: the hash of what came is [0-9a-f]{64}, the hub says [0-9a-f]{64}. Nothing of it was kept")
        self.nothing_looks_finished()
        self.pull()
        self.assert_pulled()

    def test_a_changed_byte_of_a_small_file_is_seen(self):
        self.hub.fault("resolve-cache.*/config.json", change=lambda content: content.replace(b"4", b"5", 1))
        self.assertRegex(self.refusal(), r"config.json: the hash of what came is [0-9a-f]{40}, the hub says [0-9a-f]{40}")

    def test_a_damaged_part_is_thrown_away(self):
        self.hub.fault("^storage", cut=400_000, change=damaged)
        self.hub.fault("^storage", times=9, status=500)
        self.pull(REPOSITORY, "--retries", "0", code=1)
        self.assertEqual(400_000, self.partial(WEIGHTS).stat().st_size)
        self.hub.faults.clear()
        self.assertIn("an earlier part was damaged, so it is fetched from the beginning", self.pull().stderr)
        self.assert_pulled()

    def test_a_file_of_another_size_is_refused(self):
        for change in (lambda content: content + b"more", lambda content: content[:-4]):
            self.hub.fault("^storage", change=change)
            self.assertIn(f"though it said that the file has {SIZE}", self.refusal())
            self.nothing_looks_finished()

    def test_a_part_that_is_longer_than_the_file_is_thrown_away(self):
        self.hub.fault("^storage", times=9, status=500)
        self.pull(REPOSITORY, "--retries", "0", code=1)
        self.partial(WEIGHTS).write_bytes(b"x" * (SIZE + 1))
        self.hub.faults.clear()
        self.pull()
        self.assert_pulled()

    def test_a_truncated_blob_is_fetched_again(self):
        self.pull()
        os.truncate(self.blob(WEIGHTS), 1000)
        self.pull()
        self.assert_pulled()


class Interruptions(PullCase):
    def test_a_kill_in_the_middle_loses_nothing_and_shows_nothing(self):
        self.hub.fault("^storage", pause=(600_000, 30))
        process = self.start("pull", REPOSITORY)
        self.wait_for_partial(WEIGHTS, 600_000)
        process.send_signal(signal.SIGKILL)
        process.wait(20)
        self.assertFalse((self.snapshot() / WEIGHTS).exists())
        said = self.run_program("doctor", REPOSITORY, code=1).stderr
        self.assertIn("model.safetensors is missing (600 kB of unfinished files lie in blobs/)", said)
        self.assertIn(f"Fetch the rest with: headlight pull {REPOSITORY}", said)
        self.assertIn("4 files, 1.6 MB, 754 kB of them there before", self.pull().stderr)
        self.assert_pulled()
        self.assertEqual("bytes=600000-", self.hub.seen("GET", "^storage")[-1]["range"])

    def test_ctrl_c_says_that_the_same_command_goes_on(self):
        self.hub.fault("^storage", pause=(600_000, 30))
        process = self.start("pull", REPOSITORY)
        self.wait_for_partial(WEIGHTS, 600_000)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        self.assertEqual(130, process.returncode)
        self.assertLess(time.monotonic() - begun, 5)
        self.assertRegex(said.splitlines()[-1], "^interrupted; .* came and are kept, and the same command goes on from there$")
        self.pull()
        self.assert_pulled()

    def test_ctrl_c_ends_a_pause_too(self):
        self.hub.fault("hub/api", status=429, headers={"Retry-After": "100"})
        process = self.start("pull", REPOSITORY)
        self.assertIn("trying again in 100 s", process.stderr.readline())
        process.send_signal(signal.SIGINT)
        self.assertEqual(130, process.wait(10))

    def test_two_at_once_share_the_work(self):
        self.hub.fault("^storage", pause=(600_000, 1.5))
        first = self.start("pull", REPOSITORY)
        self.wait_for_partial(WEIGHTS, 600_000)
        second = self.pull()
        self.assertIn("model.safetensors: waiting for another download of it", second.stderr)
        self.assertEqual(0, first.wait(20))
        self.assert_pulled()
        self.assertEqual(1, len(self.hub.seen("GET", "^storage")))

    def test_many_at_once_do_not_disturb_each_other(self):
        processes = [self.start("pull", REPOSITORY) for _ in range(4)]
        for process in processes:
            _, said = process.communicate(timeout=60)
            self.assertEqual(0, process.returncode, said)
        self.assert_pulled()
        self.assertEqual(1, len(self.hub.seen("GET", "^storage")))


class AtATerminal(PullCase):
    @property
    def program(self):  # for Terminal, with environment()
        return self.tree.program

    def test_a_line_moves_and_says_rate_and_time_left(self):
        self.hub.repositories[REPOSITORY] = repository({**model_files(), WEIGHTS: os.urandom(16_000_000)})
        self.hub.fault("^storage", pause=(12_000_000, 1))
        terminal = Terminal(self, self.here, ["pull", REPOSITORY])
        self.assertEqual(0, terminal.finish(), terminal.text)
        moving = [part.split("\r\n")[0] for part in terminal.text.split("\r\033[K")[1:]]
        self.assertTrue(any(" MB/s, about " in line and line.startswith("[3/4] ") for line in moving), terminal.text)
        self.assertIn("[4/4] model.safetensors  16 MB", terminal.text)

    def test_a_pipe_gets_plain_lines(self):
        said = self.pull().stderr
        self.assertNotIn("\r", said)
        self.assertNotIn("\033", said)
        self.assertRegex(said, r"(?m)^4 files, 1.6 MB$")
        self.assertRegex(said, r"(?m)^\[4/4\] model.safetensors  1.5 MB  \d")
        self.assertRegex(said, r"(?m)^1.6 MB came in \d")


if __name__ == "__main__":
    unittest.main()
