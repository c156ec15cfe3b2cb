"""Random configurations of every architecture that Headlight reads, in the spelling of transformers 5.

A family is a function of a random generator that returns the fields of one tiny model. What is left out stands at the architecture's
default.
"""

from draws import CONTEXT, activation, epsilon, layer_types, llama, llama_sizes, rotation
from expert_families import dots1, ernie4_5_moe, exaone_moe, flex_olmo, glm4_moe, hunyuan_v1_moe, minimax_m2, solar_open
from gpt_families import (biogpt, bloom, codegen, falcon, gpt2, gpt_bigcode, gpt_neo, gpt_neox, gptj, mpt, opt, persimmon, phi, stablelm,
                          starcoder2)
from llama_families import arcee, cwm, helium, internlm3, iquestcoder, jais2, nanochat


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
    fields.update({number: d.pick(3, 4, 6), "num_experts_per_tok": d.pick(1, 2, 3), "moe_intermediate_size": d.pick(1, 6, 9)})
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


def olmo3(d):
    fields = llama(d, "olmo3", own_width=False, mlp_bias=False, scaled=False)
    fields.pop("rope_parameters", None)
    fields["sliding_window"] = d.window()
    if d.chance():
        layer_types(d, fields)
    if d.chance(0.7):
        full = rotation(d, {}, fields["hidden_size"] // fields["num_attention_heads"], kinds=("linear", "yarn", "llama3"))
        full = full.get("rope_parameters", {"rope_type": "default", "rope_theta": 500000.0})
        fields["rope_parameters"] = {"full_attention": full, "sliding_attention": {"rope_type": "default", "rope_theta": d.pick(10000.0, 300.0)}}
    return fields


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
    fields = llama(d, model_type, mlp_bias=model_type in ("granite", "hyperclovax"))
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
    if d.chance(0.4):  # what MXFP4 can hold
        fields.update(hidden_size=32, intermediate_size=d.pick(32, 64))
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


def apertus(d):
    fields = llama(d, "apertus", mlp_bias=False, act=False)
    fields["pad_token_id"] = 0
    return fields


def vaultgemma(d):
    fields = gemma2(d)
    fields["model_type"] = "vaultgemma"
    return fields


def hyperclovax(d):
    fields = granite(d, "hyperclovax")
    d.flag(fields, "use_post_norm")
    if d.chance():
        fields["attention_multiplier"] = None
    return fields


FAMILIES = {
    "apertus": apertus, "arcee": arcee, "biogpt": biogpt, "bloom": bloom, "codegen": codegen, "cohere": cohere, "cohere2": cohere2,
    "cwm": cwm, "dots1": dots1, "ernie4_5": ernie4_5, "ernie4_5_moe": ernie4_5_moe, "exaone4": exaone4, "exaone_moe": exaone_moe,
    "falcon": falcon, "flex_olmo": flex_olmo, "gemma": gemma, "gemma2": gemma2, "gemma3": wrapped("gemma3", gemma3_text),
    "gemma3_text": gemma3_text, "glm": glm, "glm4": glm4, "glm4_moe": glm4_moe, "gpt2": gpt2, "gpt_bigcode": gpt_bigcode,
    "gpt_neo": gpt_neo, "gpt_neox": gpt_neox, "gpt_oss": gpt_oss, "gptj": gptj, "granite": granite, "granitemoe": granitemoe,
    "granitemoeshared": granitemoeshared, "helium": helium, "hunyuan_v1_dense": hunyuan_v1_dense, "hunyuan_v1_moe": hunyuan_v1_moe,
    "hyperclovax": hyperclovax, "internlm2": internlm2, "internlm3": internlm3, "iquestcoder": iquestcoder, "jais2": jais2,
    "llama": llama, "minimax_m2": minimax_m2, "ministral": ministral, "mistral": mistral, "mistral3": wrapped("mistral3", mistral),
    "mixtral": mixtral, "mpt": mpt, "nanochat": nanochat, "nemotron": nemotron, "olmo": olmo, "olmo2": olmo2, "olmo3": olmo3,
    "olmoe": olmoe, "opt": opt, "persimmon": persimmon, "phi": phi, "phi3": phi3, "phimoe": phimoe, "qwen2": qwen2,
    "qwen2_moe": qwen2_moe, "qwen3": qwen3, "qwen3_moe": qwen3_moe, "seed_oss": seed_oss, "smollm3": smollm3, "solar_open": solar_open,
    "stablelm": stablelm, "starcoder2": starcoder2, "vaultgemma": vaultgemma,
}
