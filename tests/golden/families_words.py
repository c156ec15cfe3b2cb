"""The families of words, computed with torch (see families_attention.py): of pieces of one, of rare ones, and of grammar."""

import json
import math
import re
from collections import Counter
from pathlib import Path

import torch


def words_of(pieces):
    """[token] its word as text and number; a word goes on over apostrophes."""
    text = "".join(pieces[1:])
    of_sign = {}
    for number, match in enumerate(re.finditer(r"\w+(?:['’]\w+)*|[^\w\s]", text)):
        of_sign.update(dict.fromkeys(range(*match.span()), number))
    numbers, at = [-1], 0
    for piece in pieces[1:]:
        numbers.append(next((of_sign[i] for i in range(at, at + len(piece)) if i in of_sign), -1))
        at += len(piece)
    return numbers


def subword_merge(p, layer):
    words = words_of(p.pieces)
    depth = [-1 if w < 0 else 0 for w in words]
    for i in range(1, len(words)):
        if words[i] >= 0 and words[i] == words[i - 1]:
            depth[i] = depth[i - 1] + 1
    count = Counter(d for d in depth if d > 0)
    if not count:
        return {}
    given = lambda i, k: p.a[layer][:, i, i - k : i].sum(-1)  # noqa: E731
    inside = torch.stack([given(i, d) for i, d in enumerate(depth) if d > 0]).mean(0)
    far = [given(i, d) for i, d in enumerate(depth) if d > 1]
    pairs = [(i, k) for i, d in enumerate(depth) if d == 0 for k in count if i - k >= 1]
    outside = sum(count[k] * given(i, k) for i, k in pairs) / sum(count[k] for _, k in pairs)
    before = torch.stack([p.a[layer][:, i, i - 1] for i, d in enumerate(depth) if d == 0 and i > 0]).mean(0)
    return {0: inside - outside, 1: inside, 3: outside, 4: before, 5: inside / before.clamp(min=1e-6), **({2: torch.stack(far).mean(0)} if far else {})}


def rare_words(p, layer):
    header = (Path(__file__).parents[2] / "plugins/families/rare-words/frequent_words.hpp").read_text()
    listed = "".join(json.loads(line) for line in re.findall(r'^\s+(".*")', header, re.M)).split(" ")
    place = {word: i for i, word in enumerate(listed)}
    numbers = words_of(p.pieces)
    text = {}
    for number, piece in zip(numbers, p.pieces):
        text[number] = text.get(number, "") + piece.strip().lower()
    rarity = [-1 if n < 0 else place.get(text[n], len(listed)) for n in numbers]
    hits, hits_two, correlations, shuffled = [], [], [], []
    for i in range(8, len(p.ids)):
        best = sorted(set(rarity[1 : i + 1]), reverse=True)
        if best[0] < 100:
            continue
        tops = [rarity[1 + int(k)] for k in p.a[layer][:, i, 1 : i + 1].argmax(-1)]
        hits.append(torch.tensor([float(t == best[0]) for t in tops]))
        hits_two.append(torch.tensor([float(t in best[:2] and t >= 0) for t in tops]))
        words = [r for r in rarity[1 : i + 1] if r >= 0]
        shuffled.append(torch.tensor([words.count(best[0]) / len(words) if t >= 0 else 0.0 for t in tops]))
        logs = p.a[layer][:, i, 1:i].double().clamp(min=1e-6).log()
        rows = [correlation(alike_ranked(row), ranked(rarity[1:i])) for row in logs]
        correlations.append(torch.tensor(rows))
    if not hits:
        return {}
    return {0: torch.stack(hits).mean(0), 1: torch.stack(hits_two).mean(0), 2: torch.stack(correlations).nanmean(0), 3: torch.stack(shuffled).mean(0)}


def ranked(values):
    order = sorted(values)
    first, last = {}, {}
    for i, value in enumerate(order):
        first.setdefault(value, i)
        last[value] = i
    return [(first[v] + last[v]) / 2 for v in values]


