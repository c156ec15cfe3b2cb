#!/usr/bin/env python3
"""Writes core/tokenizer/unicode_new_code_points.inc: the code points younger than PCRE2's Unicode 14, each range with an
older code point of the same general category and the same length in UTF-8, Han for Han.

The categories are measured: Hugging Face tokenizers is asked which code points \\p{Lu}, \\p{Ll}, ... match.
Needs Python 3.11 (its unicodedata is Unicode 14) and tokenizers 0.23.3:
    python3 make_unicode_table.py > ../../../core/tokenizer/unicode_new_code_points.inc
"""

import unicodedata

from tokenizers import Regex
from tokenizers.pre_tokenizers import Split

CATEGORIES = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cf".split()


def utf8_length(code):
    return len(chr(code).encode())


def main():
    assert unicodedata.unidata_version == "14.0.0", "needs the Unicode 14 of Python 3.11"
    codes = [c for c in range(0x80, 0x110000) if not 0xD800 <= c < 0xE000]
    unknown = [c for c in codes if unicodedata.category(chr(c)) == "Cn"]
    text = "".join(map(chr, unknown))
    category = {}
    for name in CATEGORIES:
        others = Split(Regex(rf"\p{{{name}}}"), "removed").pre_tokenize_str(text)
        kept = {ord(c) for piece, _ in others for c in piece}
        category.update({c: name for c in unknown if c not in kept})
    without_han = Split(Regex(r"\p{Han}"), "removed").pre_tokenize_str("".join(map(chr, codes)))
    han = set(codes) - {ord(c) for piece, _ in without_han for c in piece}
    stand_in = {}
    for c in codes:
        stand_in.setdefault((unicodedata.category(chr(c)), utf8_length(c), c in han), c)
    ranges = []
    for c in sorted(category):
        key = (category[c], utf8_length(c), c in han)
        if ranges and ranges[-1][1] == c - 1 and ranges[-1][2] == key:
            ranges[-1][1] = c
        else:
            ranges.append([c, c, key])
    print("// Written by tests/core/tokenizer/make_unicode_table.py. {first, last, stand-in}")
    for first, last, key in ranges:
        print(f"{{0x{first:x}, 0x{last:x}, 0x{stand_in[key]:x}}},  // {key[0]}{', Han' if key[2] else ''}")


main()
