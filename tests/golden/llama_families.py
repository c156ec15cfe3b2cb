"""Random configurations of the architectures that differ from Llama by a detail or two."""

from draws import epsilon, layer_types, llama


def arcee(d):
    return llama(d, "arcee")


def jais2(d):
    fields = llama(d, "jais2")
    fields.pop("rms_norm_eps", None)
    epsilon(d, fields, "layer_norm_eps")
    return fields


def internlm3(d):
    fields = llama(d, "internlm3")
    fields.setdefault("head_dim", fields["hidden_size"] // fields["num_attention_heads"])
    fields.update(attention_bias=d.chance(), pad_token_id=0)
    fields["mlp_bias"] = fields["attention_bias"]
    return fields


def iquestcoder(d):
    fields = llama(d, "iquestcoder")
    fields.setdefault("head_dim", fields["hidden_size"] // fields["num_attention_heads"])
    return fields


def cwm(d):
    fields = llama(d, "cwm", mlp_bias=False)
    fields.pop("attention_bias", None)
    fields["num_key_value_heads"] = fields["num_key_value_heads"] or fields["num_attention_heads"]
    fields.setdefault("head_dim", fields["hidden_size"] // fields["num_attention_heads"])
    fields.update(sliding_window=d.window())
    if d.chance(0.4):
        layer_types(d, fields)
    return fields


def helium(d):
    fields = llama(d, "helium", own_width=False)
    fields["num_key_value_heads"] = fields["num_key_value_heads"] or fields["num_attention_heads"]
    fields.update(head_dim=fields["hidden_size"] // fields["num_attention_heads"], pad_token_id=0)
    return fields


def nanochat(d):
    fields = llama(d, "nanochat", own_width=False, mlp_bias=False)
    if d.chance():
        fields["final_logit_softcapping"] = d.pick(None, 5.0, 30.0)
    return fields
