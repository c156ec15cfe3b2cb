"""What a task of the mixture yields, and what a task is."""

import enum
import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """One document, cut where a model is asked to go on.

    The document is prompt + answer + rest. The answer's first token is what counts; `also_right` names other
    continuations that are as right as the answer. An answer of None means that the document asks nothing: it is
    there to be read in training only, and its text is prompt + rest.
    """

    prompt: str
    answer: str | None
    rest: str = ""
    also_right: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.prompt + (self.answer or "") + self.rest


class Readout(enum.Enum):
    """What of the next-token distribution is measured."""

    BEST_TOKEN = "1 when the most probable token is right, else 0"
    GREATER_YEARS = "probability of all two-digit tokens greater than the year in the prompt"


@dataclass(frozen=True)
class Task:
    """A kind of document. `weight` is its share of the mixture: so many documents in every sum of all weights.

    `chance` is the accuracy of guessing among the answers that the prompt leaves open (A to D, Yes or No, the names in
    it); None where the prompt offers no such choice.
    """

    name: str
    weight: int
    write: Callable[[random.Random], Example]
    chance: float | None = None
    readout: Readout = Readout.BEST_TOKEN
