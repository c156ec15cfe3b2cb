"""What opening a model costs beside mapping its file: peak memory, and time.

usage: open_memory.py HEADLIGHT [MEGABYTES] [--dtype BF16|F32]

Writes a llama of so many megabytes (default 500), opens it (`headlight doctor`) and runs one token through it (`headlight forward`).
Prints for each the peak of its memory, how much of that is its own (RssAnon) and how much the mapped file (RssFile), and the seconds,
beside a process that maps the file and touches every page. Exits with 1 when the peak of opening is over the file and a tenth of it.
"""
import argparse
import array
import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
import tensors  # noqa: E402

D_MODEL, D_MLP, N_HEADS, VOCABULARY = 1024, 4096, 16, 32000
BYTES = {"BF16": 2, "F32": 4}
PLAIN = "import mmap, sys; f = open(sys.argv[1], 'rb'); m = mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ); len(m[::4096])"


def shapes(n_layers):
    yield "model.embed_tokens.weight", [VOCABULARY, D_MODEL]
    yield "model.norm.weight", [D_MODEL]
    yield "lm_head.weight", [VOCABULARY, D_MODEL]
    for layer in range(n_layers):
        block = f"model.layers.{layer}."
        for name in "qkvo":
            yield f"{block}self_attn.{name}_proj.weight", [D_MODEL, D_MODEL]
        yield block + "mlp.gate_proj.weight", [D_MLP, D_MODEL]
        yield block + "mlp.up_proj.weight", [D_MLP, D_MODEL]
        yield block + "mlp.down_proj.weight", [D_MODEL, D_MLP]
        yield block + "input_layernorm.weight", [D_MODEL]
        yield block + "post_attention_layernorm.weight", [D_MODEL]


def write_model(folder, megabytes, dtype):
    n_numbers = megabytes * 1_000_000 // BYTES[dtype]
    n_layers = max(1, round((n_numbers - 2 * VOCABULARY * D_MODEL) / (4 * D_MODEL ** 2 + 3 * D_MODEL * D_MLP)))
    header, at = {}, 0
    for name, shape in shapes(n_layers):
        size = BYTES[dtype] * shape[0] * (shape[1] if len(shape) > 1 else 1)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    source = random.Random(1)
    values = array.array("f", [source.gauss(0, 0.02) for _ in range(1 << 18)])
    tile = values.tobytes()
    if dtype == "BF16":
        tile = b"".join(tile[i + 2:i + 4] for i in range(0, len(tile), 4))
    with open(folder / "model.safetensors", "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for begin in range(0, at, len(tile)):
            out.write(tile[:min(len(tile), at - begin)])
    (folder / "config.json").write_text(json.dumps({
        "model_type": "llama", "hidden_size": D_MODEL, "intermediate_size": D_MLP, "num_hidden_layers": n_layers, "num_attention_heads": N_HEADS,
        "num_key_value_heads": N_HEADS, "vocab_size": VOCABULARY, "max_position_embeddings": 2048, "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0, "hidden_act": "silu", "tie_word_embeddings": False}))


def memory_of(pid):
    """VmHWM, RssAnon and RssFile of a process, in bytes; nothing when it is gone."""
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    except (OSError, ProcessLookupError):
        return {}
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    return {name: int(fields[name].split()[0]) * 1024 for name in ("VmHWM", "RssAnon", "RssFile") if name in fields}


def measured(command):
    begun = time.monotonic()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    most = {"VmHWM": 0, "RssAnon": 0, "RssFile": 0}
    while process.poll() is None:
        for name, value in memory_of(process.pid).items():
            most[name] = max(most[name], value)
        time.sleep(0.002)
    seconds = time.monotonic() - begun
    if process.returncode != 0:
        sys.exit(f"{command} exits with {process.returncode}: {process.stderr.read().decode()}")
    process.stderr.close()
    return most, seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("headlight")
    parser.add_argument("megabytes", nargs="?", type=int, default=500)
    parser.add_argument("--dtype", choices=BYTES, default="BF16")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_model(folder, arguments.megabytes, arguments.dtype)
        weights = folder / "model.safetensors"
        tensors.write(folder / "tokens.safetensors", {"input_ids": tensors.tensor([[1]])})
        size = weights.stat().st_size
        steps = {"map and touch": [sys.executable, "-c", PLAIN, weights],
                 "open": [arguments.headlight, "doctor", folder],
                 "one token": [arguments.headlight, "forward", folder, "--tokens", folder / "tokens.safetensors", "--out", folder / "out.safetensors"]}
        measured(steps["map and touch"])  # the file is in the page cache from here on
        print(f"{size / 1e6:.0f} MB of {arguments.dtype}\n{'':14} {'peak':>9} {'own':>9} {'mapped':>9} {'peak / file':>12} {'seconds':>8}")
        peaks = {}
        for step, command in steps.items():
            most, seconds = measured(command)
            peaks[step] = most["VmHWM"] / size
            print(f"{step:14} {most['VmHWM'] / 1e6:6.0f} MB {most['RssAnon'] / 1e6:6.0f} MB {most['RssFile'] / 1e6:6.0f} MB {peaks[step]:12.3f} {seconds:8.2f}")
    return 1 if peaks["open"] > 1.1 else 0


if __name__ == "__main__":
    sys.exit(main())
