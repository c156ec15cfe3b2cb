"""Compares the attention families in a catalogue with an independent computation by transformers (eager attention), output by output and
prompt by prompt, on the very prompts of the catalogue.

usage: families_attention.py CATALOGUE MODEL_FOLDER [FAMILY...]     (torch, transformers, tokenizers as in models/train/requirements.txt)

Exits with 1 when a number differs by more than the tolerance, or is there on one side only.
"""

import json
import math
import re
import sqlite3
import struct
import sys
from collections import Counter
from pathlib import Path

import torch
from tokenizers import Tokenizer
from families_across import DERIVED, compare_derived
from families_matching import attention_sink, duplicate_token, induction, positional, previous_token
from families_words import rare_words, subword_merge, syntactic
from transformers import AutoModelForCausalLM

TOLERANCE = 1e-4  # absolute up to 1, relative beyond
DELIMITER = re.compile(r"[ \t]*[.,;:!?()\[\]{}\"'\-\n\r][ \t.,;:!?()\[\]{}\"'\-\n\r]*")


class Pass:
    """One forward pass of a prompt: everything that the families look at."""

    def __init__(self, model, prompt, ids):
        self.__dict__.update(prompt)
        self.model, self.ids, self.n_given = model, ids, len(prompt["ids"])
        self.end = self.n_given - 1
        self.gpt2 = hasattr(model, "transformer")
        blocks = model.transformer.h if self.gpt2 else model.model.layers
        self.norm = model.transformer.ln_f if self.gpt2 else model.model.norm
        self.attn = [b.attn if self.gpt2 else b.self_attn for b in blocks]
        self.norms = [b.ln_1 if self.gpt2 else b.input_layernorm for b in blocks]
        self.z, last = [], []
        hooks = [(a.c_proj if self.gpt2 else a.o_proj).register_forward_pre_hook(lambda _, x: self.z.append(x[0][0])) for a in self.attn]
        hooks.append(self.norm.register_forward_pre_hook(lambda _, x: last.append(x[0][0])))
        out = model(torch.tensor([ids]), output_attentions=True, output_hidden_states=True)
        for hook in hooks:
            hook.remove()
        self.a = [a[0] for a in out.attentions]  # [head, query, key]
        self.resid = [h[0] for h in out.hidden_states]
        self.last = last[0]
        self.H, self.L = self.a[0].shape[0], len(self.a)

    def embed(self, tokens):
        return self.model.get_input_embeddings()(torch.tensor(tokens))

    def values(self, layer, x):
        """[position, head, d_head] of the residual stream x."""
        attn, x = self.attn[layer], self.norms[layer](x)
        v = attn.c_attn(x).chunk(3, -1)[2] if self.gpt2 else attn.v_proj(x)
        d = self.z[0].shape[-1] // self.H
        return v.view(len(x), -1, d).repeat_interleave(self.H // (v.shape[-1] // d), 1)

    def results(self, layer, z):
        """[row, head, d_model] of z [row, head, d_head]."""
        w = self.attn[layer].c_proj.weight if self.gpt2 else self.attn[layer].o_proj.weight.T
        return torch.einsum("rhd,hdm->rhm", z, w.view(self.H, -1, w.shape[-1]))

    def direct(self, results, tokens):
        """Logits of `tokens` that rows of the residual stream add at END, the final norm's scale frozen."""
        final = self.last[self.end]
        if self.gpt2:
            scale = (final.var(unbiased=False) + self.norm.eps).rsqrt()
            results = results - results.mean(-1, keepdim=True)
        else:
            scale = (final.pow(2).mean() + self.norm.variance_epsilon).rsqrt()
        return results * scale * self.norm.weight @ self.model.get_output_embeddings().weight[tokens].T

    def logits(self, rows):
        return self.model.get_output_embeddings()(self.norm(rows))

    def span(self, role):
        return slice(*self.roles[role])

    def attention(self, layer, query, places):
        return sum(self.a[layer][:, query, p] for p in places) if places else torch.zeros(self.H)

    def tokens_of(self, role):
        """Positions of all places of a role, in order."""
        return [i for begin, end in self.places[role] for i in range(begin, end)]


# Each family: {output: [head]} of a layer, NaN or nothing where it is not measured.


def letters(p, layer):
    places = [p.roles[f"letter_{k}"][0] for k in range(1, 5)]
    correct = places.index(p.roles["correct_letter"][0])
    given = p.a[layer][:, p.end][:, places]
    return given, given.sum(-1), correct


def favourite(given, correct, on, first):
    top = given.argmax(-1)
    return {
        first: torch.where(on, (top == correct).double(), math.nan),
        first + 1: torch.where(on, top.double(), math.nan),
        first + 2: torch.where(on, torch.full_like(top, correct).double(), math.nan),
    }


def single_letter(p, layer):
    given, m, correct = letters(p, layer)
    on = m >= 0.2
    share = torch.where(on[:, None], given / m[:, None], 0)
    return {**{k + 1: share[:, k] for k in range(4)}, 5: m, **favourite(given, correct, on, 6)}


def constant(p, layer):
    given, m, correct = letters(p, layer)
    q = given / m[:, None]
    even = 1 - (q * (q * 4).log()).nan_to_num().sum(-1) / math.log(4)
    on = m >= 0.2
    return {0: torch.where(on, even, 0), 1: torch.where(on, even, math.nan), 2: m, **favourite(given, correct, on, 3)}


def content_gatherer(p, layer):
    spans = [p.roles[f"option_{k}"] for k in range(1, 5)]
    correct = [s[0] for s in spans].index(p.roles["correct_option"][0])
    given = torch.stack([p.a[layer][:, p.end, slice(*s)].sum(-1) for s in spans], -1)
    each = given / torch.tensor([s[1] - s[0] for s in spans])

    def beyond(x):
        return x[:, correct] - (x.sum(-1) - x[:, correct]) / 3

    return {0: beyond(given), 1: beyond(each), 2: given.sum(-1)}


def local(p, layer):
    n = len(p.ids)
    if n <= 16:
        return {}
    given = torch.stack([p.a[layer][:, i, i - 4 : i + 1].sum(-1) for i in range(16, n)])
    return {0: given.mean(0), 1: (given * torch.arange(17, n + 1)[:, None] / 5).mean(0)}


def delimiter(p, layer):
    at = [i for i in range(1, len(p.ids)) if DELIMITER.fullmatch(p.pieces[i])]
    rows = [(p.attention(layer, i, [j for j in at if j <= i]), sum(j <= i for j in at), i) for i in range(len(p.ids)) if at and at[0] <= i]
    if not rows:
        return {}
    return {0: torch.stack([r[0] for r in rows]).mean(0), 1: torch.stack([r[0] * (r[2] + 1) / r[1] for r in rows]).mean(0)}


def streaming(p, layer):
    queries = range(39, len(p.ids))
    if not queries:
        return {}
    sink = torch.stack([p.a[layer][:, i, :4].sum(-1) for i in queries]).mean(0)
    recent = torch.stack([p.a[layer][:, i, i - 15 : i + 1].sum(-1) for i in queries]).mean(0)
    return {0: sink + recent, 1: sink, 2: recent}


def global_retrieval(p, layer):
    induction, echo = [], []
    for i, token in enumerate(p.ids):
        places = [j for j in range(i) if p.ids[j] == token]
        if places:
            echo.append(p.a[layer][:, i, places[-1]])
        if any(j + 1 < i for j in places):
            induction.append(p.attention(layer, i, [j + 1 for j in places if j + 1 < i]))
    return {output: torch.stack(rows).mean(0) for output, rows in ((1, induction), (2, echo)) if rows}


def negative(p, layer):
    yes, no = p.tokens_of("yes"), p.tokens_of("no")
    first = max(yes[-1], no[-1]) + 1
    a = torch.stack([p.attention(layer, i, no) for i in range(first, p.n_given)]).double()
    b = torch.stack([p.attention(layer, i, yes) for i in range(first, p.n_given)]).double()
    score = (a + b) * ((a + 1e-12) / (b + 1e-12)).log()
    logits = p.logits(p.last[p.end])
    tokens = {word: p.ids[p.roles[word][0]] for word in ("no", "yes")}
    answer = p.tokenizer.encode(" " + p.answer.strip(), add_special_tokens=False).ids[0]
    right = [{word: 6 + i for i, word in enumerate(tokens)}[word] for word, token in tokens.items() if token == answer]
    cases = dict.fromkeys([4 if no[-1] > yes[-1] else 5, *right], score.mean(0))
    return {0: score.sum(0), 1: score.mean(0), 2: a.mean(0), 3: b.mean(0), **cases, 9: (logits[tokens["no"]] - logits[tokens["yes"]]).repeat(p.H)}


def iteration(p, layer):
    inputs, states = list(range(*p.roles["inputs"])), list(range(*p.roles["states"]))
    given = torch.stack([p.a[layer][:, q, x] for q, x in zip([s - 1 for s in states] + [p.end], inputs)])
    return {0: (given > 0.5).double().mean(0), 1: given.mean(0), 2: torch.stack([p.attention(layer, s, [p.roles["sign"][0]]) for s in states]).mean(0),
            **{4 + k: row for k, row in enumerate(given)}}


def retrieval(p, layer):
    begin, end = p.roles["needle"]
    needle, written = p.ids[begin:end], p.ids[p.n_given :]
    lines = [i for i, token in enumerate(written) if "\n" in p.tokenizer.decode([token])]
    written = written[: lines[0]] if lines else written
    if sum((Counter(needle) & Counter(written)).values()) / len(needle) <= 0.5:
        return {}
    copied = [[] for _ in range(p.H)]
    for step, token in enumerate(written):
        for h, top in enumerate(p.a[layer][:, p.end + step].argmax(-1).tolist()):
            if begin <= top < end and p.ids[top] == token:
                copied[h].append(token)
    return {0: torch.tensor([len(set(c)) / len(set(needle)) for c in copied]), 1: torch.tensor([len(c) / len(needle) for c in copied])}


def in_context(p, layer):
    right, wrong = p.tokens_of("same_label"), p.tokens_of("other_label")
    before = p.resid[layer][p.end]
    rows = torch.cat([p.results(layer, p.z[layer][p.end].view(1, p.H, -1))[0] + before, before[None]])
    log_p = p.logits(rows).log_softmax(-1)
    gain = log_p[:-1] - log_p[-1]
    r, w = gain[:, p.ids[right[0]]], gain[:, p.ids[wrong[0]]]
    return {0: r - w, 1: r, 2: p.attention(layer, p.end, right), 3: p.attention(layer, p.end, wrong)}


def summary_reader(p, layer):
    was = [i + 1 for i, piece in enumerate(p.pieces) if piece == " was"]
    summary = [p.pieces.index(","), p.pieces.index("."), p.pieces.index("Sentiment")]
    positive, other = (p.tokenizer.encode(" " + label).ids[-1] for label in ("positive", "negative"))
    answer, wrong = (positive, other) if p.answer.strip() == "positive" else (other, positive)
    parts = p.a[layer][:, p.end].T[:, :, None] * p.values(layer, p.resid[layer])  # [source, head, d_head]
    dla = p.direct(p.results(layer, parts), [answer, wrong])
    effect = dla[..., 0] - dla[..., 1]
    seen = [p.attention(layer, q, [a for a in was if a <= q]) for q in summary if was[0] < q]
    return {0: effect[summary].sum(0), 1: effect[was].sum(0), 2: p.attention(layer, p.end, summary), 3: p.attention(layer, p.end, was), 4: torch.stack(seen).mean(0)}


def semantic_induction(p, layer):
    if p.task == "owner":
        has = [i for i, piece in enumerate(p.pieces) if piece == " has"]
        triplets = [(i - 1, i + 2) for i in has]
    else:
        triplets = [(p.roles["context_subject"][0], p.roles["context_answer"][0])]
    sums = {0: [[] for _ in range(p.H)], 1: [[] for _ in range(p.H)]}
    at, n_after = [0] * p.H, sum(any(j >= max(t) for t in triplets) for j in range(p.n_given))
    sources = {0: p.embed(p.ids), 1: p.resid[layer]}
    logits = {o: p.logits(p.results(layer, p.values(layer, x))) for o, x in sources.items()}
    for j in range(p.n_given):
        for h in range(p.H):
            row = p.a[layer][h, j, : j + 1]
            best = row.topk(min(2, j + 1))
            if j + 1 > 1 and not best.values[0] > 2.2 * best.values[1]:
                continue
            stated = [o for s, o in triplets if j >= max(s, o) and s == int(best.indices[0])]
            at[h] += bool(stated)
            for obj in stated:
                tokens = list(dict.fromkeys(p.ids[: j + 1]))
                for output in sums:
                    q = logits[output][j, h, tokens].softmax(-1)
                    q = (q - q.mean()).clamp(min=0)
                    sums[output][h].append(float(q[tokens.index(p.ids[obj])] / q.sum()))
    mean = lambda x: sum(x) / len(x) if x else math.nan  # noqa: E731
    return {**{o: torch.tensor([mean(x) for x in heads]) for o, heads in sums.items()}, 2: torch.tensor(at) / n_after}


FUNCTIONS = (
    attention_sink, duplicate_token, induction, positional, previous_token, constant, content_gatherer, delimiter, global_retrieval, in_context, iteration, local, negative, rare_words, retrieval,
    semantic_induction, single_letter, streaming, subword_merge, summary_reader, syntactic,
)
FAMILIES = {function.__name__.replace("_", "-"): function for function in FUNCTIONS}
DECODED = {"retrieval": 16}
SKIPPED = {("summary-reader", "toy-movie-review")}  # its several places are not to be told from the tokens


def decode(model, ids, n):
    ids, limit = list(ids), model.config.max_position_embeddings
    for step in range(n):
        if len(ids) >= limit or (step and ids[-1] == model.config.eos_token_id):
            break
        ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
    return ids


def prompts_of(catalogue, run, tokenizer):
    rows = catalogue.execute(
        """SELECT p.token_ids, p.tokens, p.roles, p.answer, r.task FROM run r
           JOIN model_prompts mp ON mp.model = r.model AND mp.task_hash = r.task_hash AND mp.seed = r.seed AND mp.n_prompts = r.n_prompts
           JOIN prompt p ON p.prompt_set = mp.prompt_set WHERE r.id = ? ORDER BY p."index" """, (run,))
    prompts = []
    for ids, pieces, roles, answer, task in rows:
        places = {name: [at] if isinstance(at[0], int) else at for name, at in json.loads(roles).items()}  # a role's only place stands by itself
        prompts.append({"ids": json.loads(ids), "pieces": json.loads(pieces), "places": places, "roles": {name: at[0] for name, at in places.items()},
                        "answer": answer, "task": task, "tokenizer": tokenizer})
    return prompts


def compare(catalogue, run, family, model, tokenizer):
    """The largest difference of the run, how many numbers there are, and how many are on one side only."""
    rows = catalogue.execute('SELECT output, layer, head, "values" FROM head_values WHERE run = ?', (run,))
    ours = {(o, layer, h): struct.unpack(f"<{len(b) // 4}f", b) for o, layer, h, b in rows}
    made = {"single-letter": {0}, "global-retrieval": {0}, "syntactic": {0}}.get(family, set()) | set(DERIVED.get(family, ()))
    largest, n, lonely = 0.0, 0, 0
    reference = {}
    prompts = prompts_of(catalogue, run, tokenizer)
    for index, prompt in enumerate(prompts):
        ids = decode(model, prompt["ids"], DECODED.get(family, 0))
        p = Pass(model, prompt | {"prompts": prompts}, ids)
        theirs = [FAMILIES[family](p, layer) for layer in range(p.L)]
        for (output, layer, h), values in ours.items():
            if output in made:
                continue
            a, b = values[index], float(theirs[layer][output][h]) if output in theirs[layer] else math.nan
            lonely += math.isnan(a) != math.isnan(b)
            if not math.isnan(a) and not math.isnan(b):
                largest, n = max(largest, abs(a - b) / (1 + max(0, abs(b) - 1))), n + 1
            reference.setdefault((output, layer, h), []).append(b)
    return max(largest, compare_derived(family, ours, reference)), n, lonely


@torch.no_grad()
def main(path, folder, only):
    catalogue = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    good = True
    runs = catalogue.execute(
        """SELECT r.id, r.family, r.task FROM run r JOIN model m ON m.id = r.model WHERE m.name = ? AND r.method = 'score' AND r.status = 'done'
           AND EXISTS (SELECT 1 FROM head_values v WHERE v.run = r.id) ORDER BY r.family, r.task""", (folder.name,)).fetchall()
    for run, family, task in runs:
        if family not in FAMILIES or (family, task) in SKIPPED or (only and family not in only):
            continue
        largest, n, lonely = compare(catalogue, run, family, model, tokenizer)
        fine = largest <= TOLERANCE and lonely == 0
        print(f"{folder.name} {family} / {task:20s} {n:6d} numbers, largest difference {largest:.1e}, on one side only {lonely}{'' if fine else '  TOO LARGE'}", flush=True)
        good &= fine
    return 0 if good else 1


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:]))
