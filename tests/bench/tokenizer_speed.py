#!/usr/bin/env python3
"""Megabytes a CPU second of encoding ordinary English, one thread: Headlight beside Hugging Face tokenizers, in turns in one run.

Needs tokenizers 0.23.3 and tokenizer_driver (target of the same name). Ours gives ids, token strings and offsets; the peer is
timed in Rust (encode_batch without parallelism), with offsets and, as "fast", without them.
    python3 tokenizer_speed.py DRIVER TOKENIZER_FOLDER... [--text FILE] [--seconds 2]
Without --text the English is the documentation inside Python's own modules.
"""

import argparse
import json
import os
import pathlib
import pkgutil
import pydoc
import subprocess
import tempfile
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"

from tokenizers import Tokenizer  # noqa: E402  (reads the variable when it is imported)

ROUNDS = 3


def english():
    """Docstrings of the standard library: about a megabyte of prose."""
    texts = []
    for module in pkgutil.iter_modules([os.path.dirname(os.__file__)]):
        if module.ispkg or module.name.startswith("_") or module.name in ("antigravity", "this", "idlelib"):
            continue
        try:
            texts.append(pydoc.plain(pydoc.render_doc(module.name)))
        except Exception:  # a module that does not import here has no documentation to give
            continue
    return "".join(texts)


def peer_speed(encode, lines, n_bytes, seconds):
    n, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        encode(lines)
        n += 1
    return n * n_bytes / (time.process_time() - start) / 1e6


def our_speed(driver, folder, file, seconds):
    answer = subprocess.run([driver, str(folder), "--speed", file, str(seconds)], stdout=subprocess.PIPE, check=True)
    return json.loads(answer.stdout)["mb_per_s"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("driver")
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--text", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=2.0)
    options = parser.parse_args()
    text = options.text.read_text(encoding="utf-8") if options.text else english()
    lines, n_bytes = text.splitlines(keepends=True), len(text.encode())
    print(f"{n_bytes / 1e6:.2f} MB of text in {len(lines)} lines; MB/s, best of {ROUNDS} rounds of {options.seconds:g} s")
    print(f"{'tokenizer':28} {'ours':>8} {'peer':>8} {'ratio':>7} {'fast peer':>10} {'ratio':>7}")
    with tempfile.NamedTemporaryFile(suffix=".txt") as file:
        pathlib.Path(file.name).write_text(text, encoding="utf-8")
        for folder in options.folders:
            peer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            best = [0.0, 0.0, 0.0]
            for _ in range(ROUNDS):
                best[0] = max(best[0], our_speed(options.driver, folder, file.name, options.seconds))
                best[1] = max(best[1], peer_speed(peer.encode_batch, lines, n_bytes, options.seconds))
                best[2] = max(best[2], peer_speed(peer.encode_batch_fast, lines, n_bytes, options.seconds))
            print(f"{folder.name:28} {best[0]:8.1f} {best[1]:8.1f} {best[0] / best[1]:7.1f} {best[2]:10.1f} {best[0] / best[2]:7.1f}", flush=True)


main()
