"""Counts which held-out prompts also stand in the training stream: all of a closed list's, hardly any of an open one's.

    python3 overlap.py [--processes 2]        writes overlap.json; some minutes on two cores

The prompts are those of evaluate.py, the documents those of corpus.py tokens.
"""

import argparse
import json
import os
import random
from multiprocessing import Pool
from pathlib import Path

from tokenizers import Tokenizer

from corpus import DOCUMENTS_PER_BATCH, END_OF_TEXT, N_DOCUMENTS, N_SHARDS, STREAM_SEED
from held_out import EVALUATION_SEED, N_EVALUATION_PROMPTS, held_out_prompts
from mixture import TASKS, draw_example
from shapes import CONTEXT

FOLDER = Path(__file__).resolve().parent
TOKENIZER = FOLDER.parent / "mixture-tiny" / "tokenizer.json"


def _seen_in_shard(job: tuple[int, int, frozenset[str]]) -> set[str]:
    """Those of the prompts that are the prompt of a document of the shard."""
    seed, n_documents, prompts = job
    rng = random.Random(seed)
    seen = set()
    for _ in range(-(-n_documents // DOCUMENTS_PER_BATCH) * DOCUMENTS_PER_BATCH):
        prompt = draw_example(rng).prompt
        if prompt in prompts:
            seen.add(prompt)
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description="Which held-out prompts stand in the training stream.")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="default: all cores")
    arguments = parser.parse_args()

    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    end_of_text = tokenizer.token_to_id(END_OF_TEXT)
    asking = [task for task in TASKS if task.name not in ("same_language", "story")]
    prompts = {}
    for task in asking:
        drawn = held_out_prompts(task, tokenizer, end_of_text, N_EVALUATION_PROMPTS, EVALUATION_SEED, CONTEXT)
        prompts[task.name] = [prompt.text for prompt in drawn]
    everything = frozenset(text for texts in prompts.values() for text in texts)
    jobs = [(STREAM_SEED + shard, -(-N_DOCUMENTS // N_SHARDS), everything) for shard in range(N_SHARDS)]
    with Pool(arguments.processes) as pool:
        seen = set().union(*pool.map(_seen_in_shard, jobs, chunksize=1))
    counts = {name: sum(text in seen for text in texts) for name, texts in prompts.items()}
    result = {
        "seed": EVALUATION_SEED, "n_prompts": N_EVALUATION_PROMPTS, "n_documents": N_DOCUMENTS, "seen": counts,
    }
    (FOLDER / "overlap.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
