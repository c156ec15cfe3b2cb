"""Random configurations of every architecture that Headlight reads, in the spelling of transformers 5.

A family is a function of a random generator that returns the fields of one tiny model. Sizes are drawn by `llama_sizes`, rotations
by `rotation`; what is left out stands at the architecture's default.
"""

ACTIVATIONS = ["silu", "gelu", "relu", "gelu_pytorch_tanh", "gelu_new", "quick_gelu", "relu2"]
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
                  vocab_size=61, max_position_embeddings=CONTEXT, num_key_value_heads=n_kv)
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


def rotation(d, fields, d_head, partial=False, scaled=True, kinds=("linear", "dynamic", "yarn", "longrope", "llama3")):
    """The rope_parameters of one rotation; sets max_position_embeddings where a scaling is about it."""
    rope = {"rope_type": "default", "rope_theta": d.pick(10000.0, 500000.0, 100.0)}
    usual = {"half": 0.5, "quarter": 0.25}.get(partial, 1.0)
    shares = [share for share in (0.25, 0.5, 0.75, 1.0) if d_head * share >= 4 and d_head * share % 2 == 0]
    must_say = usual not in shares
    if must_say or (partial and d.chance(0.6)):
        rope["partial_rotary_factor"] = d.pick(*shares)
    n_dims = int(d_head * rope.get("partial_rotary_factor", usual))
    kind = d.pick(*kinds) if scaled and d.chance(0.55) else "default"
    rope["rope_type"] = kind
    if kind in ("linear", "dynamic", "yarn", "llama3"):
        rope["factor"] = d.pick(2.0, 4.0, 8.0, 1.5)
    if kind == "dynamic":
        fields["max_position_embeddings"] = d.pick(8, 12, 13, 64)
        rope["factor"] = d.pick(2.0, 4.0, 2.5)
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


def mistral(d):
    fields = llama(d, "mistral", mlp_bias=False)
    fields.pop("attention_bias", None)
    fields["sliding_window"] = d.pick(None, d.window())
    return fields


