"""Choices that the families of random configurations have in common: sizes, activations, rotations."""

ACTIVATIONS = ["silu", "gelu", "relu", "gelu_pytorch_tanh", "gelu_new", "quick_gelu", "relu2", "gelu_10", "hardswish", "laplace", "leaky_relu",
               "linear", "mish", "relu6", "sigmoid", "sqrtsoftplus", "tanh"]
CONTEXT = 64


class Draw:
    """Choices of one configuration."""

    def __init__(self, random):
        self.random = random

    def pick(self, *values):
        return self.random.choice(values)

    def chance(self, share=0.5):
        return self.random.random() < share

    def number(self, low, high):
        return round(self.random.uniform(low, high), 4)

    def flag(self, fields, name, share=0.5):
        if self.chance(0.7):
            fields[name] = self.chance(share)

    def window(self):
        return self.pick(1, 2, 3, 5, 7, 40)


def heads(d, own_width=False, even_half=False):
    """Heads, key heads and their width; `own_width`: heads need not add up to the model's width."""
    n_kv = d.pick(1, 2, 3)
    n_heads = n_kv * d.pick(1, 2, 3)
    d_head = d.pick(4, 8, 12) if even_half else d.pick(4, 6, 8, 10)
    hidden = n_heads * d_head
    if own_width and d.chance():
        hidden = d.pick(12, 16, 20)
    return n_heads, n_kv, d_head, hidden


def llama_sizes(d, own_width=True, even_half=False):
    n_heads, n_kv, d_head, hidden = heads(d, own_width, even_half)
    fields = dict(hidden_size=hidden, intermediate_size=d.pick(10, 17, 24), num_hidden_layers=d.pick(1, 2, 3), num_attention_heads=n_heads,
                  vocab_size=61, max_position_embeddings=d.pick(CONTEXT, CONTEXT, CONTEXT, 8), num_key_value_heads=n_kv)
    if own_width and (hidden != n_heads * d_head or d.chance(0.3)):
        fields["head_dim"] = d_head
    if n_kv == n_heads and d.chance(0.3):
        fields["num_key_value_heads"] = None
    if d.chance(0.5):
        fields["tie_word_embeddings"] = d.chance()
    return fields, d_head


def epsilon(d, fields, name="rms_norm_eps"):
    if d.chance(0.6):
        fields[name] = d.pick(1e-6, 1e-5, 1e-3, 0.02)


def activation(d, fields, name="hidden_act"):
    if d.chance(0.4):
        fields[name] = d.pick(*ACTIVATIONS)


def rotation(d, fields, d_head, partial=False, scaled=True, kinds=("linear", "dynamic", "yarn", "longrope", "llama3", "proportional")):
    """The rope_parameters of one rotation; sets max_position_embeddings where a scaling is about it."""
    rope = {"rope_type": "default", "rope_theta": d.pick(10000.0, 500000.0, 100.0)}
    usual = {"half": 0.5, "quarter": 0.25}.get(partial, 1.0)
    shares = [share for share in (0.25, 0.5, 0.75, 1.0) if d_head * share >= 4 and d_head * share % 2 == 0]
    must_say = usual not in shares
    if must_say or (partial and d.chance(0.6)):
        rope["partial_rotary_factor"] = d.pick(*shares)
    n_dims = int(d_head * rope.get("partial_rotary_factor", usual))
    kind = d.pick(*kinds) if scaled and d.chance(0.55) else "default"
    # A share has no effect without a scaling; these have one that takes over when the rest is left out.
    may_be_ignored = kind == "default" and not partial and fields.get("model_type") not in ("apertus", "cwm", "gpt_oss")
    if kind == "proportional" or (may_be_ignored and d.chance(0.2)):
        rope["partial_rotary_factor"] = d.pick(0.25, 0.5, 0.75, 1.0)
    rope["rope_type"] = kind
    if kind in ("linear", "dynamic", "yarn", "llama3"):
        rope["factor"] = d.pick(2.0, 4.0, 8.0, 1.5)
    if kind == "proportional" and d.chance():
        rope["factor"] = d.pick(2.0, 4.0)
    if kind == "dynamic":
        fields["max_position_embeddings"] = d.pick(8, 12, 13, 64)
        rope["factor"] = d.pick(1.0, 2.0, 4.0, 2.5)
    if kind == "llama3":
        rope.update(low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=d.pick(8, 16, 32))
    if kind == "yarn":
        rope["original_max_position_embeddings"] = d.pick(8, 16, 32)
        if d.chance(0.3):
            rope["attention_factor"] = d.number(0.7, 1.4)
        if d.chance(0.3):
            rope.update(mscale=d.pick(1.0, 0.707), mscale_all_dim=d.pick(1.0, 0.5))
        if d.chance(0.3):
            rope.update(beta_fast=d.pick(16.0, 4.0), beta_slow=d.pick(1.0, 2.0))
        if d.chance(0.4):
            rope["truncate"] = d.chance()
    if kind == "longrope":
        rope["short_factor"] = [d.number(1, 2) for _ in range(n_dims // 2)]
        rope["long_factor"] = [d.number(2, 6) for _ in range(n_dims // 2)]
        rope["original_max_position_embeddings"] = d.pick(8, 13, 16, 64)
        if d.chance(0.3):
            rope["factor"] = d.pick(2.0, 4.0)
        if d.chance(0.3):
            rope["attention_factor"] = d.number(0.7, 1.4)
    if kind != "default" or must_say or d.chance(0.6):
        fields["rope_parameters"] = rope
    return fields


def layer_types(d, fields):
    fields["layer_types"] = [d.pick("full_attention", "sliding_attention") for _ in range(fields["num_hidden_layers"])]


def llama(d, model_type="llama", own_width=True, mlp_bias=True, act=True, **options):
    fields, d_head = llama_sizes(d, own_width)
    fields["model_type"] = model_type
    epsilon(d, fields)
    if act:
        activation(d, fields)
    d.flag(fields, "attention_bias")
    if mlp_bias:
        d.flag(fields, "mlp_bias")
    return rotation(d, fields, d_head, **options)
