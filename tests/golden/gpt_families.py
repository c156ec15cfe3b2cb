"""Random configurations of the architectures that are not Llama's descendants: GPT's, Falcon, Phi and their like."""

from draws import CONTEXT, activation, epsilon, heads, llama, llama_sizes, rotation


def gpt2(d):
    n_heads, d_head = d.pick(1, 2, 3), d.pick(4, 6, 8)
    fields = dict(model_type="gpt2", n_embd=n_heads * d_head, n_layer=d.pick(1, 2, 3), n_head=n_heads, n_positions=d.pick(16, 40), vocab_size=61)
    epsilon(d, fields, "layer_norm_epsilon")
    activation(d, fields, "activation_function")
    if d.chance(0.3):
        fields["n_inner"] = d.pick(1, 10, 30)
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
        fields["n_inner"] = d.pick(1, 10, 30)
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
    d.flag(fields, "apply_residual_connection_post_layernorm")
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


def phi(d):
    fields = llama(d, "phi", own_width=False, mlp_bias=False, scaled=False)
    d_head = fields["hidden_size"] // fields["num_attention_heads"]
    for name in ("attention_bias", "rms_norm_eps", "rope_parameters"):
        fields.pop(name, None)
    epsilon(d, fields, "layer_norm_eps")
    d.flag(fields, "qk_layernorm")
    return rotation(d, fields, d_head, partial="half")


def stablelm(d):
    fields = llama(d, "stablelm", own_width=False, mlp_bias=False, scaled=False)
    d_head = fields["hidden_size"] // fields["num_attention_heads"]
    for name in ("attention_bias", "rms_norm_eps", "rope_parameters"):
        fields.pop(name, None)
    epsilon(d, fields, "layer_norm_eps")
    for name in ("use_qkv_bias", "qk_layernorm", "use_parallel_residual"):
        d.flag(fields, name)
    return rotation(d, fields, d_head, partial="quarter")


def persimmon(d):
    fields = llama(d, "persimmon", own_width=False, mlp_bias=False, scaled=False)
    d_head = fields["hidden_size"] // fields["num_attention_heads"]
    for name in ("attention_bias", "rms_norm_eps", "rope_parameters", "num_key_value_heads"):
        fields.pop(name, None)
    epsilon(d, fields, "layer_norm_eps")
    d.flag(fields, "qk_layernorm")
    return rotation(d, fields, d_head, partial="half")


def biogpt(d):
    n_heads, d_head = d.pick(1, 2, 3), d.pick(4, 6, 8)
    fields = dict(model_type="biogpt", hidden_size=n_heads * d_head, num_hidden_layers=d.pick(1, 2, 3), num_attention_heads=n_heads,
                  intermediate_size=d.pick(10, 24), max_position_embeddings=d.pick(16, 40), vocab_size=61)
    epsilon(d, fields, "layer_norm_eps")  # which has no effect
    activation(d, fields)
    d.flag(fields, "scale_embedding")
    if d.chance(0.4):
        fields["tie_word_embeddings"] = d.chance()
    return fields


def starcoder2(d):
    fields = llama(d, "starcoder2", own_width=False, mlp_bias=False)
    for name in ("attention_bias", "rms_norm_eps"):
        fields.pop(name, None)
    epsilon(d, fields, "norm_epsilon")
    d.flag(fields, "use_bias")
    if d.chance():
        fields["sliding_window"] = d.window()
    return fields


def gpt_bigcode(d):
    fields = gpt2(d)
    fields["model_type"] = "gpt_bigcode"
    fields.pop("scale_attn_by_inverse_layer_idx", None)
    fields.pop("reorder_and_upcast_attn", None)
    d.flag(fields, "multi_query")
    return fields


def codegen(d):
    fields = gptj(d)
    n_heads, d_head = d.pick(4, 8), d.pick(4, 6)
    fields.update(model_type="codegen", n_head=n_heads, n_embd=n_heads * d_head)
    return fields
