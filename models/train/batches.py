"""Training rows: seven in eight are pieces of the token stream, one in eight is random tokens said twice.

All draws come from a generator on the CPU, so a seed gives the same rows on every device.
"""

import numpy as np
import torch

from shapes import CONTEXT

ONE_ROW_REPEATED_IN = 8
REPEAT_LENGTHS = (8, 200)  # shortest and longest run that is said twice


class Batches:
    """An endless sequence of batches, each [row, position] int64."""

    def __init__(self, stream: np.ndarray, n_tokens: int, end_of_text: int, n_rows: int, seed: int):
        """`stream` is [token] uint16, longer than one row; `n_tokens` is the size of the vocabulary."""
        if len(stream) <= CONTEXT:
            raise ValueError(f"the token stream holds {len(stream)} tokens, but one row alone takes {CONTEXT}")
        if int(stream.max()) >= n_tokens:
            raise ValueError(
                f"the token stream holds token {int(stream.max())}, but the tokenizer knows {n_tokens} tokens: "
                "was the stream written with another tokenizer?"
            )
        self._stream = torch.from_numpy(stream.astype(np.int16))  # ids fit: the vocabulary is far below 32,768
        self._n_tokens = n_tokens
        self._end_of_text = end_of_text
        self._n_repeated = max(1, n_rows // ONE_ROW_REPEATED_IN)
        self._n_pieces = n_rows - self._n_repeated
        self._positions = torch.arange(CONTEXT)
        self._generator = torch.Generator().manual_seed(seed)

    def next(self) -> torch.Tensor:
        return torch.cat([self._pieces(), self._repeated()])

    def _pieces(self) -> torch.Tensor:
        """Rows that begin anywhere in the stream, also in the middle of a document."""
        begins = torch.randint(0, len(self._stream) - CONTEXT, (self._n_pieces, 1), generator=self._generator)
        return self._stream[begins + self._positions].long()

    def _repeated(self) -> torch.Tensor:
        """Blocks of end-of-text, random tokens, the same tokens again, until the row is full; one length a batch."""
        shortest, longest = REPEAT_LENGTHS
        length = int(torch.randint(shortest, longest + 1, (1,), generator=self._generator))
        n_blocks = -(-CONTEXT // (2 * length + 1))
        blocks = [repeated_tokens(self._n_repeated, length, self._n_tokens, self._end_of_text, self._generator)
                  for _ in range(n_blocks)]
        return torch.cat(blocks, dim=1)[:, :CONTEXT]


def repeated_tokens(
    n_rows: int, length: int, n_tokens: int, end_of_text: int, generator: torch.Generator
) -> torch.Tensor:
    """End-of-text, `length` random tokens (any but token 0), the same again: [row, 1 + 2 * length] int64."""
    first = torch.full((n_rows, 1), end_of_text)
    run = torch.randint(1, n_tokens, (n_rows, length), generator=generator)
    return torch.cat([first, run, run], dim=1)
