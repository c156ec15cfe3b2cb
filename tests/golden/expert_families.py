"""Random configurations of the architectures whose experts are chosen by scores of their own, and of their kin."""

from draws import llama


def shared(d, fields, name):
    fields[name] = d.pick(1, 2)


def sigmoid_experts(d, fields, number="n_routed_experts"):
    n_groups = d.pick(1, 1, 2, 3)
    fields.update({number: n_groups * d.pick(2, 3, 4), "moe_intermediate_size": d.pick(1, 6, 9), "num_experts_per_tok": d.pick(1, 2)})
    if n_groups > 1:
        fields.update(n_group=n_groups, topk_group=d.pick(1, n_groups - 1, n_groups))
    d.flag(fields, "norm_topk_prob")
    if d.chance():
        fields["routed_scaling_factor"] = d.number(0.5, 3)
    if d.chance():
        fields["first_k_dense_replace"] = d.pick(0, 1, 2)


def dots1(d):
    fields = llama(d, "dots1", mlp_bias=False)
    sigmoid_experts(d, fields)
    shared(d, fields, "n_shared_experts")
    fields["sliding_window"] = d.pick(None, d.window())
    if d.chance():
        fields["max_window_layers"] = d.pick(0, 1, 2)
    return fields


def glm4_moe(d):
    fields = llama(d, "glm4_moe", mlp_bias=False, partial="half")
    fields["num_key_value_heads"] = fields["num_key_value_heads"] or fields["num_attention_heads"]
    fields.setdefault("head_dim", fields["hidden_size"] // fields["num_attention_heads"])
    sigmoid_experts(d, fields)
    shared(d, fields, "n_shared_experts")
    d.flag(fields, "use_qk_norm")
    return fields


def solar_open(d):
    fields = llama(d, "solar_open", mlp_bias=False, partial="whole")
    fields["num_key_value_heads"] = fields["num_key_value_heads"] or fields["num_attention_heads"]
    fields.setdefault("head_dim", fields["hidden_size"] // fields["num_attention_heads"])
    sigmoid_experts(d, fields)
    fields.pop("first_k_dense_replace", None)
    shared(d, fields, "n_shared_experts")
    return fields


def exaone_moe(d):
    fields = llama(d, "exaone_moe", mlp_bias=False)
    fields.pop("attention_bias", None)
    fields["num_key_value_heads"] = fields["num_key_value_heads"] or fields["num_attention_heads"]
    sigmoid_experts(d, fields, "num_experts")
    shared(d, fields, "num_shared_experts")
    fields.update(sliding_window=d.window(), sliding_window_pattern=d.pick(2, 3, 4))
    if d.chance(0.4):
        fields["mlp_layer_types"] = [d.pick("dense", "sparse") for _ in range(fields["num_hidden_layers"])]
    return fields


def minimax_m2(d):
    fields = llama(d, "minimax_m2", mlp_bias=False, partial="whole")
    fields.pop("attention_bias", None)
    fields["num_key_value_heads"] = fields["num_key_value_heads"] or fields["num_attention_heads"]
    fields.setdefault("head_dim", fields["hidden_size"] // fields["num_attention_heads"])
    fields.update(num_local_experts=d.pick(2, 3, 5), num_experts_per_tok=d.pick(1, 2))
    if "rope_parameters" not in fields and d.chance():
        fields["rotary_dim"] = d.pick(2, 4)
    return fields


def ernie4_5_moe(d):
    fields = llama(d, "ernie4_5_moe", mlp_bias=False)
    fields.pop("attention_bias", None)
    fields.update(moe_num_experts=d.pick(2, 3, 5), moe_k=d.pick(1, 2), moe_intermediate_size=d.pick(1, 6, 9), moe_num_shared_experts=d.pick(0, 1, 2))
    d.flag(fields, "use_bias")
    for name, values in (("moe_layer_start_index", (0, 1, 2)), ("moe_layer_end_index", (-1, 0, 1)), ("moe_layer_interval", (1, 2)),
                         ("moe_norm_min", (1e-12, 0.4))):
        if d.chance(0.4):
            fields[name] = d.pick(*values)
    return fields


def hunyuan_v1_moe(d):
    fields = llama(d, "hunyuan_v1_moe", mlp_bias=False)
    fields.setdefault("head_dim", fields["hidden_size"] // fields["num_attention_heads"])
    fields.update(num_experts=d.pick(2, 3, 5), moe_topk=d.pick(1, 2))
    if d.chance(0.3):
        fields["moe_topk"] = [fields["moe_topk"]] * fields["num_hidden_layers"]
    return fields


def flex_olmo(d):
    fields = llama(d, "flex_olmo", own_width=False, mlp_bias=False)
    fields.update(num_experts=d.pick(3, 4, 6), num_experts_per_tok=d.pick(1, 2, 3), pad_token_id=0)
    d.flag(fields, "norm_topk_prob")
    return fields
