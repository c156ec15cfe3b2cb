"""Tokenizers put together at random, to find stages that do not get along."""

import json

from tokenizers import Regex
from tokenizers import normalizers as n
from tokenizers import pre_tokenizers as p

import reference_tokenizers


def state(stage):
    return json.loads(stage.__getstate__())


NORMALIZERS = [n.NFC(), n.NFD(), n.NFKC(), n.NFKD(), n.Lowercase(), n.Strip(), n.Strip(left=False), n.StripAccents(), n.Nmt(), n.Prepend("▁"), n.Replace(" ", "▁"),
               n.Replace(Regex(" {2,}"), " "), n.Replace(Regex(r"\s"), "  "), n.Replace(Regex("[^a-z ]"), ""), n.BertNormalizer(), n.Replace("o", "0é")]
PRE_TOKENIZERS = [p.ByteLevel(add_prefix_space=True), p.ByteLevel(add_prefix_space=False), p.ByteLevel(add_prefix_space=True, use_regex=False), p.Metaspace(),
                  p.Metaspace(prepend_scheme="first"), p.Metaspace(prepend_scheme="never"), p.Metaspace(prepend_scheme="first", split=False), p.Digits(True), p.Digits(False),
                  p.Punctuation(), p.Punctuation("contiguous"), p.Whitespace(), p.WhitespaceSplit(), p.BertPreTokenizer(), p.CharDelimiterSplit("e"),
                  p.Split(Regex(r"\s+"), "merged_with_next"), p.Split(Regex(r"\w+"), "removed", True), p.Split("l", "merged_with_previous"),
                  p.Split(Regex(reference_tokenizers.CL100K), "isolated"), p.Split(Regex(r"x*"), "contiguous"), p.FixedLength(length=4)]
DECODERS = [None, {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}, {"type": "Fuse"}, {"type": "ByteFallback"},
            {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}, {"type": "WordPiece", "prefix": "##", "cleanup": True},
            {"type": "Replace", "pattern": {"Regex": "[▁Ġ]"}, "content": " "}]
CONTENTS = ["<s>", "[MASK]", "New York", "the", "Hello", "  ", "▁", "é", "o", "don't", "\n", " the ", "dog", "12", "<|endoftext|>"]


def several(rng, stages, key, name):
    chosen = [state(rng.choice(stages)) for _ in range(rng.choice([0, 1, 1, 2, 3]))]
    if not chosen:
        return None
    return chosen[0] if len(chosen) == 1 else {"type": name, key: chosen}


def models():
    definitions = reference_tokenizers.definitions()
    names = ("gpt2", "sentence-piece-bpe", "clip", "subword-prefix", "fused-unknown", "unigram", "unigram-bytes", "bert", "llama3", "word-level", "dropped-unknown",
             "normalizer-nfc")
    holes = [reference_tokenizers.without_bytes(definitions["gpt2"], n, **options)["model"]
             for n, options in ((30, {}), (150, {}), (150, {"unk_token": "a"}), (100, {"unk_token": "a", "fuse_unk": True}), (30, {"unk_token": "a", "byte_fallback": True}))]
    return [definitions[name]["model"] for name in names] + holes


def definition(rng, all_models):
    model = rng.choice(all_models)
    vocab = model["vocab"]
    ids = {token: i for i, (token, _) in enumerate(vocab)} if isinstance(vocab, list) else vocab
    added, next_id = [], len(ids)
    for content in rng.sample(CONTENTS, rng.randint(0, 5)):
        flags = {flag: rng.random() < 0.3 for flag in ("single_word", "lstrip", "rstrip", "normalized", "special")}
        added.append({"id": ids.get(content, next_id), "content": content} | flags)
        next_id += content not in ids
    processor = rng.choice([None, None, {"type": "ByteLevel", "add_prefix_space": rng.random() < 0.5, "trim_offsets": True, "use_regex": True}])
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": several(rng, NORMALIZERS, "normalizers", "Sequence"),
            "pre_tokenizer": several(rng, PRE_TOKENIZERS, "pretokenizers", "Sequence"), "post_processor": processor, "decoder": rng.choice(DECODERS), "model": model}
