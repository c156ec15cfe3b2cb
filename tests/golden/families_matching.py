"""The families of repeated and neighbouring tokens, computed with torch (see families_attention.py)."""

import torch


def pattern_scores(a, pairs):
    """mul and abs of the head detector of TransformerLens for the pattern of ones at `pairs`, by their definitions."""
    pattern = torch.zeros(a.shape[-1], a.shape[-1])
    for i, j in pairs:
        pattern[i, j] = 1
    n = a.shape[-1]
    return (a * pattern).sum((-1, -2)) / a.sum((-1, -2)), 1 - n * (a - pattern).abs().mean((-1, -2))


def previous_token(p, layer):
    a, n = p.a[layer], len(p.ids)
    if n < 2:
        return {}
    before = a.diagonal(offset=-1, dim1=1, dim2=2)
    mul, absolute = pattern_scores(a, [(i, i - 1) for i in range(1, n)])
    apart = a.clone()  # exclude_bos, exclude_current_token
    apart[:, :, 0] = 0
    apart.diagonal(dim1=1, dim2=2).zero_()
    without_first = (before[:, 1:] / (1 - a[:, 2:, 0])).clamp(max=1)
    without_first[1 - a[:, 2:, 0] <= 1e-6] = 0
    return {
        0: before.mean(-1),
        1: without_first.mean(-1),
        2: mul,
        3: absolute,
        4: apart.diagonal(offset=-1, dim1=1, dim2=2).sum(-1) / apart.sum((-1, -2)),
    }


def earlier_places(ids):
    return [[j for j in range(i) if ids[j] == token] for i, token in enumerate(ids)]


def duplicate_token(p, layer):
    a, places = p.a[layer], earlier_places(p.ids)
    last = [(i, at[-1]) for i, at in enumerate(places) if at]
    if not last:
        return {}
    mul, absolute = pattern_scores(a, [(i, j) for i, at in enumerate(places) for j in at])
    return {0: torch.stack([a[:, i, j] for i, j in last]).mean(0), 1: mul, 2: absolute}


def copying(p, layer, queries):
    """Olsson et al. 2022: how far the token looked at is the one raised, mean over queries, rescaled from [0, 1/2] to [-1, 1]."""
    first = int(p.model.config.bos_token_id is not None)
    tokens = list(dict.fromkeys(p.ids[first:]))
    n_vocabulary = p.model.get_output_embeddings().weight.shape[0]
    sample = [i * n_vocabulary // min(256, n_vocabulary) for i in range(min(256, n_vocabulary))]
    ratios = [[] for _ in range(p.H)]
    of_nothing = p.logits(torch.zeros(1, p.resid[0].shape[-1]))[0]
    for i in queries:
        logits = p.logits(p.results(layer, p.z[layer][i].view(1, p.H, -1))[0]) - of_nothing
        raised = (logits[:, tokens] - logits[:, sample].mean(-1, keepdim=True)).clamp(min=0)
        top = first + p.a[layer][:, i, first : i + 1].argmax(-1)
        for h in range(p.H):
            if raised[h].sum() > 0:
                ratios[h].append(float(raised[h, tokens.index(p.ids[int(top[h])])] / raised[h].sum()))
    return torch.tensor([4 * sum(r) / len(r) - 1 if r else torch.nan for r in ratios])


def weight_copying(p, layer, embedded):
    """sum l / sum |l| over the eigenvalues of E W_V W_O U by head, in float64; norms' weights folded in, centred where they centre."""
    unembed = p.model.get_output_embeddings().weight.double() * p.norm.weight.double()
    embedded, weight = embedded.double(), p.norms[layer].weight.double()
    attn = p.attn[layer]
    if p.gpt2:
        embedded, unembed = embedded - embedded.mean(-1, keepdim=True), unembed - unembed.mean(-1, keepdim=True)
        w_v, w_o = attn.c_attn.weight.double().chunk(3, -1)[2], attn.c_proj.weight.double()
    else:
        w_v, w_o = attn.v_proj.weight.double().T, attn.o_proj.weight.double().T
    w_o = w_o.view(p.H, -1, w_o.shape[-1])
    d = w_o.shape[1]
    w_v = w_v.view(w_v.shape[0], -1, d).repeat_interleave(p.H // (w_v.shape[1] // d), 1)
    scores = []
    for h in range(p.H):
        values = torch.linalg.eigvals(w_o[h] @ unembed.T @ (embedded * weight) @ w_v[:, h])
        scores.append(float(values.sum().real / values.abs().sum()))
    return torch.tensor(scores)


def induction(p, layer):
    a, places = p.a[layer], earlier_places(p.ids)
    followers = [[j + 1 for j in at if j + 1 < i] for i, at in enumerate(places)]
    queries = [i for i, at in enumerate(followers) if at]
    if not queries:
        return {}
    mul, absolute = pattern_scores(a, [(i, j) for i, at in enumerate(followers) for j in at])
    matching = torch.stack([sum(a[:, i, j] for j in followers[i]) for i in queries]).mean(0)
    kept = p.__dict__.setdefault("weights_kept", p.prompts[0].setdefault("weights_kept", {}))  # of the model, not of a prompt
    if layer not in kept:
        vocabulary = p.model.get_input_embeddings().weight
        block = (p.model.transformer.h if p.gpt2 else p.model.model.layers)[0]
        effective = vocabulary + block.mlp((block.ln_2 if p.gpt2 else block.post_attention_layernorm)(vocabulary))
        kept[layer] = weight_copying(p, layer, vocabulary), weight_copying(p, layer, effective)
    return {0: matching, 1: mul, 2: absolute, 3: copying(p, layer, queries), 4: kept[layer][0], 5: kept[layer][1]}


def attention_sink(p, layer):
    a = p.a[layer]
    if len(p.ids) < 2:
        return {}
    lengths = p.values(layer, p.resid[layer]).norm(dim=-1)
    entropy = -(a[:, 1:] * a[:, 1:].clamp(min=1e-45).double().log()).sum(-1)
    return {0: a[:, 1:, 0].mean(-1), 1: lengths[0] / lengths[1:].mean(0), 2: entropy.mean(-1)}


def positional(p, layer):
    """Largest weights by distance, the first token and the queries that rest on it left out."""
    tops, largest = [[] for _ in range(p.H)], [[] for _ in range(p.H)]
    for i in range(5, len(p.ids)):
        for h in range(p.H):
            row = p.a[layer][h, i]
            if row[0] <= 0.5:
                tops[h].append(i - 1 - int(row[1 : i + 1].argmax()))
                largest[h].append(float(row[1 : i + 1].max()))
    shares = torch.tensor([[sum(t == d for t in of) / len(of) if of else torch.nan for of in tops] for d in range(5)])
    confidence = torch.tensor([sum(x) / len(x) if x else torch.nan for x in largest])
    return {0: shares.amax(0), **{1 + d: shares[d] for d in range(5)}, 6: confidence}
