"""A mean over prompts with its uncertainty."""

import math

Z_95 = 1.959963984540054  # two-sided 95 % of the normal distribution


def wilson_interval(mean: float, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of n prompts (Wilson 1927).

    Unlike mean +- 2 standard errors it does not shrink to a point when every prompt is right. For values between 0
    and 1 it is too wide rather than too narrow, since none vary more than those that are 0 or 1.
    """
    denominator = 1 + Z_95**2 / n
    centre = (mean + Z_95**2 / (2 * n)) / denominator
    half = Z_95 / denominator * math.sqrt(mean * (1 - mean) / n + Z_95**2 / (4 * n**2))
    return max(0.0, centre - half), min(1.0, centre + half)


def estimate(values: list[float]) -> dict:
    """Mean, its standard error (from the spread over prompts) and 95 % interval. REQUIRES two values or more."""
    n = len(values)
    if n < 2:
        raise ValueError(f"{n} prompts: a standard error takes two or more")
    mean = math.fsum(values) / n
    variance = math.fsum((value - mean) ** 2 for value in values) / (n - 1)
    low, high = wilson_interval(mean, n)
    return {
        "accuracy": round(mean, 4),
        "standard_error": round(math.sqrt(variance / n), 4),
        "interval_95": [round(low, 4), round(high, 4)],
        "n": n,
    }
