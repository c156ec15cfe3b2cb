"""The training mixture: 24 tasks that write short documents, drawn in proportion to their weights.

Every document is a pure function of the random generator that it is given. The order of the tasks, their weights and
the order of the draws inside each task are part of the mixture: the shipped checkpoints saw these documents, and a
test holds the documents of a seed to a checksum. (Repeated random tokens are no text: the trainer adds them.)
"""

import random

from mixture.choices import mcqa, mcqa_context, true_false, yes_no
from mixture.conflicts import conflict_context, conflict_memory
from mixture.copying import needle, rare_copy
from mixture.example import Example, Readout, Task
from mixture.facts import fact, fact_category, fact_sound
from mixture.few_shot import few_shot_function, few_shot_labels
from mixture.foreign import same_language, translate
from mixture.grammar import agreement
from mixture.names import ioi, owner
from mixture.order import acronym, greater_than, iteration, successor
from mixture.reviews import sentiment
from mixture.stories import story

__all__ = ["Example", "Readout", "TASKS", "Task", "draw_example", "task_named"]

TASKS = (
    Task("ioi", 6, ioi, chance=1 / 2),
    Task("fact", 8, fact),
    Task("fact_sound", 1, fact_sound),
    Task("fact_category", 2, fact_category),
    Task("conflict_context", 4, conflict_context, chance=1 / 2),
    Task("conflict_memory", 4, conflict_memory, chance=1 / 2),
    Task("mcqa", 8, mcqa, chance=1 / 4),
    Task("mcqa_context", 4, mcqa_context, chance=1 / 4),
    Task("yes_no", 6, yes_no, chance=1 / 2),
    Task("true_false", 4, true_false, chance=1 / 2),
    Task("needle", 6, needle),
    Task("few_shot_labels", 5, few_shot_labels, chance=1 / 2),
    Task("few_shot_function", 5, few_shot_function),
    Task("sentiment", 4, sentiment, chance=1 / 2),
    Task("acronym", 4, acronym),
    Task("successor", 3, successor),
    Task("greater_than", 4, greater_than, readout=Readout.GREATER_YEARS),
    Task("agreement", 3, agreement, chance=1 / 2),
    Task("rare_copy", 4, rare_copy),
    Task("translate", 4, translate),
    Task("same_language", 1, same_language),
    Task("iteration", 3, iteration, chance=1 / 2),
    Task("owner", 4, owner, chance=1 / 3),
    Task("story", 8, story),
)

_WEIGHTS = [task.weight for task in TASKS]


def draw_example(rng: random.Random) -> Example:
    """The next document of the mixture."""
    task = rng.choices(TASKS, _WEIGHTS)[0]
    return task.write(rng)


def task_named(name: str) -> Task:
    """Throws KeyError with the names that there are."""
    for task in TASKS:
        if task.name == name:
            return task
    raise KeyError(f"no task {name!r} in the mixture; there are {', '.join(task.name for task in TASKS)}")
