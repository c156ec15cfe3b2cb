#!/usr/bin/env python3
"""Writes golden/: small tokenizers with what the reference libraries give for hard texts.

Needs Python 3.11, tokenizers 0.23.3 and sentencepiece 0.2.3; run it in this folder:
    python3 make_golden.py
golden/tokenizers.json       name -> tokenizer.json
golden/cases.jsonl           texts with ids, tokens, offsets and decoded texts of each
golden/NAME.model            SentencePiece models, and golden/sentencepiece.jsonl their texts and ids
golden/classes.json          for every class of characters its ranges, and digests of what normalizers do to every character
"""

import json
import pathlib
import random

import sentencepiece
import tokenizers
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers

import compare_with_sentencepiece
import reference_texts
import reference_tokenizers

GOLDEN = pathlib.Path(__file__).parent / "golden"
CODES = [c for c in range(1, 0x110000) if not 0xD800 <= c < 0xE000]
HARD = [
    "",
    " ",
    "  Hello, World!  I don't know: it's 12345.67 ",
    "  \n\n \t naïve  Café\n",
    "日本語 и 한국어 각각 ²½ ﬁ ǅ İı",
    "e\u0301\u0323 \u212b ﷺ 👩‍👩‍👧 \U00031350\u1c89",
    "<s>the</s> <|endoftext|> <mask> New York word words  [MASK] dog",
]


def write(name, text):
    (GOLDEN / name).write_text(text, encoding="utf-8")
    print(f"{name}: {len(text.encode())} bytes")


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def answer(tokenizer, name, text, special):
    """Offsets are flat; "tokens" stands only where it is not what the ids say, "decoded_skip" where it is not "decoded"."""
    encoding = tokenizer.encode(text, add_special_tokens=special)
    decoded, skipped = (tokenizer.decode(encoding.ids, skip_special_tokens=skip) for skip in (False, True))
    result = {"tokenizer": name, "text": text, "special": special, "ids": encoding.ids, "offsets": [o for pair in encoding.offsets for o in pair]}
    if encoding.tokens != [tokenizer.model.id_to_token(i) for i in encoding.ids]:
        result["tokens"] = encoding.tokens
    result["decoded"] = decoded
    if skipped != decoded:
        result["decoded_skip"] = skipped
    return result


def tokenizer_cases():
    rng = random.Random(1)
    definitions = reference_tokenizers.definitions()
    lines = []
    for name, definition in definitions.items():
        tokenizer = Tokenizer.from_str(json.dumps(definition))
        extra = [token["content"] for token in definition.get("added_tokens") or []]
        is_small = name.startswith(("regex-", "split-", "normalizer-", "pre-tokenizer-"))
        texts = (HARD[2:] if is_small else HARD) + [reference_texts.random_text(rng, extra) for _ in range(0 if is_small else 3)]
        texts += ["a" * 10] if name == "unigram-close-scores" else []
        lines += [compact(answer(tokenizer, name, text, i % 2 == 0)) + "\n" for i, text in enumerate(texts)]
    write("tokenizers.json", compact(definitions))
    write("cases.jsonl", "".join(lines))


def sentencepiece_cases():
    rng = random.Random(2)
    lines = []
    for name, model in compare_with_sentencepiece.models(with_large_maps=False).items():
        (GOLDEN / f"{name}.model").write_bytes(model)
        print(f"{name}.model: {len(model)} bytes")
        processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        texts = [t for t in HARD + [reference_texts.random_text(rng, []) for _ in range(20)] if "s>" not in t and "<unk>" not in t and "\0" not in t]
        lines += [compact({"model": name, "text": text, "ids": processor.encode(text)}) + "\n" for text in texts]
    write("sentencepiece.jsonl", "".join(lines))


def ranges(codes):
    result = []
    for code in sorted(codes):
        if result and result[-1][1] == code - 1:
            result[-1][1] = code
        else:
            result.append([code, code])
    return result


def removed_by(pre_tokenizer):
    kept = {ord(c) for piece, _ in pre_tokenizer.pre_tokenize_str("".join(map(chr, CODES))) for c in piece}
    return ranges(set(CODES) - kept)


def classes():
    p, n = pre_tokenizers, normalizers
    bert = n.BertNormalizer(clean_text=True, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    words = p.Whitespace().pre_tokenize_str(" ".join(f"a{chr(c)}a" for c in CODES))
    digits = p.Digits(True).pre_tokenize_str("".join(f"a{chr(c)}" for c in CODES))
    found = {
        "is_white_space": removed_by(p.WhitespaceSplit()),
        "is_punctuation": removed_by(p.Punctuation("removed")),
        "is_numeric": ranges(ord(piece) for piece, _ in digits if len(piece) == 1 and piece != "a"),
        "is_word": ranges(ord(piece[1]) for piece, _ in words if len(piece) == 3),
        "is_combining_mark": ranges(c for c in CODES if n.StripAccents().normalize_str("a" + chr(c)) == "a"),
        "removed by bert": ranges(c for c in CODES if bert.normalize_str("a" + chr(c)) == "a"),
    }
    for pattern in (r"\s", r"\w", r"\d", r"\p{L}", r"\p{N}", r"\p{P}", r"\p{S}", r"\p{M}", r"\p{Lu}", r"\p{Ll}", r"\p{Lo}", r"\p{Han}"):
        found["regex " + pattern] = removed_by(p.Split(Regex(pattern), "removed"))
    return found


def digest(texts):
    """A polynomial in 2^64 of all bytes; the test computes the same."""
    value = 0
    for text in texts:
        for byte in text.encode() + b"\n":
            value = (value * 1000003 + byte + 1) & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def normalized_digests():
    stages = {name: {"type": name} for name in ("NFC", "NFD", "NFKC", "NFKD", "Lowercase", "Nmt", "StripAccents")}
    stages["BertNormalizer"] = {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": True, "lowercase": True}
    result = []
    for name, stage in stages.items():
        normalizer = getattr(normalizers, name)()
        alone = digest(normalizer.normalize_str(chr(c)) for c in CODES)
        result.append({"normalizer": stage, "before": "", "behind": "", "digest": alone})
        if name.startswith("NF"):
            amid = digest(normalizer.normalize_str("e\u0323" + chr(c) + "\u0327\u0301") for c in CODES)
            result.append({"normalizer": stage, "before": "e\u0323", "behind": "\u0327\u0301", "digest": amid})
    return result


def main():
    assert tokenizers.__version__ == "0.23.3", tokenizers.__version__
    GOLDEN.mkdir(exist_ok=True)
    tokenizer_cases()
    sentencepiece_cases()
    write("classes.json", compact({"ranges": classes(), "digests": normalized_digests()}))


main()
