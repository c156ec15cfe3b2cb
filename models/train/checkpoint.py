"""Models of a shape, fresh or from a folder, and folders as transformers and Headlight read them."""

import copy
import json
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import (
    AutoModelForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
)
from transformers.utils import logging

from corpus import END_OF_TEXT
from shapes import Shape

logging.disable_progress_bar()  # the models are small


def new_model(shape: Shape, n_tokens: int, end_of_text: int) -> PreTrainedModel:
    """A model with fresh weights from torch's random generator; float32."""
    if shape.model_type == "gpt2":
        model = GPT2LMHeadModel(GPT2Config(
            vocab_size=n_tokens, n_positions=shape.max_positions, n_embd=shape.width, n_layer=shape.n_layers,
            n_head=shape.n_heads, resid_pdrop=0, embd_pdrop=0, attn_pdrop=0,
            bos_token_id=end_of_text, eos_token_id=end_of_text,
        ))
    else:
        model = LlamaForCausalLM(LlamaConfig(
            vocab_size=n_tokens, hidden_size=shape.width, intermediate_size=shape.mlp_width,
            num_hidden_layers=shape.n_layers, num_attention_heads=shape.n_heads,
            num_key_value_heads=shape.n_kv_heads, max_position_embeddings=shape.max_positions,
            tie_word_embeddings=True, rms_norm_eps=1e-5, bos_token_id=end_of_text, eos_token_id=end_of_text,
        ))
    model.config.use_cache = False
    return model


def load_model(folder: Path) -> PreTrainedModel:
    """The stored weights, widened to float32, ready to measure."""
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def save_model(model: PreTrainedModel, tokenizer: Tokenizer, folder: Path) -> None:
    """Writes config.json, model.safetensors (bfloat16), tokenizer.json and tokenizer_config.json."""
    copy.deepcopy(model).to(torch.bfloat16).save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)  # nothing here is sampled from
    tokenizer.save(str(folder / "tokenizer.json"))
    tokenizer_config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": END_OF_TEXT,
        "eos_token": END_OF_TEXT,
        "add_bos_token": False,
        "model_max_length": model.config.max_position_embeddings,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer_config, indent=1), encoding="utf-8")
