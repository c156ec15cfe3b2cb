"""Tokenizer and token stream of the mixture.

The tokenizer is a byte-level BPE whose pieces suit the tasks: every word that the tasks use comes out as one token
with its leading space, a number splits into pairs of digits ("1732" -> "17" "32"), and the capitals of an acronym
stay single letters.

    python3 corpus.py tokenizer OUT/tokenizer.json
    python3 corpus.py tokens OUT/tokenizer.json OUT/tokens.npy [--documents 6000000] [--processes 2]
"""

import argparse
import os
import random
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from mixture import TASKS, draw_example

# Stands before every document, so it is the first token of every prompt.
END_OF_TEXT = "<|endoftext|>"

# What may become one token: a word with its space, one or two digits, a run of other signs, white space.
PIECES = r"'s|'t| ?\p{L}+| ?\p{N}{1,2}| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"

TOKENIZER_SEED = 1
TOKENIZER_DOCUMENTS = 150_000
MAX_VOCABULARY = 3072  # never reached: rare pieces are left out first
MIN_FREQUENCY = 60

STREAM_SEED = 100
N_DOCUMENTS = 6_000_000  # some 210 million tokens
N_SHARDS = 16  # part of the recipe: a stream depends on the seed and on this, never on the number of processes
DOCUMENTS_PER_BATCH = 2000


def tokenizer_documents(count: int, seed: int) -> list[str]:
    """Documents with every task as likely as every other, so that the words of small tasks are seen often enough.

    Acronyms are cut off before the bracket: their capitals are to stay single letters.
    """
    rng = random.Random(seed)
    documents = []
    for _ in range(count):
        task = rng.choice(TASKS)
        example = task.write(rng)
        if task.name == "acronym":
            documents.append(example.prompt.split(" (")[0] + ".")
        else:
            documents.append(example.text)
    return documents


def train_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PIECES), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=MAX_VOCABULARY,
        min_frequency=MIN_FREQUENCY,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(tokenizer_documents(TOKENIZER_DOCUMENTS, TOKENIZER_SEED), trainer)
    return tokenizer


def _write_shard(job: tuple[str, int, int]) -> np.ndarray:
    """The tokens of one shard, [token] uint16: whole batches of documents, so a few documents more than asked for."""
    tokenizer_path, seed, n_documents = job
    tokenizer = Tokenizer.from_file(tokenizer_path)
    end_of_text = tokenizer.token_to_id(END_OF_TEXT)
    rng = random.Random(seed)
    shard = []
    for _ in range(0, n_documents, DOCUMENTS_PER_BATCH):
        texts = [draw_example(rng).text for _ in range(DOCUMENTS_PER_BATCH)]
        for encoding in tokenizer.encode_batch(texts, add_special_tokens=False):
            shard.append(end_of_text)
            shard.extend(encoding.ids)
    return np.array(shard, dtype=np.uint16)


def token_stream(tokenizer_path: Path, n_documents: int, n_processes: int) -> np.ndarray:
    """All documents one after the other, [token] uint16. The same for every number of processes."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # the processes are parallel already
    per_shard = -(-n_documents // N_SHARDS)
    jobs = [(str(tokenizer_path), STREAM_SEED + shard, per_shard) for shard in range(N_SHARDS)]
    with Pool(n_processes) as pool:
        return np.concatenate(pool.map(_write_shard, jobs, chunksize=1))


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Tokenizer and token stream of the training mixture.")
    commands = parser.add_subparsers(dest="command", required=True)
    tokenizer = commands.add_parser("tokenizer", help="train the tokenizer")
    tokenizer.add_argument("out", type=Path, metavar="TOKENIZER.json")
    tokens = commands.add_parser("tokens", help="write the token stream")
    tokens.add_argument("tokenizer", type=Path, metavar="TOKENIZER.json")
    tokens.add_argument("out", type=Path, metavar="TOKENS.npy")
    tokens.add_argument("--documents", type=int, default=N_DOCUMENTS, help="default: %(default)s")
    tokens.add_argument("--processes", type=int, default=os.cpu_count(), help="default: all cores")
    return parser.parse_args()


def main() -> None:
    arguments = _parse_arguments()
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    if arguments.command == "tokenizer":
        tokenizer = train_tokenizer()
        tokenizer.save(str(arguments.out))
        print(f"{arguments.out}: {tokenizer.get_vocab_size()} tokens")
    else:
        stream = token_stream(arguments.tokenizer, arguments.documents, arguments.processes)
        np.save(arguments.out, stream)
        print(f"{arguments.out}: a stream of {len(stream):,} tokens")


if __name__ == "__main__":
    main()
