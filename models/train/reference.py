"""Writes what transformers computes of a shipped model in float64, for Headlight to be held to: MODEL/reference.json.

usage: reference.py MODEL...

transformers keeps three steps of Llama in float32 whatever the model's type: the RMS norm, the softmax of the scores and the
rotary angles. Here they are float64 too, so that the reference is exact to its printed digits.
"""

import json
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM
from transformers.models.llama import modeling_llama

import corpus

DIGITS = 8
GREEDY = 8
TEXTS = [
    "When Mary and John went to the store, John gave a drink to",
    "Question: What is the capital of France?\nA. Rome\nB. Paris\nC. Oslo\nD. Lima\nAnswer:",
    "In this story, the capital of France is Rome. But in reality, the capital of France is",
]


def exact_llama() -> None:
    """Replaces the float32 steps of transformers' Llama by float64 ones."""

    def rms_norm(self, hidden):
        variance = hidden.pow(2).mean(-1, keepdim=True)
        return self.weight * (hidden * torch.rsqrt(variance + self.variance_epsilon))

    def rotary(self, x, position_ids, *_, **__):
        base = self.config.rope_parameters["rope_theta"]
        d_head = self.config.head_dim
        frequencies = 1.0 / base ** (torch.arange(0, d_head, 2, dtype=torch.float64) / d_head)
        angles = position_ids[..., None].double() * frequencies
        angles = torch.cat([angles, angles], -1)
        return angles.cos(), angles.sin()

    softmax = torch.nn.functional.softmax
    torch.nn.functional.softmax = lambda scores, dim=-1, dtype=None, **_: softmax(scores, dim=dim)
    modeling_llama.LlamaRMSNorm.forward = rms_norm
    modeling_llama.LlamaRotaryEmbedding.forward = rotary


def rounded(numbers: torch.Tensor) -> list:
    return [round(x, DIGITS) for x in numbers.tolist()]


def case(model, tokenizer: Tokenizer, text: str) -> dict:
    """One prompt: last logits, attention [layer][head][query][key up to the query], greedy continuation."""
    ids = [tokenizer.token_to_id(corpus.END_OF_TEXT)] + tokenizer.encode(text, add_special_tokens=False).ids
    out = model(torch.tensor([ids]), output_attentions=True)
    logits = out.logits[0]
    losses = torch.nn.functional.cross_entropy(logits[:-1], torch.tensor(ids[1:]))
    greedy = list(ids)
    for _ in range(GREEDY):
        greedy.append(int(model(torch.tensor([greedy])).logits[0, -1].argmax()))
    return {
        "text": text,
        "ids": ids,
        "last_logits": rounded(logits[-1]),
        "top10": logits[-1].topk(10).indices.tolist(),
        "mean_cross_entropy": float(losses),
        "all_logits_l2": float(logits.norm()),
        "attention": [
            [[rounded(head[query, : query + 1]) for query in range(len(ids))] for head in layer[0]] for layer in out.attentions
        ],
        f"greedy_{GREEDY}": greedy[len(ids) :],
        "greedy_text": tokenizer.decode(greedy[len(ids) :]),
    }


@torch.no_grad()
def main(folders: list[str]) -> None:
    exact_llama()
    for folder in map(Path, folders):
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float64, attn_implementation="eager").eval()
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        reference = {
            "note": "transformers eager, every step in float64 on the stored bfloat16 weights; ids begin with <|endoftext|>; "
            "attention is [layer][head][query][key up to the query]",
            "cases": [case(model, tokenizer, text) for text in TEXTS],
        }
        (folder / "reference.json").write_text(json.dumps(reference, separators=(",", ":")))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
