"""Prints the frequencies that rotary_test.cpp holds, from transformers' own functions run in float64.

    python3 rotary_reference.py        (needs transformers 5 and numpy; torch is not needed)
"""
import inspect
import math
import types
from typing import Optional

import numpy
from transformers import modeling_rope_utils


class Array(numpy.ndarray):
    def to(self, *_, **__):
        return self.astype(numpy.float64).view(Array)

    float = to


def array(values):
    return numpy.asarray(values, dtype=numpy.float64).view(Array)


# What those functions use of torch, in double precision.
torch = types.SimpleNamespace(
    arange=lambda *bounds, **_: array(numpy.arange(*bounds)),
    clamp=lambda x, low, high: array(numpy.clip(x, low, high)),
    where=lambda condition, a, b: array(numpy.where(condition, a, b)),
    tensor=lambda values, **_: array(values),
    float=None, float32=None, int64=None, Tensor=Array)

NAMES = {"linear": "linear_scaling_rope"}
CASES = [
    dict(rope_type="linear", factor=4.0),
    dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64),
    dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=32),
    dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=512, beta_fast=16, beta_slow=2, truncate=False),
    dict(rope_type="yarn", factor=40.0, original_max_position_embeddings=32, mscale=1.0, mscale_all_dim=0.5),
    dict(rope_type="yarn", factor=None, original_max_position_embeddings=32, attention_factor=1.25),
    dict(rope_type="longrope", short_factor=[1.0, 1.5, 2.0, 3.0], long_factor=[9.0] * 4, original_max_position_embeddings=32),
]

for case in CASES:
    function = getattr(modeling_rope_utils, f"_compute_{NAMES.get(case['rope_type'], case['rope_type'])}_parameters")
    scope = {"torch": torch, "math": math, "Optional": Optional}
    exec(inspect.getsource(function), scope)
    config = types.SimpleNamespace(rope_parameters=dict(case, rope_theta=10000.0), head_dim=8, hidden_size=32,
                                   num_attention_heads=4, max_position_embeddings=128, standardize_rope_params=lambda: None)
    frequencies, attention_factor = scope[function.__name__](config)
    print(case, [float(f"{f:.12g}") for f in numpy.array(frequencies)], float(attention_factor))
