#!/usr/bin/env python3
"""Writes core/tokenizer/unicode_new_code_points.inc: the code points younger than PCRE2's Unicode 14, each range with an
older code point of the same general category and the same length in UTF-8, Han for Han, on the same side of the ranges
that known patterns spell out (DeepSeek's: cased letters, punctuation, East Asian characters).

The categories are measured: Hugging Face tokenizers is asked which code points \\p{Lu}, \\p{Ll}, ... match.
Needs Python 3.11 (its unicodedata is Unicode 14) and tokenizers 0.23.3:
    python3 make_unicode_table.py > ../../../core/tokenizer/unicode_new_code_points.inc
"""

import re
import unicodedata

from tokenizers import Regex
from tokenizers.pre_tokenizers import Split

CATEGORIES = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cf".split()

LISTED = [re.compile(listed) for listed in (
    "[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-ῼℂ-ↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃]",
    "[!-/:-~！-／：-～‘-‟　-。]", "[一-龥]", "[ࠀ-一가-퟿]", "[぀-ゟ゠-ヿ]")]


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

    def kind(code, its_category):
        return its_category, utf8_length(code), code in han, tuple(bool(listed.match(chr(code))) for listed in LISTED)

    stand_in = {}
    for c in codes:
        stand_in.setdefault(kind(c, unicodedata.category(chr(c))), c)
    ranges = []
    for c in sorted(category):
        key = kind(c, category[c])
        if ranges and ranges[-1][1] == c - 1 and ranges[-1][2] == key:
            ranges[-1][1] = c
        else:
            ranges.append([c, c, key])
    print("// Written by tests/core/tokenizer/make_unicode_table.py. {first, last, stand-in}")
    for first, last, key in ranges:
        print(f"{{0x{first:x}, 0x{last:x}, 0x{stand_in[key]:x}}},  // {key[0]}{', Han' if key[2] else ''}")


main()
