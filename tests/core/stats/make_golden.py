"""Writes golden.json: what scipy says of small samples. Made with Python 3.11, numpy 2.3.5, scipy 1.16.3.

    python make_golden.py > golden.json
"""
import json

import numpy as np
from scipy import stats

rng = np.random.default_rng(20240901)


def rounded(x, digits=6):
    return [round(float(v), digits) for v in x]


def paired():
    for n, shift, scale in [(2, 0.1, 1), (5, 0, 1), (30, 0.3, 1), (30, -0.3, 1), (200, 0.05, 0.2), (40, 5, 1), (12, 1000, 1e-3)]:
        a = rounded(rng.normal(shift, scale, n))
        b = rounded(rng.normal(0, scale, n))
        yield {
            "a": a,
            "b": b,
            "greater": float(stats.ttest_rel(a, b, alternative="greater").pvalue),
            "two_sided": float(stats.ttest_rel(a, b).pvalue),
        }


def prediction():
    for n, value in [(3, 2.0), (3, -1.0), (5, 0.0), (10, 3.5), (50, 9.0), (200, 1.645)]:
        draws = rounded(rng.normal(0, 1, n))
        m, s = np.mean(draws), np.std(draws, ddof=1)
        by_interval = float(stats.t.sf((value - m) / (s * np.sqrt(1 + 1 / n)), n - 1))
        k = sum(draw >= value for draw in draws)
        yield {"value": value, "draws": draws, "p": max(by_interval, (k + 1) / (n + 1)) if k else by_interval}


def false_discovery():
    families = [[0.03], [0.01, 0.02, 0.03, 0.04, 0.05], [0.9, 0.001, 0.5, 0.001, 1.0, 0.0], rounded(rng.uniform(0, 1, 60) ** 2)]
    for p in families:
        yield {"p": p, "q": [float(q) for q in stats.false_discovery_control(p, method="bh")]}


def bootstrap():
    samples = [rng.normal(0.4, 0.2, 30), rng.exponential(1, 25), rng.uniform(0, 1, 8) < 0.5, rng.normal(-3, 10, 100)]
    for sample in samples:
        values = rounded(sample)
        for level in (0.95, 0.8):
            interval = stats.bootstrap((values,), np.mean, n_resamples=200_000, confidence_level=level, method="percentile",
                                       rng=np.random.default_rng(1), batch=10_000).confidence_interval
            yield {"values": values, "level": level, "low": float(interval.low), "high": float(interval.high),
                   "standard_error": float(stats.sem(values))}


def moments():
    for values in [[1.5, 2.5], rounded(rng.normal(0, 1, 17)), rounded(rng.normal(1e6, 1e-3, 50)), [0.1] * 7]:
        yield {"values": values, "mean": float(np.mean(values)), "standard_deviation": float(np.std(values, ddof=1)),
               "standard_error": float(stats.sem(values))}


def tails():
    for df in (1, 2, 9, 59, 1000):
        for t in (-5, -0.5, 0, 0.1, 2, 8, 40):
            yield {"t": t, "df": df, "sf": float(stats.t.sf(t, df))}


golden = {f.__name__: list(f()) for f in (paired, prediction, false_discovery, bootstrap, moments, tails)}
print("{\n" + ",\n".join(f'"{name}": [\n' + ",\n".join(map(json.dumps, cases)) + "\n]" for name, cases in golden.items()) + "\n}")
