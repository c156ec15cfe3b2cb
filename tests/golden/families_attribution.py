"""Compares every output of the families that attribute logits, or read weights, with an independent computation by transformers, prompt
by prompt, on the very prompts of a catalogue.

usage: families_attribution.py CATALOGUE MODEL_FOLDER [FAMILY...]     (torch, transformers, tokenizers as in models/train/requirements.txt)

Tasks differ in what the catalogue tells of their wrong answers: outputs that need an unknown one (NOT_DERIVABLE) are left out and named.
Exits with 1 when any number of any head on any prompt differs by more than 1e-4, for logits relative to the largest of the output; ranks
within the vocabulary by more than a thousandth of it.
"""

import json
import sqlite3
import struct
import sys
from pathlib import Path

import torch
from head_weights import Run, Weights
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

TOLERANCE = 1e-4
NAN = float("nan")
NOT_DERIVABLE = {("mover", "direct_effect"), ("associative-memory", "preference"), ("mixed", "propagation")}  # on tasks of facts


def contrast(run, layer, right, against):
    effects = run.effects(layer, right + against)
    return effects[:, : len(right)].mean(-1) - effects[:, len(right) :].mean(-1)


def from_places(run, layer, places, right, against):
    effects = run.effects_by_source(layer, right + against)
    each = effects[..., : len(right)].mean(-1) - effects[..., len(right) :].mean(-1)
    return sum(each[begin:end].sum(0) for begin, end in places)