def ministral(d):
    fields = mistral(d)
    fields["model_type"] = "ministral"
    fields.setdefault("head_dim", fields["hidden_size"] // fields["num_attention_heads"])
    fields["sliding_window"] = d.window()
    if d.chance():
        layer_types(d, fields)
    return fields


def wrapped(kind, read):
    def draw(d):
        return {"model_type": kind, "text_config": read(d)}

    return draw


def mixtral(d):
    fields = mistral(d)
    fields.update(model_type="mixtral", num_local_experts=d.pick(2, 3, 5), num_experts_per_tok=d.pick(1, 2))
    return fields


def qwen2(d, model_type="qwen2"):
    fields = llama(d, model_type, own_width=model_type == "qwen3", mlp_bias=False)
    if model_type == "qwen2":
        fields.pop("attention_bias", None)
    else:
        n_heads = fields["num_attention_heads"]
        fields.setdefault("head_dim", fields["hidden_size"] // n_heads)
    if d.chance():
        fields.update(use_sliding_window=d.chance(0.8), sliding_window=d.window(), max_window_layers=d.pick(0, 1, 2))
        if fields["use_sliding_window"] and d.chance(0.3):
            layer_types(d, fields)
    return fields


def qwen3(d):
    return qwen2(d, "qwen3")


def moe(d, fields, number="num_experts"):
    fields.update({number: d.pick(3, 4, 6), "num_experts_per_tok": d.pick(1, 2, 3), "moe_intermediate_size": d.pick(6, 9)})
    d.flag(fields, "norm_topk_prob")
    if d.chance(0.4):
        fields["decoder_sparse_step"] = d.pick(1, 2)
    if d.chance(0.3):
        fields["mlp_only_layers"] = [d.pick(0, 1)]


def qwen2_moe(d):
    fields = llama(d, "qwen2_moe", own_width=False, mlp_bias=False)
    fields.pop("attention_bias", None)
    d.flag(fields, "qkv_bias")
    moe(d, fields)
    fields["shared_expert_intermediate_size"] = d.pick(5, 12)
    if d.chance(0.4):
        fields.update(use_sliding_window=True, sliding_window=d.window(), max_window_layers=d.pick(0, 1, 2))
    return fields


def qwen3_moe(d):
    fields = llama(d, "qwen3_moe", mlp_bias=False)
    moe(d, fields)
    if d.chance(0.4):
        fields.update(use_sliding_window=True, sliding_window=d.window())
    return fields


def gemma(d, model_type="gemma"):
    fields, d_head = llama_sizes(d)
    fields.update(model_type=model_type, head_dim=d_head)
    epsilon(d, fields)
    activation(d, fields, "hidden_act" if model_type == "gemma" else "hidden_activation")
    d.flag(fields, "attention_bias")
    return fields if model_type == "gemma3_text" else rotation(d, fields, d_head)


def gemma2(d, model_type="gemma2"):
    fields = gemma(d, model_type)
    if d.chance(0.6):
        fields["query_pre_attn_scalar"] = d.pick(4, 16, 30)
    fields["sliding_window"] = d.window()
    if d.chance(0.5):
        fields["final_logit_softcapping"] = d.pick(None, 5.0, 30.0)
    if model_type == "gemma2" and d.chance():
        fields["attn_logit_softcapping"] = d.pick(None, 2.0, 50.0)
    if d.chance(0.3):
        layer_types(d, fields)
    return fields


def gemma3_text(d):
    fields = gemma2(d, "gemma3_text")
    if "layer_types" not in fields:
        fields["sliding_window_pattern"] = d.pick(2, 3, 6)
    if d.chance(0.7):
        full = rotation(d, {}, fields["head_dim"], kinds=("linear",)).get("rope_parameters", {"rope_type": "default", "rope_theta": 1e6})
        fields["rope_parameters"] = {"full_attention": full, "sliding_attention": {"rope_type": "default", "rope_theta": d.pick(10000.0, 300.0)}}
    return fields


def gpt2(d):
    n_heads, d_head = d.pick(1, 2, 3), d.pick(4, 6, 8)
    fields = dict(model_type="gpt2", n_embd=n_heads * d_head, n_layer=d.pick(1, 2, 3), n_head=n_heads, n_positions=d.pick(16, 40), vocab_size=61)
    epsilon(d, fields, "layer_norm_epsilon")
    activation(d, fields, "activation_function")
    if d.chance(0.3):
        fields["n_inner"] = d.pick(10, 30)
    if d.chance(0.4):
        fields["scale_attn_weights"] = d.chance()
    if d.chance(0.4):
        fields["scale_attn_by_inverse_layer_idx"] = d.chance()
    if d.chance(0.3):
        fields["reorder_and_upcast_attn"] = d.chance()
    if d.chance(0.4):
        fields["tie_word_embeddings"] = d.chance()
    return fields


def gpt_neo(d):
    n_heads, d_head, n_layers = d.pick(1, 2, 3), d.pick(4, 6, 8), d.pick(1, 2, 4)
    kinds = [[["global", "local"], n_layers // 2]] if n_layers % 2 == 0 else [[[d.pick("global", "local")], n_layers]]
    fields = dict(model_type="gpt_neo", hidden_size=n_heads * d_head, num_layers=n_layers, num_heads=n_heads, attention_types=kinds,
                  max_position_embeddings=d.pick(16, 40), window_size=d.window(), vocab_size=61)
    epsilon(d, fields, "layer_norm_epsilon")
    activation(d, fields, "activation_function")
    if d.chance(0.3):
        fields["intermediate_size"] = d.pick(10, 30)
    if d.chance(0.4):
        fields["tie_word_embeddings"] = d.chance()
    return fields


def gpt_neox(d):
    fields, _ = llama_sizes(d, own_width=False)
    d_head = fields["hidden_size"] // fields["num_attention_heads"]
    del fields["num_key_value_heads"]
    fields["model_type"] = "gpt_neox"
    epsilon(d, fields, "layer_norm_eps")
    activation(d, fields)
    d.flag(fields, "attention_bias")
    d.flag(fields, "use_parallel_residual")
    return rotation(d, fields, d_head, partial="quarter")


def gptj(d):
    n_heads, d_head = d.pick(1, 2, 3), d.pick(4, 6, 8)
    fields = dict(model_type="gptj", n_embd=n_heads * d_head, n_layer=d.pick(1, 2, 3), n_head=n_heads, n_positions=d.pick(16, 40),
                  vocab_size=61, rotary_dim=d.pick(2, 4))
    epsilon(d, fields, "layer_norm_epsilon")
    activation(d, fields, "activation_function")
    if d.chance(0.3):
        fields["n_inner"] = d.pick(10, 30)
    return fields


def opt(d):
    n_heads, d_head = d.pick(1, 2, 3), d.pick(4, 6, 8)
    fields = dict(model_type="opt", hidden_size=n_heads * d_head, num_hidden_layers=d.pick(1, 2, 3), num_attention_heads=n_heads,
                  ffn_dim=d.pick(10, 24), max_position_embeddings=d.pick(16, 40), vocab_size=61, word_embed_proj_dim=n_heads * d_head)
    if d.chance(0.35):
        fields["do_layer_norm_before"] = False
    if d.chance(0.35):
        fields["word_embed_proj_dim"] = d.pick(4, 10)
    if d.chance(0.2):
        fields["_remove_final_layer_norm"] = True
    activation(d, fields, "activation_function")
    d.flag(fields, "enable_bias", 0.7)
    d.flag(fields, "layer_norm_elementwise_affine", 0.7)
    if d.chance(0.4):
        fields["tie_word_embeddings"] = d.chance()
    return fields


def bloom(d):
    n_heads, d_head = d.pick(1, 2, 3, 4, 5, 6), d.pick(4, 6, 8)
    fields = dict(model_type="bloom", hidden_size=n_heads * d_head, n_layer=d.pick(1, 2, 3), n_head=n_heads, vocab_size=61)
    epsilon(d, fields, "layer_norm_epsilon")
    if d.chance(0.4):
        fields["tie_word_embeddings"] = d.chance()
    return fields


def falcon(d):
    n_heads, n_kv, d_head, hidden = heads(d)
    layout = d.pick("multi_query", "old", "new", "new")
    fields = dict(model_type="falcon", hidden_size=hidden, num_hidden_layers=d.pick(1, 2, 3), num_attention_heads=n_heads, vocab_size=61,
                  max_position_embeddings=CONTEXT)
    if layout == "new":
        fields.update(new_decoder_architecture=True, num_kv_heads=n_kv)
        if d.chance(0.4):
            fields["num_ln_in_parallel_attn"] = d.pick(1, 2)
    else:
        fields.update(new_decoder_architecture=False, multi_query=layout == "multi_query", parallel_attn=d.chance())
    d.flag(fields, "bias")
    epsilon(d, fields, "layer_norm_epsilon")
    activation(d, fields, "activation")
    if d.chance(0.3):
        fields["ffn_hidden_size"] = d.pick(10, 30)
    if d.chance(0.4):
        fields["tie_word_embeddings"] = d.chance()
    if d.chance(0.35):
        fields["alibi"] = True
        return fields
    return rotation(d, fields, d_head)


def stablelm(d):
    fields = llama(d, "stablelm", own_width=False, mlp_bias=False, scaled=False)
    d_head = fields["hidden_size"] // fields["num_attention_heads"]
    for name in ("attention_bias", "rms_norm_eps", "rope_parameters"):
        fields.pop(name, None)
    epsilon(d, fields, "layer_norm_eps")
    for name in ("use_qkv_bias", "qk_layernorm", "use_parallel_residual"):
        d.flag(fields, name)
    return rotation(d, fields, d_head, partial="quarter")


def starcoder2(d):
    fields = llama(d, "starcoder2", own_width=False, mlp_bias=False)
    for name in ("attention_bias", "rms_norm_eps"):
        fields.pop(name, None)
    epsilon(d, fields, "norm_epsilon")
    d.flag(fields, "use_bias")
    if d.chance():
        fields["sliding_window"] = d.window()
    return fields


def phi(d):
    fields = llama(d, "phi", own_width=False, mlp_bias=False, scaled=False)
    d_head = fields["hidden_size"] // fields["num_attention_heads"]
    for name in ("attention_bias", "rms_norm_eps", "rope_parameters"):
        fields.pop(name, None)
    epsilon(d, fields, "layer_norm_eps")
    d.flag(fields, "qk_layernorm")
    return rotation(d, fields, d_head, partial="half")


def phi3(d):
    fields, d_head = llama_sizes(d, own_width=False)
    fields["model_type"] = "phi3"
    fields["original_max_position_embeddings"] = d.pick(8, 13, 16, 64)
    epsilon(d, fields)
    activation(d, fields)
    fields["sliding_window"] = d.pick(None, d.window())
    rotation(d, fields, d_head, kinds=("longrope",))
    if "rope_parameters" in fields:
        fields["rope_parameters"].pop("original_max_position_embeddings", None)
        fields["rope_parameters"].pop("factor", None)
        fields["rope_parameters"].pop("attention_factor", None)
    fields["pad_token_id"] = 0
    return fields


def phimoe(d):
    fields = llama(d, "phimoe", mlp_bias=False, scaled=False)
    fields.update(num_local_experts=d.pick(2, 3, 5), num_experts_per_tok=2, router_jitter_noise=d.pick(0.01, 0.2, 0.5))
    d.flag(fields, "lm_head_bias")
    fields["sliding_window"] = d.pick(None, d.window())
    if d.chance():
        d_head = fields.get("head_dim") or fields["hidden_size"] // fields["num_attention_heads"]
        fields["rope_parameters"] = {"rope_type": "longrope", "rope_theta": 10000.0, "original_max_position_embeddings": d.pick(16, 32),
                                     "short_mscale": d.number(1, 1.3), "long_mscale": d.number(1, 1.3),
                                     "short_factor": [d.number(1, 2) for _ in range(d_head // 2)],
                                     "long_factor": [d.number(2, 6) for _ in range(d_head // 2)]}
    return fields


def olmo(d):
    fields = llama(d, "olmo", mlp_bias=False)
    fields.pop("rms_norm_eps", None)
    if d.chance():
        fields["clip_qkv"] = d.pick(0.3, 1.0, 8.0)
    return fields


def olmo2(d):
    return llama(d, "olmo2", own_width=False, mlp_bias=False)


def olmoe(d):
    fields = llama(d, "olmoe", own_width=False, mlp_bias=False)
    fields.update(num_experts=d.pick(3, 4, 6), num_experts_per_tok=d.pick(1, 2, 3))
    d.flag(fields, "norm_topk_prob")
    if d.chance():
        fields["clip_qkv"] = d.pick(0.3, 1.0, 8.0)
    return fields


def cohere(d, model_type="cohere"):
    fields = llama(d, model_type, own_width=False, mlp_bias=False)
    fields.pop("rms_norm_eps", None)
    epsilon(d, fields, "layer_norm_eps")
    if d.chance():
        fields["logit_scale"] = d.number(0.05, 2)
    if model_type == "cohere":
        d.flag(fields, "use_qk_norm")
    return fields


def cohere2(d):
    fields = cohere(d, "cohere2")
    fields["sliding_window"] = d.window()
    if d.chance(0.4):
        layer_types(d, fields)
    elif d.chance():
        fields["sliding_window_pattern"] = d.pick(2, 3)
    return fields


def granite(d, model_type="granite"):
    fields = llama(d, model_type, mlp_bias=model_type == "granite")
    for name, low, high in (("embedding_multiplier", 0.5, 4), ("logits_scaling", 0.5, 8), ("residual_multiplier", 0.2, 1.5)):
        if d.chance(0.7):
            fields[name] = d.number(low, high)
    fields["attention_multiplier"] = d.number(0.05, 0.5)
    return fields


def granitemoe(d, model_type="granitemoe"):
    fields = granite(d, model_type)
    fields.update(num_local_experts=d.pick(2, 3, 5), num_experts_per_tok=d.pick(1, 2))
    return fields


def granitemoeshared(d):
    fields = granitemoe(d, "granitemoeshared")
    fields["shared_intermediate_size"] = d.pick(0, 5, 12)
    return fields


def glm(d, model_type="glm"):
    fields, d_head = llama_sizes(d, even_half=True)
    fields.update(model_type=model_type, head_dim=d_head, pad_token_id=0)
    epsilon(d, fields)
    activation(d, fields)
    d.flag(fields, "attention_bias")
    return rotation(d, fields, d_head, partial="half")


def glm4(d):
    return glm(d, "glm4")


def smollm3(d):
    fields = llama(d, "smollm3")
    fields["pad_token_id"] = 0
    n_layers = fields["num_hidden_layers"]
    if d.chance():
        fields["no_rope_layers"] = [d.pick(0, 1) for _ in range(n_layers)]
    elif d.chance():
        fields["no_rope_layer_interval"] = d.pick(2, 3)
    if d.chance(0.4):
        fields.update(use_sliding_window=True, sliding_window=d.window())
        if d.chance():
            layer_types(d, fields)
    return fields


def nemotron(d):
    fields = llama(d, "nemotron", act=False, scaled=False)
    fields.pop("rms_norm_eps", None)
    fields.pop("rope_parameters", None)
    d_head = fields.get("head_dim") or fields["hidden_size"] // fields["num_attention_heads"]
    epsilon(d, fields, "norm_eps")
    activation(d, fields)
    return rotation(d, fields, d_head, partial="half")


def gpt_oss(d):
    fields = llama(d, "gpt_oss", mlp_bias=False, act=False)
    fields.setdefault("head_dim", fields["hidden_size"] // fields["num_attention_heads"])
    fields.update(num_local_experts=d.pick(2, 3, 5), num_experts_per_tok=d.pick(1, 2), sliding_window=d.window())
    if d.chance():
        fields["swiglu_limit"] = d.pick(0.5, 1.0, 3.0)
    if d.chance(0.3):
        layer_types(d, fields)
    return fields


def internlm2(d):
    fields, d_head = llama_sizes(d, own_width=False)
    fields["model_type"] = "internlm2"
    epsilon(d, fields)
    activation(d, fields)
    d.flag(fields, "bias")
    return rotation(d, fields, d_head, kinds=("linear", "dynamic"))


def mpt(d):
    n_heads, d_head = d.pick(1, 2, 3, 4, 5, 6), d.pick(4, 6, 8)
    inner = {}
    if d.chance():
        inner["clip_qkv"] = d.pick(0.3, 1.0)
    if d.chance(0.4):
        inner["softmax_scale"] = d.number(0.1, 0.6)
    fields = dict(model_type="mpt", d_model=n_heads * d_head, n_layers=d.pick(1, 2, 3), n_heads=n_heads, max_seq_len=d.pick(16, 40), vocab_size=61)
    if inner:
        fields["attn_config"] = inner
    epsilon(d, fields, "layer_norm_epsilon")
    return fields


def exaone4(d):
    fields = llama(d, "exaone4", mlp_bias=False)
    fields.pop("attention_bias", None)
    if d.chance(0.3):
        fields.update(sliding_window=None, layer_types=["full_attention"] * fields["num_hidden_layers"])
    else:
        fields["sliding_window"] = d.window()
        if d.chance(0.4):
            layer_types(d, fields)
        else:
            fields["sliding_window_pattern"] = d.pick(2, 3, 4)
    return fields


def seed_oss(d):
    fields = llama(d, "seed_oss")
    fields.setdefault("head_dim", fields["hidden_size"] // fields["num_attention_heads"])
    d.flag(fields, "attention_out_bias")
    return fields


def ernie4_5(d):
    fields = llama(d, "ernie4_5", mlp_bias=False)
    fields.pop("attention_bias", None)
    fields.setdefault("head_dim", fields["hidden_size"] // fields["num_attention_heads"])
    d.flag(fields, "use_bias")
    return fields


def hunyuan_v1_dense(d):
    fields = llama(d, "hunyuan_v1_dense", mlp_bias=False)
    fields.setdefault("head_dim", fields["hidden_size"] // fields["num_attention_heads"])
    if d.chance(0.4):
        fields["rope_parameters"] = {"rope_type": "dynamic", "rope_theta": 10000.0, "alpha": d.pick(1000.0, 10.0), "factor": 1.0}
        fields["max_position_embeddings"] = CONTEXT
    return fields


def arcee(d):
    return llama(d, "arcee")


FAMILIES = {
    "arcee": arcee, "bloom": bloom, "cohere": cohere, "cohere2": cohere2, "ernie4_5": ernie4_5, "exaone4": exaone4, "falcon": falcon,
    "gemma": gemma, "gemma2": gemma2, "gemma3": wrapped("gemma3", gemma3_text), "gemma3_text": gemma3_text, "glm": glm, "glm4": glm4,
    "gpt2": gpt2, "gpt_neo": gpt_neo, "gpt_neox": gpt_neox, "gpt_oss": gpt_oss, "gptj": gptj, "granite": granite, "granitemoe": granitemoe,
    "granitemoeshared": granitemoeshared, "hunyuan_v1_dense": hunyuan_v1_dense, "internlm2": internlm2, "llama": llama,
    "ministral": ministral, "mistral": mistral, "mistral3": wrapped("mistral3", mistral), "mixtral": mixtral, "mpt": mpt,
    "nemotron": nemotron, "olmo": olmo, "olmo2": olmo2, "olmoe": olmoe, "opt": opt, "phi": phi, "phi3": phi3, "phimoe": phimoe,
    "qwen2": qwen2, "qwen2_moe": qwen2_moe, "qwen3": qwen3, "qwen3_moe": qwen3_moe, "seed_oss": seed_oss, "smollm3": smollm3,
    "stablelm": stablelm, "starcoder2": starcoder2,
}
