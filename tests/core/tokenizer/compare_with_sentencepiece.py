#!/usr/bin/env python3
"""Compares tokenizer_driver, reading a tokenizer.model alone, with the sentencepiece library on random texts.

Needs sentencepiece 0.2.3 (0.2.1 rounds otherwise where two cuttings have one score), protobuf 7.36.1 and tokenizers (for the texts). Exit code 1 when anything differs.
    python3 compare_with_sentencepiece.py DRIVER [TOKENIZER_MODEL...] [--texts N]
Without files, small models of each kind are trained.
"""

import argparse
import io
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import sentencepiece

import reference_tokenizers
import reference_texts


def trained(**options):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([line for text in reference_tokenizers.CORPUS for line in text.split("\n") if line]), model_writer=model,
        minloglevel=2, hard_vocab_limit=False, **options)
    return model.getvalue()


def models(with_large_maps=True):
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as rules:
        rules.write(reference_tokenizers.RULES)
        rules.flush()
        large = {
            "unigram": trained(model_type="unigram", vocab_size=200, normalization_rule_name="nmt_nfkc"),
            "unigram-bytes": trained(model_type="unigram", vocab_size=450, byte_fallback=True, normalization_rule_name="nfkc_cf"),
            "bpe-user-defined-nfkc": trained(model_type="bpe", vocab_size=350, user_defined_symbols=["hello", "▁▁", "qu", "AB"],
                                             normalization_rule_name="nmt_nfkc"),
        } if with_large_maps else {}
        return large | {
            "bpe": trained(model_type="bpe", vocab_size=350, normalization_rule_name="identity"),
            "bpe-bytes": trained(model_type="bpe", vocab_size=600, byte_fallback=True, normalization_rule_name="identity",
                                 remove_extra_whitespaces=False),
            "bpe-user-defined": trained(model_type="bpe", vocab_size=350, user_defined_symbols=["hello", "▁▁", "qu", "AB"], normalization_rule_tsv=rules.name),
            "bpe-no-prefix": trained(model_type="bpe", vocab_size=350, add_dummy_prefix=False, normalization_rule_tsv=rules.name),
            "unigram-rules": trained(model_type="unigram", vocab_size=200, normalization_rule_tsv=rules.name),
            "unigram-user-defined": trained(model_type="unigram", vocab_size=200, user_defined_symbols=["hello", "qu", "é"], remove_extra_whitespaces=False,
                                            byte_fallback=False, normalization_rule_tsv=rules.name),
        }


def compare(driver, name, model, texts):
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "tokenizer.model").write_bytes(model)
        lines = "".join(json.dumps({"text": text, "special": False}) + "\n" for text in texts)
        done = subprocess.run([driver, folder], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    n_different = 0
    for text, line in zip(texts, done.stdout.decode().split("\n"), strict=False):
        ours, theirs = json.loads(line), processor.encode(text)
        if ours.get("ids") != theirs:
            n_different += 1
            if n_different <= 3:
                print(f"{name}: {ascii(text)}\n   ours   {ascii([(i, processor.id_to_piece(i)) for i in ours.get('ids', [])])} {ours.get('error', '')}\n"
                      f"   theirs {ascii([(i, processor.id_to_piece(i)) for i in theirs])}")
    print(f"{name}: {len(texts) - n_different} of {len(texts)} equal")
    return n_different


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("driver")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    parser.add_argument("--texts", type=int, default=1000)
    options = parser.parse_args()
    rng = random.Random(5)
    texts = [reference_texts.random_text(rng, []) for _ in range(options.texts)]
    # sentencepiece does not look for control pieces in texts, Headlight does as transformers; and it cuts texts at NUL.
    texts = [text for text in texts if not any(word in text for word in ("<s>", "</s>", "<unk>", "\0"))]
    chosen = {str(file): file.read_bytes() for file in options.files} or models()
    return 1 if sum(compare(options.driver, name, model, texts) for name, model in chosen.items()) else 0


if __name__ == "__main__":
    sys.exit(main())
