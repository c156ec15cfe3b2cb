"""Puts rows of models into a catalogue, as scans of them would: lists of published heads go by name and shape alone.

usage: gpt2_row.py CATALOGUE NAME=N_LAYERS,N_HEADS,D_MODEL...
"""
import contextlib
import sqlite3
import sys

with contextlib.closing(sqlite3.connect(sys.argv[1])) as catalogue, catalogue:
    for word in sys.argv[2:]:
        name, shape = word.split("=")
        n_layers, n_heads, d_model = map(int, shape.split(","))
        catalogue.execute(
            "INSERT INTO model (fingerprint, name, path, architecture, dtype, n_layers, n_heads, n_kv_heads, d_model, d_head, vocab_size, n_parameters, added_at, seen_at) "
            "VALUES (?, ?, '', 'gpt2', 'f32', ?, ?, ?, ?, 64, 50257, 124439808, '', '')", (name, name, n_layers, n_heads, n_heads, d_model))