def vocabulary_sample(run):
    n = min(256, run.w.unembed.shape[0])
    return [i * run.w.unembed.shape[0] // n for i in range(n)]


def names(run, layer, sign):
    p, roles = run.prompt, run.prompt["roles"]
    positions = [roles[name][0][1] - 1 for name in ("io", "s1", "s2")]
    return [
        sign * contrast(run, layer, p["right"][:1], p["wrong"][:1]),
        run.attention(layer, roles["io"][:1]),
        run.attention(layer, roles["s1"][:1] + roles["s2"][:1]),
        run.w.copy_scores(layer, run.post[0][positions], [p["ids"][i] for i in positions], sign),
        *run.effects(layer, p["right"][:1] + p["wrong"][:1]).T,
        None,
    ]


def letter_mover(run, layer):
    p = run.prompt
    letters = p["right"][:1] + p["wrong"]
    best = 1 + int(run.logits(run.post[-1][run.end], letters)[1:].argmax())
    effects, word = run.effects(layer, letters), p["roles"]["target_word"]
    written = run.w.written(layer, run.w.embed[[p["ids"][word[0][0]]]])[0][:, letters]
    return [
        effects[:, 0] - effects[:, best],
        effects[:, 0] - effects[:, 1:].mean(-1),
        run.attention(layer, word),
        (written[:, 0] > written[:, 1:].amax(-1)).float(),
    ]


def mover(run, layer):
    effects = run.effects(layer, list(range(run.w.unembed.shape[0])))
    rank = (effects > effects[:, run.prompt["right"][0], None]).sum(-1)
    looks = run.attention(layer, run.prompt["roles"]["subject"])
    return [((looks >= 0.2) & (rank < 10)).float(), looks, None, rank.float()]


def stated_and_known(p):
    stated = p["ids"][p["roles"]["context_answer"][0][0]]
    return (p["wrong"], p["right"]) if stated in p["wrong"] else (p["right"], p["wrong"])


def context(run, layer):
    stated, known = stated_and_known(run.prompt)
    place = run.prompt["roles"]["context_answer"]
    apart = [contrast(run, layer, answer, vocabulary_sample(run)) for answer in (stated, known)]
    return [from_places(run, layer, place, stated, known), contrast(run, layer, stated, known), run.attention(layer, place), *apart]


def memory(run, layer):
    stated, known = stated_and_known(run.prompt)
    roles = run.prompt["roles"]
    subject = roles["subject"] + roles["context_subject"]
    return [
        contrast(run, layer, known, stated),
        from_places(run, layer, subject, known, stated),
        from_places(run, layer, roles["context_answer"], known, stated),
        run.attention(layer, subject),
        *(contrast(run, layer, answer, vocabulary_sample(run)) for answer in (stated, known)),
    ]


def associative_memory(run, layer):
    key, value = run.prompt["ids"][run.prompt["roles"]["subject"][0][1] - 1], run.prompt["right"][0]
    written = run.w.written(layer, torch.stack([run.w.embed[key], run.w.effective([key])[0]]))
    return [None] + [(written[kind].argmax(-1) == value).float() for kind in (0, 1)] + [None]


def by_subject_and_relation(run, layer):
    right, roles, sample = run.prompt["right"], run.prompt["roles"], vocabulary_sample(run)
    return from_places(run, layer, roles["subject"], right, sample), from_places(run, layer, roles["relation"], right, sample)


def subject(run, layer):
    s, r = by_subject_and_relation(run, layer)
    return [torch.where(s.abs() > 10 * r.abs(), s, 0), s, r, run.attention(layer, run.prompt["roles"]["subject"])]


def relation(run, layer):
    s, r = by_subject_and_relation(run, layer)
    return [torch.where(r.abs() > 10 * s.abs(), r, 0), s, r, run.attention(layer, run.prompt["roles"]["relation"])]


def mixed(run, layer):
    s, r = by_subject_and_relation(run, layer)
    return [torch.where((s.abs() <= 10 * r.abs()) & (r.abs() <= 10 * s.abs()), s + r, 0), s, r, None]


def correct_letter(run, layer):
    roles = run.prompt["roles"]
    right = roles["correct_letter"][0]
    each = [run.attention(layer, roles[f"letter_{k}"]) for k in (1, 2, 3, 4)]
    others = [a for k, a in zip((1, 2, 3, 4), each) if roles[f"letter_{k}"][0] != right]
    correct, all_of_them = run.attention(layer, [right]), sum(each)
    effect = contrast(run, layer, run.prompt["right"], run.prompt["wrong"])
    p = correct / all_of_them
    return [
        torch.where((all_of_them >= 0.2) & (effect > 0), p, 0),
        torch.where(all_of_them >= 0.2, p, NAN),
        all_of_them,
        (correct > torch.stack(others).amax(0)).float(),
        effect,
    ]


def amplification(run, layer):
    recent = run.attention(layer, [(max(1, run.end - 3), run.end + 1)])
    effect = contrast(run, layer, run.prompt["right"], run.prompt["wrong"])
    return [torch.where(recent >= 0.5, effect, 0), recent, effect]


def sentiment_summarizer(run, layer):
    p, roles = run.prompt, run.prompt["roles"]
    words = roles["adjective"] + roles.get("verb", [])
    at = [end - 1 for _, end in roles["summary"]]
    written = torch.stack([run.effects(layer, p["right"] + p["wrong"], i) for i in at])
    n = len(p["right"])
    looks = torch.stack([sum(run.pattern[layer][:, i, begin:end].sum(-1) for begin, end in words) for i in at])
    return [
        from_places(run, layer, words, p["right"], p["wrong"]),
        contrast(run, layer, p["right"], p["wrong"]),
        run.attention(layer, words),
        (written[..., :n].mean(-1) - written[..., n:].mean(-1)).mean(0),
        looks.mean(0),
    ]


def successor(run, layer):
    p = run.prompt
    item = p["ids"][p["roles"]["item"][0][1] - 1]
    others = list(dict.fromkeys(p["wrong"] + [item]))
    written = run.w.written(layer, torch.stack([run.w.effective([item])[0], run.w.embed[item]]))
    next_one, without_self = written[..., p["right"][0]], [t for t in others if t != item]
    return [
        (next_one[0] > written[0][:, others].amax(-1)).float(),
        (next_one[0] > written[0][:, without_self].amax(-1)).float(),
        (next_one[1] > written[1][:, others].amax(-1)).float(),
    ]


def copy_suppression(run, layer):
    ids, bos = run.prompt["ids"], run.w.model.config.bos_token_id
    candidates = list(dict.fromkeys(t for t in reversed(ids[:-1]) if t not in (ids[-1], bos)))
    token = candidates[int(run.logits(run.pre[layer][run.end], candidates).argmax())]
    places = [(i, i + 1) for i, t in enumerate(ids) if t == token]
    own = candidates[:8]
    written = run.w.written(layer, run.w.effective(own))
    of_own = torch.stack([written[i, :, t] for i, t in enumerate(own)])
    lowest = ((written < of_own[..., None]).sum(-1) < 10) & (of_own < 0)
    return [-from_places(run, layer, places, [token], vocabulary_sample(run)), run.attention(layer, places), lowest.float().mean(0), run.w.own_keys(layer, own, candidates[:32])]


WITHOUT_WRONG = {"mover", "subject", "relation", "mixed", "copy-suppression", "associative-memory"}  # they compare with the vocabulary
FAMILIES = {
    "name-mover": lambda run, layer: names(run, layer, 1),
    "negative-name-mover": lambda run, layer: names(run, layer, -1),
    "letter-mover": letter_mover,
    "mover": mover,
    "context": context,
    "memory": memory,
    "associative-memory": associative_memory,
    "subject": subject,
    "relation": relation,
    "mixed": mixed,
    "correct-letter": correct_letter,
    "amplification": amplification,
    "sentiment-summarizer": sentiment_summarizer,
    "successor": successor,
    "copy-suppression": copy_suppression,
}


def wrong_texts(task, definition, prompt, all_answers):
    """What the right answer is compared with, as far as prompt and task tell; the tokens themselves where they stand in the prompt."""
    answer, lists = prompt["answer"], definition.get("lists", {})
    if task.startswith("acronym"):
        return lists["letters"]
    if task == "conflict-context":
        key, relation = ("".join(prompt["texts"][slice(*prompt["roles"][role][0])]).strip() for role in ("subject", "relation"))
        slot = next(fact["key"] for fact in definition["slots"]["fact"] if fact["relation"] == relation)  # such as "{C1.key}"
        return [pair["value"] for pair in lists[definition["slots"][slot[1:-5]]] if pair["key"] == key]
    if task.startswith("mcqa"):
        return ["".join(prompt["texts"][slice(*prompt["roles"][f"letter_{k}"][0])]) for k in (1, 2, 3, 4)]
    if task.startswith("sentiment"):
        return sorted(all_answers)
    if task.startswith("successor"):
        return next(kind["all"] for kind in definition["slots"]["sequence"] if answer in kind["all"])
    return []


def prompts_of(catalogue, model_name, task, tokenizer):
    rows = catalogue.execute(
        """SELECT p.token_ids, p.tokens, p.roles, p.answer, t.definition FROM prompt p JOIN model_prompts mp ON mp.prompt_set = p.prompt_set
           JOIN model m ON m.id = mp.model JOIN task t ON t.content_hash = mp.task_hash
           WHERE m.name = ? AND t.id = ? AND mp.id = (SELECT max(mp2.id) FROM model_prompts mp2 JOIN task t2 ON t2.content_hash = mp2.task_hash
             WHERE mp2.model = m.id AND t2.id = t.id) ORDER BY p."index" """,
        (model_name, task),
    ).fetchall()
    prompts, answers = [], {row[3].strip() for row in rows}
    for ids, texts, roles, answer, definition in rows:
        definition = json.loads(definition)
        space = " " if definition["answer"].startswith(" ") else ""
        first = lambda text: tokenizer.encode(space + text.strip(), add_special_tokens=False).ids[0]
        places = {name: [tuple(x) for x in (at if isinstance(at[0], list) else [at])] for name, at in json.loads(roles).items()}
        prompt = {"ids": json.loads(ids), "texts": json.loads(texts), "roles": places, "answer": answer.strip(), "right": [first(answer)]}
        if task.startswith("ioi") or task == "conflict-memory":
            prompt["wrong"] = [prompt["ids"][places["s2" if "s2" in places else "context_answer"][0][0]]]
        else:
            wrong = [first(text) for text in wrong_texts(task, definition, prompt, answers)]
            prompt["wrong"] = [t for t in dict.fromkeys(wrong) if t not in prompt["right"]]
        prompts.append(prompt)
    return prompts


def values_of(catalogue, model_name, family, task):
    """Per output its name, unit and {(layer, head): value of every prompt}."""
    rows = catalogue.execute(
        """SELECT o."index", o.name, o.unit, v.layer, v.head, v."values" FROM detector d JOIN model m ON m.id = d.model
           JOIN output o ON o.run = d.run JOIN head_values v ON v.run = d.run AND v.output = o."index"
           WHERE m.name = ? AND d.family = ? AND d.method = 'score' AND d.task = ?""",
        (model_name, family, task),
    ).fetchall()
    outputs = {}
    for index, name, unit, layer, head, blob in rows:
        outputs.setdefault(index, (name, unit, {}))[2][layer, head] = struct.unpack(f"<{len(blob) // 4}f", blob)
    return outputs


def compare(catalogue, name, weights, tokenizer, family, task):
    ours, prompts = values_of(catalogue, name, family, task), prompts_of(catalogue, name, task, tokenizer)
    if family not in WITHOUT_WRONG and not all(prompt["wrong"] for prompt in prompts):
        print(f"{name} {family} / {task}: left out, its wrong answers are not in the catalogue")
        return True
    runs = [Run(weights, prompt) for prompt in prompts]
    theirs = [[FAMILIES[family](run, layer) for layer in range(weights.n_layers)] for run in runs]
    good = True
    for index, (output, unit, values) in ours.items():
        if theirs[0][0][index] is None:
            print(f"{name} {family} / {task} / {output}: {'left out, its wrong answers are not in the catalogue' if (family, output) in NOT_DERIVABLE else 'the best of others'}")
            continue
        a = torch.tensor([[[values.get((layer, h), [NAN] * len(runs))[p] for h in range(weights.n_heads)] for layer in range(weights.n_layers)] for p in range(len(runs))])
        b = torch.stack([torch.stack([theirs[p][layer][index] for layer in range(weights.n_layers)]) for p in range(len(runs))])
        same_holes = bool((a.isnan() == b.isnan()).all())
        difference = float((a - b).nan_to_num().abs().max())
        if unit == "logits":
            difference /= max(1.0, float(a.nan_to_num().abs().max()))
        if output == "rank":  # near ties fall either way
            difference *= TOLERANCE / (1e-3 * weights.unembed.shape[0])
        passed = same_holes and difference <= TOLERANCE
        good &= passed
        print(f"{name} {family} / {task} / {output}: {a.numel()} numbers, largest difference {difference:.1e}{'' if passed else '  TOO LARGE'}{'' if same_holes else '  MEASURED ELSEWHERE'}")
    return good and bool(ours)


@torch.no_grad()
def main(path, folder, families):
    catalogue = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    weights, tokenizer = Weights(model), Tokenizer.from_file(str(folder / "tokenizer.json"))
    good = True
    for family in families:
        tasks = catalogue.execute(
            "SELECT DISTINCT d.task FROM detector d JOIN model m ON m.id = d.model WHERE m.name = ? AND d.family = ? AND d.method = 'score'",
            (folder.name, family),
        ).fetchall()
        for (task,) in tasks:
            if values_of(catalogue, folder.name, family, task):
                good &= compare(catalogue, folder.name, weights, tokenizer, family, task)
        if not tasks:
            print(f"{folder.name} {family}: not in the catalogue")
            good = False
    return 0 if good else 1


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:] or list(FAMILIES)))
