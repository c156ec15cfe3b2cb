"""Random texts made of what tokenizers stumble over."""

ALPHABET = (
    list("abcdefghijklmnopqrstuvwxyzABCDEXYZ0123456789") + list(" \t\n\r.,;:!?'\"-_()[]{}<>|/\\@#$%^&*+=~`") + [" "] * 20
    + list("éèüñçßøåÉÀÖ\u0301\u0323\u0308\u0327ΑΣσςаБвЯشابת日本語中文字한국어คำไทยनमस्ते்ഀ")
    + list("\u00a0\u2003\u2028\u200b\u200d\ufeff\u0085\u180e\u3000\u00ad") + list("²³¹¼½¾ªº٣Ⅷ①㊗")
    + list("ﬁﬀſİıŉǅﷺ가각ᄀ한ᆨ") + list("😀👍🏽👩‍👩‍👧🇩🇪") + list("\u1e9e\u212b\u2126\u0344\u0958\u2adc\U0001d15e\U00011938\u0f73")
    + list("▁ĠĊ�\x00\x01\x7f") + list("\U00010d40\U0001cc00\u1c89\ua7cb\U00031350")
)
WORDS = ("the and of to in that it is was for on you don't I'm we've they'll 'tis hello Hello HELLO world World café naïve résumé 12345 3.14 1,000 "
         "foo_bar x=y+z http://example.com/a?b=c <s> </s> <unk> <|endoftext|> [MASK] New York new york do not can't").split()


def random_text(rng, extra):
    parts = []
    for _ in range(rng.randint(0, 14)):
        kind = rng.random()
        if kind < 0.35:
            parts.append(rng.choice(WORDS))
        elif kind < 0.45 and extra:
            parts.append(rng.choice(extra))
        elif kind < 0.7:
            parts.append("".join(rng.choice(ALPHABET) for _ in range(rng.randint(1, 6))))
        elif kind < 0.8:
            parts.append(rng.choice([" ", "  ", "   ", "\n", "\n\n", " \n ", "\t"]))
        elif kind < 0.85:
            parts.append(chr(rng.choice([rng.randint(1, 0xd7ff), rng.randint(0xe000, 0x1ffff)])))
        else:
            parts.append(rng.choice(WORDS) * rng.randint(1, 3))
        if rng.random() < 0.5:
            parts.append(" ")
    return "".join(parts)
