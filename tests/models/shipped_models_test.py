"""The shipped folders are complete and are what their configuration, their evaluation and the recipe say."""

import hashlib
import json
import tempfile
import unittest
from pathlib import Path

from recipe import MODELS

from model_card import SERIES, SHIPPED, count_parameters, read_json, safetensors_header
from shapes import TINY, TINY_STEPS

MODEL_FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")
STEP_FOLDERS = [MODELS / SERIES / f"step{step:05d}" for step in TINY_STEPS]
ALL_FOLDERS = [(shape, MODELS / shape.name) for shape in SHIPPED] + [(TINY, folder) for folder in STEP_FOLDERS]


def sha256(path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class EveryFolder(unittest.TestCase):
    def test_holds_a_whole_model(self):
        for _, folder in ALL_FOLDERS:
            for name in MODEL_FILES:
                self.assertTrue((folder / name).is_file(), folder / name)

    def test_weights_end_where_their_header_says_and_are_bfloat16(self):
        for _, folder in ALL_FOLDERS:
            tensors = safetensors_header(folder / "model.safetensors")
            self.assertEqual({tensor["dtype"] for tensor in tensors.values()}, {"BF16"}, folder)

    def test_tensors_cover_the_file_without_gap_or_overlap(self):
        for _, folder in ALL_FOLDERS:
            offsets = sorted(tensor["data_offsets"] for tensor in safetensors_header(folder / "model.safetensors").values())
            self.assertEqual(offsets[0][0], 0)
            for (_, end), (begin, _) in zip(offsets, offsets[1:]):
                self.assertEqual(end, begin, folder)

    def test_configuration_is_the_shape_of_the_recipe(self):
        for shape, folder in ALL_FOLDERS:
            config = read_json(folder / "config.json")
            if shape.model_type == "gpt2":
                sizes = [config[key] for key in ("n_layer", "n_head", "n_head", "n_embd", "n_positions")]
            else:
                keys = ("num_hidden_layers", "num_attention_heads", "num_key_value_heads", "hidden_size",
                        "max_position_embeddings")
                sizes = [config[key] for key in keys]
            self.assertEqual(config["model_type"], shape.model_type)
            self.assertEqual(sizes, [shape.n_layers, shape.n_heads, shape.n_kv_heads, shape.width, shape.max_positions])

    def test_one_tokenizer_serves_all_and_fits_the_embedding(self):
        self.assertEqual(len({sha256(folder / "tokenizer.json") for _, folder in ALL_FOLDERS}), 1)
        vocabulary = read_json(ALL_FOLDERS[0][1] / "tokenizer.json")["model"]["vocab"]
        self.assertEqual(sorted(vocabulary.values()), list(range(len(vocabulary))))
        for shape, folder in ALL_FOLDERS:
            self.assertEqual(read_json(folder / "config.json")["vocab_size"], len(vocabulary))
            self.assertEqual(read_json(folder / "tokenizer_config.json")["model_max_length"], shape.max_positions)

    def test_no_two_checkpoints_have_the_same_weights(self):
        self.assertEqual(len({sha256(folder / "model.safetensors") for _, folder in ALL_FOLDERS}), len(ALL_FOLDERS))

    def test_a_weight_file_that_lost_its_end_is_told(self):
        whole = (MODELS / "mixture-tiny" / "model.safetensors").read_bytes()
        with tempfile.TemporaryDirectory() as folder:
            cut = Path(folder) / "model.safetensors"
            cut.write_bytes(whole[:-1])
            with self.assertRaisesRegex(ValueError, f"take {len(whole)} bytes, the file has {len(whole) - 1}"):
                safetensors_header(cut)
            cut.write_bytes(whole[:100])
            with self.assertRaisesRegex(ValueError, "does not fit into 100"):
                safetensors_header(cut)


class Evaluations(unittest.TestCase):
    def entries(self):
        """(folder, evaluation of that folder)."""
        for shape in SHIPPED:
            yield MODELS / shape.name, read_json(MODELS / shape.name / "evaluation.json")
        for entry in read_json(MODELS / SERIES / "evaluation.json")["steps"]:
            yield MODELS / SERIES / entry["model"], entry

    def test_measured_these_very_weights(self):
        for folder, entry in self.entries():
            self.assertEqual(entry["model"], folder.name)
            self.assertEqual(entry["weights_sha256"], sha256(folder / "model.safetensors"))
            self.assertEqual(entry["n_parameters"], count_parameters(folder))

    def test_every_step_was_measured(self):
        steps = [entry["step"] for entry in read_json(MODELS / SERIES / "evaluation.json")["steps"]]
        self.assertEqual(steps, list(TINY_STEPS))

    def test_every_accuracy_lies_in_its_interval(self):
        for folder, entry in self.entries():
            for name, result in entry["tasks"].items():
                low, high = result["interval_95"]
                self.assertTrue(0 <= low <= result["accuracy"] <= high <= 1, (folder.name, name, result))
                self.assertTrue(2 <= result["n_distinct"] <= result["n"])

    def test_all_models_answered_the_same_number_of_the_same_prompts(self):
        evaluations = [read_json(MODELS / shape.name / "evaluation.json") for shape in SHIPPED]
        self.assertEqual(len({json.dumps(evaluation["measured"]) for evaluation in evaluations}), 1)
        counts = [{name: (r["n"], r["n_distinct"]) for name, r in e["tasks"].items()} for e in evaluations]
        self.assertEqual(counts[0], counts[1])
        self.assertEqual(counts[0], counts[2])


class References(unittest.TestCase):
    def cases(self):
        for shape in SHIPPED:
            vocabulary = read_json(MODELS / shape.name / "tokenizer.json")["model"]["vocab"]
            token_of = {token: piece for piece, token in vocabulary.items()}
            for case in read_json(MODELS / shape.name / "reference.json")["cases"]:
                yield shape, token_of, case

    def test_ids_spell_the_text_behind_end_of_text(self):
        for _, token_of, case in self.cases():
            self.assertEqual(token_of[case["ids"][0]], "<|endoftext|>")
            spelled = "".join(token_of[token] for token in case["ids"][1:])
            self.assertEqual(spelled.replace("Ġ", " ").replace("Ċ", "\n"), case["text"])

    def test_there_is_a_logit_for_every_token(self):
        for _, token_of, case in self.cases():
            self.assertEqual(len(case["last_logits"]), len(token_of))

    def test_attention_has_every_head_and_sums_to_one(self):
        for shape, _, case in self.cases():
            self.assertEqual(len(case["attention"]), shape.n_layers)
            for layer in case["attention"]:
                self.assertEqual(len(layer), shape.n_heads)
                for head in layer:
                    self.assertEqual([len(row) for row in head], list(range(1, len(case["ids"]) + 1)))
                    for row in head:
                        self.assertAlmostEqual(sum(row), 1, places=3)


if __name__ == "__main__":
    unittest.main()
