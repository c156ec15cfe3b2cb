"""The tables of the model card, from the shipped folders themselves.

    python3 model_card.py             prints the tables
    python3 model_card.py --write     puts them into ../README.md, between their markers
    python3 model_card.py --check     exits with 1 when the tables there are not these

Needs nothing but Python: configurations, headers of the weights and evaluation.json hold all numbers.
"""

import argparse
import json
import math
import sys
from pathlib import Path

from mixture import TASKS
from shapes import GPT2, LLAMA, TINY, Shape

MODELS_FOLDER = Path(__file__).resolve().parent.parent
CARD = MODELS_FOLDER / "README.md"
SHIPPED = (GPT2, LLAMA, TINY)
OVERLAP = Path(__file__).resolve().parent / "overlap.json"
SERIES = "mixture-tiny-steps"


def read_json(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def safetensors_header(path: Path) -> dict[str, dict]:
    """Tensor name -> dtype, shape, data_offsets. Throws ValueError when the file is not complete."""
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        if 8 + size > path.stat().st_size:
            raise ValueError(f"{path}: a header of {size} bytes does not fit into {path.stat().st_size}")
        header = json.loads(file.read(size))
    header.pop("__metadata__", None)
    end = max(tensor["data_offsets"][1] for tensor in header.values())
    if 8 + size + end != path.stat().st_size:
        raise ValueError(f"{path}: header and tensors take {8 + size + end} bytes, the file has {path.stat().st_size}")
    return header


def count_parameters(folder: Path) -> int:
    header = safetensors_header(folder / "model.safetensors")
    return sum(math.prod(tensor["shape"]) for tensor in header.values())


def table(header: list[str], rows: list[list[str]]) -> str:
    """Markdown; all columns but the first are aligned right."""
    rule = ["---"] + ["---:"] * (len(header) - 1)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [header, rule, *rows])


def heads_in_words(shape: Shape) -> str:
    if shape.n_kv_heads == shape.n_heads:
        return str(shape.n_heads)
    return f"{shape.n_heads} on {shape.n_kv_heads} kv"


def models_table() -> str:
    header = ["model", "architecture", "layers", "heads", "width", "parameters", "weights", "steps"]
    rows = []
    for shape in SHIPPED:
        folder = MODELS_FOLDER / shape.name
        n_bytes = (folder / "model.safetensors").stat().st_size
        rows.append([
            f"`{shape.name}`",
            read_json(folder / "config.json")["architectures"][0],
            str(shape.n_layers),
            heads_in_words(shape),
            str(shape.width),
            f"{count_parameters(folder):,}",
            f"{n_bytes / 1e6:.1f} MB",
            f"{shape.n_steps:,}",
        ])
    return table(header, rows)


def cell(result: dict) -> str:
    return f"{result['accuracy']:.3f} ± {result['standard_error']:.3f}"


def accuracy_table() -> str:
    evaluations = [read_json(MODELS_FOLDER / shape.name / "evaluation.json") for shape in SHIPPED]
    seen = read_json(OVERLAP)["seen"]
    header = ["task", "guessing", "different prompts", "also in training"] + [f"`{shape.name}`" for shape in SHIPPED]
    rows = []
    for name, first in evaluations[0]["tasks"].items():
        guessing = "" if first["chance"] is None else f"{first['chance']:.2f}"
        results = [cell(evaluation["tasks"][name]) for evaluation in evaluations]
        n_seen = str(seen[name]) if name in seen else ""
        rows.append([f"`{name}`", guessing, str(first["n_distinct"]), n_seen, *results])
    return table(header, rows)


def series_table() -> str:
    """The kept steps and, last, the finished mixture-tiny."""
    entries = read_json(MODELS_FOLDER / SERIES / "evaluation.json")["steps"]
    names = list(entries[0]["tasks"])
    rows = [[f"`{entry['model']}`"] + [cell(entry["tasks"][name]) for name in names] for entry in entries]
    finished = read_json(MODELS_FOLDER / TINY.name / "evaluation.json")
    rows.append([f"`{TINY.name}` (step {TINY.n_steps})"] + [cell(finished["tasks"][name]) for name in names])
    return table(["checkpoint"] + [f"`{name}`" for name in names], rows)


def task_weights_table() -> str:
    total = sum(task.weight for task in TASKS)
    rows = [[f"`{task.name}`", str(task.weight), f"{100 * task.weight / total:.1f} %"] for task in TASKS]
    return table(["task", "weight", "of the documents"], rows)


TABLES = {
    "models": models_table,
    "accuracy": accuracy_table,
    "series": series_table,
    "tasks": task_weights_table,
}


def markers(name: str) -> tuple[str, str]:
    return f"<!-- table {name}: written by train/model_card.py -->", f"<!-- end of table {name} -->"


def with_tables(text: str) -> str:
    """The card with all its tables made new. Throws ValueError when a marker is missing."""
    for name, make in TABLES.items():
        begin, end = markers(name)
        if text.count(begin) != 1 or text.count(end) != 1:
            raise ValueError(f"the card should hold once each: {begin} and {end}")
        before, rest = text.split(begin)
        _, after = rest.split(end)
        text = f"{before}{begin}\n{make()}\n{end}{after}"
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description="The tables of the model card.")
    parser.add_argument("--write", action="store_true", help="put them into the card")
    parser.add_argument("--check", action="store_true", help="compare them with the card's")
    arguments = parser.parse_args()
    if arguments.write:
        CARD.write_text(with_tables(CARD.read_text(encoding="utf-8")), encoding="utf-8")
    elif arguments.check:
        text = CARD.read_text(encoding="utf-8")
        if with_tables(text) != text:
            sys.exit(f"the tables of {CARD.name} are not those of the folders: run model_card.py --write")
    else:
        print("\n\n".join(f"{name}\n\n{make()}" for name, make in TABLES.items()))


if __name__ == "__main__":
    main()
