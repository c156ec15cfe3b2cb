#!/usr/bin/env python3
"""Compares tokenizer_driver with Hugging Face tokenizers on random and hard texts, for given and for built-in tokenizers.

Needs tokenizers 0.23.3, sentencepiece and protobuf. Exit code 1 when anything differs.
    python3 compare_with_reference.py DRIVER [FOLDER_WITH_TOKENIZER_JSON...] [--seed S] [--texts N] [--only NAME] [--random N]

--random N: N tokenizers put together at random instead of the built-in ones.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

from tokenizers import Tokenizer

import random_tokenizers
import reference_texts
import reference_tokenizers

def reference_answer(tokenizer, text, special):
    try:
        encoding = tokenizer.encode(text, add_special_tokens=special)
        ids = encoding.ids
        return {
            "ids": ids,
            "tokens": encoding.tokens,
            "offsets": [list(o) for o in encoding.offsets],
            "decoded": tokenizer.decode(ids, skip_special_tokens=False),
            "decoded_skip": tokenizer.decode(ids, skip_special_tokens=True),
        }
    except Exception as error:  # the library has one exception type
        return {"error": str(error)}
    except BaseException as panic:  # a panic of the library
        if type(panic).__name__ != "PanicException":
            raise
        return {"panic": True}


def compare(driver, name, definition, texts):
    try:
        tokenizer = Tokenizer.from_str(definition)
    except Exception as error:
        print(f"{name}: refused by the reference: {error}")
        return 0
    questions = [{"text": text, "special": i % 2 == 0} for i, text in enumerate(texts)]
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "tokenizer.json").write_text(definition, encoding="utf-8")
        lines = "".join(json.dumps(q) + "\n" for q in questions)
        done = subprocess.run([driver, folder], input=lines.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if b"the normalizer leaves nothing" in done.stderr:
        print(f"{name}: refused by us: {done.stderr.decode()[-200:]}")  # the reference takes them and does what nobody can want
        return 0
    if done.returncode != 0:
        print(f"{name}: the driver failed: {done.stderr.decode()[-500:]}")
        return 1
    answers = [json.loads(line) for line in done.stdout.decode().split("\n")[:-1]]
    n_different = 0
    for question, ours in zip(questions, answers, strict=True):
        theirs = reference_answer(tokenizer, question["text"], question["special"])
        if "panic" in theirs or ("error" in theirs and "error" in ours):
            continue
        if ours == theirs:
            continue
        n_different += 1
        if n_different <= 3:
            print(f"{name}: {ascii(question['text'])}")
            for key in sorted(theirs.keys() | ours.keys()):
                if ours.get(key) != theirs.get(key):
                    print(f"   {key}\n     ours   {ascii(ours.get(key))}\n     theirs {ascii(theirs.get(key))}")
    print(f"{name}: {len(questions) - n_different} of {len(questions)} equal")
    return n_different


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("driver")
    parser.add_argument("folders", nargs="*", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--texts", type=int, default=1500)
    parser.add_argument("--only", default="")
    parser.add_argument("--random", type=int, default=0)
    options = parser.parse_args()
    definitions = {str(folder): (folder / "tokenizer.json").read_text(encoding="utf-8") for folder in options.folders}
    if options.random:
        rng, models = random.Random(options.seed), random_tokenizers.models()
        definitions = {f"random {i}": json.dumps(random_tokenizers.definition(rng, models)) for i in range(options.random)}
    elif not definitions:
        all_of_them = reference_tokenizers.definitions()
        all_of_them |= {f"precompiled-{name}": reference_tokenizers.precompiled(name) for name in ("nmt_nfkc", "nfkc_cf")}  # large maps
        definitions = {name: json.dumps(d) for name, d in all_of_them.items()}
    n_different = 0
    for name, definition in definitions.items():
        if options.only not in name:
            continue
        extra = [token["content"] for token in json.loads(definition).get("added_tokens") or []]
        rng = random.Random(f"{options.seed} {name}")
        n_different += compare(options.driver, name, definition, [reference_texts.random_text(rng, extra) for _ in range(options.texts)])
    return 1 if n_different else 0


sys.exit(main())
