"""Writes the golden GGUF files: small random models of every architecture, converted as llama.cpp converts them, with the
logits that transformers gives for the original; and blocks of every number format with the numbers that they mean.

    pip install -r tests/golden/make_gguf_requirements.txt
    python3 tests/golden/make_gguf.py [NAME...]            # all golden files, or these models, into tests/core
    python3 tests/golden/make_gguf.py --convert FOLDER FILE.gguf --type Q8_0     # one model

The names of tensors are those of the `gguf` package, and so are the quantised blocks and their numbers; `--check` loads every
file with transformers' own GGUF reader too, where it has one for the architecture, and compares the logits.
"""
import argparse
import json
import pathlib
import tempfile

import gguf
import numpy as np
import torch
import transformers as t
from gguf_cases import CASES, TOKENS
from gguf_metadata import add_metadata, architecture_of
from gguf_tensors import converted, with_split
from safetensors.torch import load_file, save_file
from tiny_models import as_internlm2

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
MODELS = TOP / "tests" / "core" / "checkpoint" / "gguf"
BLOCKS = TOP / "tests" / "core" / "tensor" / "gguf"


def convert(folder, file, kind, tokenizer=True):
    config = json.loads((folder / "config.json").read_text())
    arch = architecture_of(config)
    writer = gguf.GGUFWriter(file, arch)
    constant = next(a for a, name in gguf.MODEL_ARCH_NAMES.items() if name == arch)
    names = gguf.get_tensor_name_map(constant, config.get("num_hidden_layers", config.get("n_layer")))
    extra = {}
    add_metadata(writer, config, extra)
    if tokenizer and (folder / "tokenizer.json").exists():
        add_tokenizer(writer, json.loads((folder / "tokenizer.json").read_text()))
    tensors = {name: value.float().numpy() for name, value in load_file(folder / "model.safetensors").items()}
    for name, values in extra.items():
        writer.add_tensor(name, values)
    for name, values in sorted(with_split(tensors, config)):
        suffixes = (".weight", ".bias")
        new = names.get_name(name, suffixes) or names.get_name(name.removeprefix("transformer."), suffixes)
        if new is None or (new == "output.weight" and config.get("tie_word_embeddings")):
            continue
        values = np.ascontiguousarray(converted(name, values, config, arch))
        usable = gguf.GGMLQuantizationType["F16" if kind == "MXFP4" and values.ndim < 3 else kind]
        block = gguf.GGML_QUANT_SIZES[usable][0]
        if values.ndim < 2 or values.shape[-1] % block or new.endswith((".bias", "_norm.weight")):
            writer.add_tensor(new, values.astype(np.float32))
        else:
            writer.add_tensor(new, gguf.quantize(values, usable), raw_dtype=usable)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def add_tokenizer(writer, definition):
    """A tokenizer whose pattern llama.cpp has no name for: as a whole."""
    writer.add_string("tokenizer.huggingface.json", json.dumps(definition, ensure_ascii=False))


def as_stored(values, kind):
    """The numbers that a file of this type gives back."""
    values = values.to(torch.bfloat16).to(torch.float16).float()
    if kind == "MXFP4" and values.ndim == 3:  # GPT-OSS's experts, whose blocks run along the inputs
        return as_blocks(values.swapaxes(1, 2), kind).swapaxes(1, 2)
    return as_blocks(values, kind) if kind.startswith("Q") and values.ndim > 1 and values.shape[-1] % 32 == 0 else values


def as_blocks(values, kind):
    blocks = gguf.GGMLQuantizationType[kind]
    return torch.from_numpy(gguf.dequantize(gguf.quantize(np.ascontiguousarray(values.numpy()), blocks), blocks))


def save(model, folder, name):
    model.save_pretrained(folder)
    if name != "internlm2":
        return
    config = json.loads((folder / "config.json").read_text()) | dict(model_type=name)
    save_file(as_internlm2(load_file(folder / "model.safetensors"), config), folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config))


def make_models(names, check):
    reference = json.loads((MODELS / "reference.json").read_text()) if names else {}
    with tempfile.TemporaryDirectory() as place:
        for name, (cls, fields, kind) in CASES.items():
            if names and name not in names:
                continue
            torch.manual_seed(sum(map(ord, name)))
            config = cls(**fields)
            config._experts_implementation = "eager"
            model = t.AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
            with torch.no_grad():
                for parameter in model.parameters():
                    parameter.copy_(as_stored(torch.randn_like(parameter) * 0.3, kind))
            folder = pathlib.Path(place) / name
            save(model, folder, name)
            convert(folder, MODELS / f"{name}.gguf", kind)
            with torch.no_grad():
                logits = model.double()(torch.tensor([TOKENS])).logits[0]
            reference[name] = {"tokens": TOKENS, "logits": [[float(f"{x:.7g}") for x in row] for row in logits.tolist()]}
            print(f"{name}: {(MODELS / f'{name}.gguf').stat().st_size} bytes" + (compare(name, config, logits) if check else ""))
    lines = [f' {json.dumps(name)}: {json.dumps(reference[name], separators=(",", ":"))}' for name in CASES if name in reference]
    (MODELS / "reference.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


def compare(name, config, logits):
    """What transformers' own GGUF reader makes of the tensors; of the metadata it reads less than there is."""
    try:
        model = t.AutoModelForCausalLM.from_pretrained(MODELS, gguf_file=f"{name}.gguf", config=config, dtype=torch.float32, attn_implementation="eager").eval()
        with torch.no_grad():
            there = model.double()(torch.tensor([TOKENS])).logits[0]
        return f"; transformers' reader differs by {(there - logits).abs().max():.2g}"
    except Exception as problem:  # an architecture that it does not read
        return f"; transformers' reader: {type(problem).__name__}: {str(problem).splitlines()[0][:100]}"


def make_blocks():
    """Every type as a tensor [2, 512] of its name, and beside it NAME.expected, what the reference reads from it."""
    random = np.random.default_rng(1)
    writer = gguf.GGUFWriter(BLOCKS / "blocks.gguf", "blocks")
    for kind in ("F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "MXFP4"):
        constant = gguf.GGMLQuantizationType[kind]
        n_numbers, n_bytes = gguf.GGML_QUANT_SIZES[constant]
        if kind.endswith("_K"):  # the package reads these and does not write them: any bytes, with finite scales
            blocks = random.integers(0, 256, (2 * 512 // n_numbers, n_bytes), dtype=np.uint8)
            halves = {"Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}[kind]
            for place in halves:
                blocks[:, place:place + 2] = (random.standard_normal((len(blocks), 1)) * 0.1).astype(np.float16).view(np.uint8)
            stored = blocks.reshape(2, -1)
        else:
            stored = gguf.quantize(random.standard_normal((2, 512)).astype(np.float32), constant)
        writer.add_tensor(kind, stored, raw_dtype=constant)
        writer.add_tensor(kind + ".expected", gguf.dequantize(stored, constant).astype(np.float32).reshape(2, 512))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="of the models; without, all and the blocks")
    parser.add_argument("--convert", nargs=2, type=pathlib.Path, metavar=("FOLDER", "FILE"))
    parser.add_argument("--type", default="F32", help="of the matrices: F32, F16, BF16, Q8_0, Q4_0, ...")
    parser.add_argument("--check", action="store_true", help="compare with transformers' own GGUF reader")
    options = parser.parse_args()
    if options.convert:
        return convert(*options.convert, options.type)
    for folder in (MODELS, BLOCKS):
        folder.mkdir(parents=True, exist_ok=True)
    if not options.names:
        make_blocks()
    make_models(options.names, options.check)


main()
