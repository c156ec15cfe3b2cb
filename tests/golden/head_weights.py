"""One model, gpt2 or llama, and one prompt through it, as families_attribution.py looks at them: matrices of heads, what heads write, and
what that adds to logits. All of it with torch, from the weights as transformers has them.
"""

import torch


class Weights:
    """One model, gpt2 or llama, as matrices of heads."""

    def __init__(self, model):
        self.model, config = model, model.config
        self.gpt2 = hasattr(model, "transformer")
        self.blocks = model.transformer.h if self.gpt2 else model.model.layers
        self.n_layers, self.n_heads = len(self.blocks), config.num_attention_heads
        self.n_kv = getattr(config, "num_key_value_heads", self.n_heads)
        self.final = model.transformer.ln_f if self.gpt2 else model.model.norm
        self.unembed = model.lm_head.weight
        self.embed = (model.transformer.wte if self.gpt2 else model.model.embed_tokens).weight
        self.epsilon = config.layer_norm_epsilon if self.gpt2 else config.rms_norm_eps

    def norm1(self, layer):
        return self.blocks[layer].ln_1 if self.gpt2 else self.blocks[layer].input_layernorm

    def w_o(self, layer):  # [head, d_head, d_model]
        matrix = self.blocks[layer].attn.c_proj.weight if self.gpt2 else self.blocks[layer].self_attn.o_proj.weight.T
        return matrix.reshape(self.n_heads, -1, matrix.shape[1])

    def w_v(self, layer):  # [head, d_model, d_head], [head, d_head]
        if self.gpt2:
            width = self.embed.shape[1]
            matrix, bias = self.blocks[layer].attn.c_attn.weight[:, 2 * width :], self.blocks[layer].attn.c_attn.bias[2 * width :]
        else:
            matrix = self.blocks[layer].self_attn.v_proj.weight.T
            bias = torch.zeros(matrix.shape[1])
        matrix = matrix.reshape(matrix.shape[0], self.n_kv, -1).permute(1, 0, 2)
        repeats = self.n_heads // self.n_kv
        return matrix.repeat_interleave(repeats, 0), bias.reshape(self.n_kv, -1).repeat_interleave(repeats, 0)

    def scaled(self, x, norm, reference=None):
        """x through a norm without its bias, with the scale of a reference row."""
        reference = x if reference is None else reference
        if self.gpt2:
            x, reference = x - x.mean(-1, keepdim=True), reference - reference.mean(-1, keepdim=True)
        return x / (reference.pow(2).mean(-1, keepdim=True) + self.epsilon).sqrt() * norm.weight

    def effective(self, tokens):
        x, block = self.embed[tokens], self.blocks[0]
        return x + block.mlp((block.ln_2 if self.gpt2 else block.post_attention_layernorm)(x))

    def written(self, layer, x):
        """[row, head, vocabulary]: x W_OV W_U up to a factor of each row."""
        values = torch.einsum("nd,hde->nhe", self.scaled(x, self.norm1(layer)), self.w_v(layer)[0])
        results = torch.einsum("nhe,hed->nhd", values, self.w_o(layer))
        return self.scaled(results, self.final) @ self.unembed.T

    def own_keys(self, layer, own, keys):
        """[head]: share of the tokens `own`, the first of `keys`, whose own key is the best for a query that is about to say them; content alone, without biases."""
        directions = self.unembed[own] * self.final.weight
        if self.gpt2:
            directions = directions - directions.mean(-1, keepdim=True)
        read, attn = self.norm1(layer), self.blocks[layer].attn if self.gpt2 else self.blocks[layer].self_attn
        if self.gpt2:
            width = self.embed.shape[1]
            w_q, w_k = attn.c_attn.weight[:, :width], attn.c_attn.weight[:, width : 2 * width]
        else:
            w_q, w_k = attn.q_proj.weight.T, attn.k_proj.weight.T
        q, k = read(directions) @ w_q, read(self.effective(keys)) @ w_k
        d_head = q.shape[-1] // self.n_heads
        k = k.view(len(keys), -1, d_head).repeat_interleave(self.n_heads // (k.shape[-1] // d_head), 1)
        scores = torch.einsum("ihd,jhd->hij", q.view(len(own), -1, d_head), k)
        best = scores.argmax(-1) == torch.arange(len(own))
        return best.float().mean(-1) if len(keys) > 1 else torch.full((self.n_heads,), float("nan"))

    def copy_scores(self, layer, after_first, tokens, sign):
        matrix, bias = self.w_v(layer)
        values = torch.einsum("nd,hde->nhe", self.norm1(min(1, self.n_layers - 1))(after_first), matrix) + bias
        logits = self.final(sign * torch.einsum("nhe,hed->nhd", values, self.w_o(layer))) @ self.unembed.T
        best = logits.topk(5, -1).indices
        return torch.stack([(best[i] == t).any(-1).float() for i, t in enumerate(tokens)]).mean(0)


class Run:
    """One prompt through the model: attention, z, values and the residual stream."""

    def __init__(self, weights, prompt):
        self.w, self.prompt, self.z, self.v, self.pre, self.post = weights, prompt, [], [], [], []
        handles = []
        for block in weights.blocks:
            attention = block.attn if weights.gpt2 else block.self_attn
            handles.append((attention.c_proj if weights.gpt2 else attention.o_proj).register_forward_pre_hook(lambda _, x: self.z.append(x[0][0])))
            value = attention.c_attn if weights.gpt2 else attention.v_proj
            handles.append(value.register_forward_hook(lambda _, __, out: self.v.append(out[0][:, -(out.shape[-1] // 3 if weights.gpt2 else out.shape[-1]) :])))
            handles.append(block.register_forward_pre_hook(lambda _, x: self.pre.append(x[0][0])))
            handles.append(block.register_forward_hook(lambda _, __, out: self.post.append((out[0] if isinstance(out, tuple) else out).reshape(-1, weights.embed.shape[1]))))
        result = weights.model(torch.tensor([prompt["ids"]]), output_attentions=True)
        for handle in handles:
            handle.remove()
        self.pattern = [p[0] for p in result.attentions]
        self.end = len(prompt["ids"]) - 1

    def effects(self, layer, tokens, position=None):
        """[head, token]: direct effects of what the heads write at a position (END)."""
        z = self.z[layer][self.end if position is None else position].reshape(self.w.n_heads, -1)
        return self._read(torch.einsum("he,hed->hd", z, self.w.w_o(layer)), tokens)

    def effects_by_source(self, layer, tokens):
        """[source, head, token]"""
        v = self.v[layer].reshape(self.end + 1, self.w.n_kv, -1).repeat_interleave(self.w.n_heads // self.w.n_kv, 1)
        results = torch.einsum("hs,she,hed->shd", self.pattern[layer][:, self.end], v, self.w.w_o(layer))
        return self._read(results, tokens)

    def _read(self, results, tokens):
        return self.w.scaled(results, self.w.final, self.post[-1][self.end]) @ self.w.unembed[tokens].T

    def attention(self, layer, places):
        return sum(self.pattern[layer][:, self.end, begin:end].sum(-1) for begin, end in places)

    def logits(self, row, tokens):
        return self.w.final(row) @ self.w.unembed[tokens].T
