"""How well a model does the tasks of the mixture: one value between 0 and 1 for every held-out prompt."""

import torch
from tokenizers import Tokenizer
from transformers import PreTrainedModel

from batches import repeated_tokens
from corpus import END_OF_TEXT
from estimate import estimate
from held_out import Prompt, held_out_prompts
from mixture import TASKS, Readout, Task
from shapes import CONTEXT

REPEATED_RANDOM = "repeated_random"  # not a task of the mixture: tokens, not text
REPEATED_LENGTH = 60
ROWS_PER_FORWARD = 25

# Everything that can be measured, in the order of the tables.
MEASURED_TASKS = tuple(task.name for task in TASKS if task.name not in ("same_language", "story")) + (REPEATED_RANDOM,)


def next_token_logits(model: PreTrainedModel, prompts: list[Prompt]) -> torch.Tensor:
    """Logits behind the last token of every prompt: [prompt, token] float32 on the CPU.

    Prompts of like length share a forward; the padding stands on the right, where no earlier token sees it.
    """
    n_tokens = model.config.vocab_size
    logits = torch.empty(len(prompts), n_tokens)
    order = sorted(range(len(prompts)), key=lambda index: len(prompts[index].tokens))
    for begin in range(0, len(order), ROWS_PER_FORWARD):
        chosen = order[begin : begin + ROWS_PER_FORWARD]
        longest = max(len(prompts[index].tokens) for index in chosen)
        ids = torch.zeros(len(chosen), longest, dtype=torch.long)
        for row, index in enumerate(chosen):
            ids[row, : len(prompts[index].tokens)] = torch.tensor(prompts[index].tokens)
        last = torch.tensor([len(prompts[index].tokens) - 1 for index in chosen])
        all_logits = model(ids.to(model.device)).logits  # [row, position, token]
        logits[chosen] = all_logits[torch.arange(len(chosen)), last].float().cpu()
    return logits


def prompt_values(model: PreTrainedModel, task: Task, prompts: list[Prompt]) -> list[float]:
    """One value a prompt: right or not, or the probability of all right tokens, as the task's readout says."""
    logits = next_token_logits(model, prompts)
    if task.readout is Readout.GREATER_YEARS:
        probabilities = logits.softmax(dim=-1)
        return [float(row[sorted(prompt.right)].sum()) for row, prompt in zip(probabilities, prompts)]
    best = logits.argmax(dim=-1).tolist()
    return [float(token in prompt.right) for token, prompt in zip(best, prompts)]


def repeated_random_values(model: PreTrainedModel, end_of_text: int, count: int, seed: int) -> list[float]:
    """The share of the second run's tokens that are predicted, one value a row; the run's first token cannot be."""
    generator = torch.Generator().manual_seed(seed)
    rows = repeated_tokens(count, REPEATED_LENGTH, model.config.vocab_size, end_of_text, generator)
    values = []
    for ids in rows.split(ROWS_PER_FORWARD):
        best = model(ids.to(model.device)).logits.argmax(dim=-1).cpu()  # [row, position]
        predicted = best[:, REPEATED_LENGTH + 1 : -1]
        values.extend((predicted == ids[:, REPEATED_LENGTH + 2 :]).float().mean(dim=1).tolist())
    return values


@torch.no_grad()
def measure(model: PreTrainedModel, tokenizer: Tokenizer, task_names: tuple[str, ...], count: int, seed: int) -> dict:
    """Task name -> estimate over `count` held-out prompts, with how many of them are different."""
    end_of_text = tokenizer.token_to_id(END_OF_TEXT)
    results = {}
    for name in task_names:
        if name == REPEATED_RANDOM:
            values = repeated_random_values(model, end_of_text, count, seed)
            results[name] = estimate(values) | {"n_distinct": count, "chance": None, "readout": "best_token"}
            continue
        (task,) = [task for task in TASKS if task.name == name]
        prompts = held_out_prompts(task, tokenizer, end_of_text, count, seed, CONTEXT)
        n_distinct = len({prompt.text for prompt in prompts})
        results[name] = estimate(prompt_values(model, task, prompts)) | {
            "n_distinct": n_distinct,
            "chance": None if task.chance is None else round(task.chance, 4),
            "readout": task.readout.name.lower(),
        }
    return results