def alike_ranked(values, alike=1e-3):
    """Ranks that go over into each other where two values are nearer than `alike`: sum over the others of the part of each that lies below."""
    return (((values[:, None] - values[None]) / (2 * alike) + 0.5).clamp(0, 1).sum(-1) - 0.5).tolist()


def correlation(x, y):
    x, y = torch.tensor(x, dtype=torch.float64), torch.tensor(y, dtype=torch.float64)
    x, y = x - x.mean(), y - y.mean()
    return float(x @ y / (x @ x * (y @ y)).sqrt()) if x @ x >= 1e-12 and y @ y >= 1e-12 else math.nan


# The kinds of sentences of the task sentence-grammar, and their arcs as (relation, dependent, head) of words.
GRAMMAR = (
    (r"The \w+ \w+ \w+ the \w+ \w+ \.", "det 0 2, amod 1 2, nsubj 2 3, det 4 6, amod 5 6, obj 6 3"),
    (r"The \w+ that \w+ the \w+ \w+ \w+ \.", "det 0 1, nsubj 2 3, acl 3 1, det 4 5, obj 5 3, nsubj 1 6, advmod 7 6"),
    (r"The \w+ \w+ \w+ in the \w+ \.", "det 0 2, amod 1 2, nsubj 2 3, case 4 6, det 5 6, obl 6 3"),
    (r"\w+ went to the \w+ and \w+ a \w+ \w+ \.", "nsubj 0 1, case 2 4, det 3 4, obl 4 1, cc 5 6, conj 6 1, det 7 9, amod 8 9, obj 9 6"),
)
RELATIONS = "nsubj obj obl nmod amod advmod det case aux mark compound conj acl ccomp".split()


def arcs_of(pieces):
    """[(relation, dependent, head)] in words of the prompt."""
    texts = {}
    for number, piece in zip(words_of(pieces), pieces):
        texts[number] = texts.get(number, "") + piece.strip()
    words, arcs, begin = [texts[n] for n in sorted(texts) if n >= 0], [], 0
    while begin < len(words):
        end = words.index(".", begin) + 1
        (arcs_here,) = [arcs for pattern, arcs in GRAMMAR if re.fullmatch(pattern, " ".join(words[begin:end]))]
        arcs += [(relation, begin + int(d), begin + int(h)) for relation, d, h in map(str.split, arcs_here.split(","))]
        begin = end
    return arcs


def best_distances(prompts):
    """{(relation, direction): the distance that most arcs have}; in this task all prompts have as many arcs of a relation."""
    counts = {}
    for p in prompts:
        for relation, dependent, head in arcs_of(p["pieces"]):
            counts.setdefault((relation, head > dependent), Counter())[abs(head - dependent)] += 1
    return {key: min(c, key=lambda d: (-c[d], d)) for key, c in counts.items() if sum(c.values()) >= 20}


def syntactic(p, layer):
    words, best, arcs = words_of(p.pieces), best_distances(p.prompts), arcs_of(p.pieces)
    n = max(words) + 1
    pieces = torch.tensor([[float(w == number) for w in words] for number in range(n)])  # [word, token]
    by_word = torch.einsum("wi,hij,vj->hwv", pieces / pieces.sum(-1, keepdim=True), p.a[layer], pieces)
    sums = {}
    for relation, dependent, head in arcs:
        forward = int(head > dependent)  # the head looks at its dependent
        query, target = max(dependent, head), min(dependent, head)
        hit = (by_word[:, query, :query].argmax(-1) == target).double()
        sums.setdefault(29 + forward, []).append(hit)
        if (relation, bool(forward)) in best and relation in RELATIONS:
            gain = hit - float(query - target == best[relation, bool(forward)])
            sums.setdefault(1 + 14 * forward + RELATIONS.index(relation), []).append(gain)
    means = {output: torch.stack(each).mean(0) for output, each in sums.items()}
    return means | {31 + d: torch.full((p.H,), len(sums.get(29 + d, [])) / len(arcs)) for d in (0, 1)}
