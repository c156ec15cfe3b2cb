"""Numbers of many prompts, such as a correlation: the catalogue keeps what every prompt of a half contributes, so their mean over the half is the
number. Here the numbers are computed from the reference's own values, by their definitions.
"""

import math
from collections import Counter

# family: {output: (kind, outputs x, outputs y)}
DERIVED = {
    "name-mover": {6: ("correlation", (1, 2), (4, 5))},
    "negative-name-mover": {6: ("correlation", (1, 2), (4, 5))},
    "negative": {8: ("least", (4, 5, 6, 7), ()), 10: ("correlation", (1,), (9,))},
    "constant": {6: ("information", (4,), (5,))},
    "single-letter": {9: ("information", (7,), (8,))},
    "iteration": {3: ("steadiness", tuple(range(4, 12)), ())},
}


def mean(values):
    values = [v for v in values if not math.isnan(v)]
    return sum(values) / len(values) if values else math.nan


def deviation(values):
    centre = mean(values)
    return math.sqrt(mean([(v - centre) ** 2 for v in values]))


def points(x, y):
    return [(a, b) for xs, ys in zip(x, y) for a, b in zip(xs, ys) if not math.isnan(a) and not math.isnan(b)]


def correlation(x, y):
    pairs = points(x, y)
    if len(pairs) < 3:
        return math.nan
    a, b = zip(*pairs)
    if deviation(a) <= 1e-9 * abs(mean(a)) or deviation(b) <= 1e-9 * abs(mean(b)):
        return math.nan
    return mean([(p - mean(a)) * (q - mean(b)) for p, q in pairs]) / (deviation(a) * deviation(b))


def information(x, y):
    pairs = points(x, y)
    n, both = len(pairs), Counter(pairs)
    if n < 3:
        return math.nan
    a, b = Counter(p for p, _ in pairs), Counter(q for _, q in pairs)
    plain = sum(c / n * math.log(c * n / (a[p] * b[q])) for (p, q), c in both.items())
    return plain - sum(expected(i, j, n) for i in a.values() for j in b.values())


def expected(a, b, n):
    """What two values that occur a and b times have of it on the average over all shufflings."""
    ways = math.comb(n, b)
    both = range(max(1, a + b - n), min(a, b) + 1)
    return sum(k / n * math.log(n * k / (a * b)) * math.comb(a, k) * math.comb(n - a, b - k) / ways for k in both)


def steadiness(x, _):
    measured = [[v for v in values if not math.isnan(v)] for values in x]
    return 1 - mean([deviation(values) for values in measured if len(values) > 1])


def compare_derived(family, ours, reference):
    """The largest difference of the family's numbers of many prompts. ours and reference: {(output, layer, head): values by prompt}."""
    largest = 0.0
    for output, (kind, x, y) in DERIVED.get(family, {}).items():
        for layer, head in sorted({key[1:] for key in reference}):
            n = len(next(iter(reference.values())))
            halves = slice(0, n // 2), slice(n // 2, n)
            series = lambda outputs, half: [reference.get((o, layer, head), [math.nan] * n)[half] for o in outputs]  # noqa: E731
            if kind == "least":
                chosen = min(x, key=lambda o: mean(series((o,), halves[0])[0]))
                expected = [mean(series((chosen,), half)[0]) for half in halves]
            else:
                expected = [globals()[kind](series(x, half), series(y, half)) for half in halves]
            for half, theirs in zip(halves, expected):
                found = mean(ours.get((output, layer, head), [math.nan] * n)[half])
                if math.isnan(found) != math.isnan(theirs):
                    return math.inf
                largest = max(largest, 0.0 if math.isnan(theirs) else abs(found - theirs))
    return largest
