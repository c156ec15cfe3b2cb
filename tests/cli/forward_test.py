"""The numbers of `headlight forward`: names and shapes of the sites, padding that changes nothing, edits that change what they should."""
import array
import pathlib
import random
import tempfile
import unittest

import tensors
from program import SOURCE, Tree

PROMPTS = [[0, 5, 7, 900, 33, 5, 7], [0, 12, 2000, 4], [0, 8, 1, 77, 8]]
PAD = 1  # any token: it is masked


def distance(a, b):
    assert len(a) == len(b), (len(a), len(b))
    return max((abs(x - y) for x, y in zip(a, b)), default=0.0)


class ForwardTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.here = pathlib.Path(folder.name).resolve()
        cls.tree = Tree(cls.here / "prefix")

    def forward(self, prompts, *flags, model="mixture-tiny", side=None, capture="hook_z", **more):
        """The output's tensors; prompts of unequal length are padded on the side."""
        longest = max(map(len, prompts))
        ids, mask = [], []
        for prompt in prompts:
            pad = longest - len(prompt)
            ids.append([PAD] * pad + prompt if side == "left" else prompt + [PAD] * pad)
            mask.append([0] * pad + [1] * len(prompt) if side == "left" else [1] * len(prompt) + [0] * pad)
        file = {"input_ids": tensors.tensor(ids)}
        if side:
            file["attention_mask"] = tensors.tensor(mask)
        for name, value in more.items():
            file[name] = value
        tensors.write(self.here / "in.safetensors", file)
        self.tree.run("forward", model, "--tokens", "in.safetensors", "--capture", capture, "--out", "out.safetensors", *flags, folder=self.here, check=True)
        return tensors.read(self.here / "out.safetensors")


class Sites(ForwardTest):
    def shapes(self, model):
        names = [f"blocks.*.attn.hook_{name}" for name in ("q", "k", "v", "z", "result", "pattern", "attn_scores")]
        names += [f"blocks.*.hook_{name}" for name in ("resid_pre", "resid_mid", "resid_post", "attn_out", "mlp_out")]
        found = self.forward([[0, 5, 7], [0, 9, 11]], capture=",".join([*names, "ln_final.hook_normalized", "hook_embed"]), model=model)
        return {name: item.shape for name, item in found.items()}

    def expected(self, layers, heads, kv, width, d_model):
        shapes = {"logits": (2, 3, 2506), "ln_final.hook_normalized": (2, 3, d_model), "hook_embed": (2, 3, d_model)}
        for layer in range(layers):
            for name in ("resid_pre", "resid_mid", "resid_post", "attn_out", "mlp_out"):
                shapes[f"blocks.{layer}.hook_{name}"] = (2, 3, d_model)
            for name, shape in {"q": (2, 3, heads, width), "k": (2, 3, kv, width), "v": (2, 3, kv, width), "z": (2, 3, heads, width),
                                "result": (2, 3, heads, d_model), "pattern": (2, heads, 3, 3), "attn_scores": (2, heads, 3, 3)}.items():
                shapes[f"blocks.{layer}.attn.hook_{name}"] = shape
        return shapes

    def test_have_the_documented_names_and_shapes(self):
        self.assertEqual(self.expected(4, 4, 4, 24, 96), self.shapes("mixture-tiny"))

    def test_of_keys_and_values_have_their_own_heads(self):
        self.assertEqual(self.expected(8, 8, 4, 24, 192), self.shapes(SOURCE / "models/mixture-llama"))

    def test_patterns_are_causal_and_sum_to_one(self):
        pattern = self.forward([PROMPTS[0]], capture="blocks.2.attn.hook_pattern")["blocks.2.attn.hook_pattern"]
        for head in range(4):
            for query in range(7):
                row = pattern[0, head, query]
                self.assertAlmostEqual(1, sum(row), places=5)
                self.assertEqual([0.0] * (6 - query), list(row[query + 1:]))

    def test_add_up_to_the_residual_stream(self):
        found = self.forward([PROMPTS[0]], "--dtype", "f64", capture="blocks.1.hook_resid_pre,blocks.1.hook_attn_out,blocks.1.hook_resid_mid,blocks.1.hook_mlp_out,blocks.1.hook_resid_post,blocks.2.hook_resid_pre")
        site = lambda name, layer=1: found[f"blocks.{layer}.hook_{name}"].values
        self.assertLess(distance(site("resid_mid"), [a + b for a, b in zip(site("resid_pre"), site("attn_out"))]), 1e-12)
        self.assertLess(distance(site("resid_post"), [a + b for a, b in zip(site("resid_mid"), site("mlp_out"))]), 1e-12)
        self.assertEqual(site("resid_post"), site("resid_pre", 2))

    def test_of_results_add_up_to_the_attention_output_but_for_its_bias(self):
        found = self.forward([PROMPTS[0]], "--dtype", "f64", capture="blocks.1.attn.hook_result,blocks.1.hook_attn_out")
        result, out = found["blocks.1.attn.hook_result"], found["blocks.1.hook_attn_out"]
        rest = [[out[0, t, d] - sum(result[0, t, h, d] for h in range(4)) for d in range(96)] for t in range(7)]
        for row in rest[1:]:
            self.assertLess(distance(rest[0], row), 1e-12)

    def test_float_follows_float64(self):
        single = self.forward([PROMPTS[0]])
        double = self.forward([PROMPTS[0]], "--dtype", "f64")
        self.assertEqual(("F32", "F64"), (single["logits"].dtype, double["logits"].dtype))
        self.assertLess(distance(single["logits"].values, double["logits"].values), 1e-4)


class Padding(ForwardTest):
    CAPTURE = "blocks.3.attn.hook_z,blocks.2.attn.hook_pattern,ln_final.hook_normalized"

    def check(self, side, model, tolerance, *flags):
        batch = self.forward(PROMPTS, *flags, side=side, capture=self.CAPTURE, model=model)
        for p, prompt in enumerate(PROMPTS):
            alone = self.forward([prompt], *flags, capture=self.CAPTURE, model=model)
            n, first = len(prompt), 7 - len(prompt) if side == "left" else 0
            for name in ("logits", "blocks.3.attn.hook_z", "ln_final.hook_normalized"):
                for t in range(n):
                    self.assertLessEqual(distance(batch[name][p, first + t], alone[name][0, t]), tolerance, f"{name} of prompt {p} at {t}, {side}")
            patterns = batch["blocks.2.attn.hook_pattern"], alone["blocks.2.attn.hook_pattern"]
            for head in range(patterns[0].shape[1]):
                for query in range(n):
                    row = patterns[0][p, head, first + query]
                    self.assertLessEqual(distance(row[first:first + n], patterns[1][0, head, query]), tolerance)
                    self.assertEqual(0, max(map(abs, [*row[:first], *row[first + n:]]), default=0))
            if n < 7:  # padded places are zero
                self.assertEqual({0.0}, set(batch["logits"][p, 0 if side == "left" else 6]))

    def test_on_either_side_gives_each_prompt_its_own_numbers(self):
        for model in ("mixture-tiny", SOURCE / "models/mixture-llama"):  # learned and rotary positions
            for side in ("left", "right"):
                with self.subTest(model=str(model), side=side):
                    self.check(side, model, 1e-6, "--dtype", "f64")

    def test_changes_no_bit_of_a_float(self):
        for model in ("mixture-tiny", SOURCE / "models/mixture-llama"):
            for side in ("left", "right"):
                with self.subTest(model=str(model), side=side):
                    self.check(side, model, 0)

    def test_moves_the_positions_of_edits_with_the_columns(self):
        edited = self.forward(PROMPTS, "--edit", "zero:L1H1@5", side="left", capture="blocks.1.attn.hook_z")["blocks.1.attn.hook_z"]
        for p in range(3):
            for column in range(7 - len(PROMPTS[p]), 7):
                self.assertEqual(column == 5, set(edited[p, column, 1]) == {0.0}, (p, column))


class Edits(ForwardTest):
    """Each against the unedited pass, in float64."""
    PROMPT = PROMPTS[0]
    CAPTURE = "blocks.*.attn.hook_z,blocks.*.hook_resid_pre,blocks.*.attn.hook_pattern"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clean = cls.forward(cls(), [cls.PROMPT], "--dtype", "f64", capture=cls.CAPTURE)

    def edited(self, *edits, prompts=None, **more):
        flags = [word for edit in edits for word in ("--edit", edit)]
        return self.forward(prompts or [self.PROMPT], "--dtype", "f64", *flags, capture=self.CAPTURE, **more)

    def moved(self, found, name):
        return distance(found[name].values, self.clean[name].values)

    def test_zero_empties_one_head_and_nothing_beside_or_below_it(self):
        found = self.edited("zero:L1H2")
        z, clean = found["blocks.1.attn.hook_z"], self.clean["blocks.1.attn.hook_z"]
        for t in range(7):
            self.assertEqual({0.0}, set(z[0, t, 2]))
            for head in (0, 1, 3):
                self.assertEqual(clean[0, t, head], z[0, t, head])
        self.assertEqual(0, self.moved(found, "blocks.0.attn.hook_z"))
        self.assertEqual(0, self.moved(found, "blocks.1.hook_resid_pre"))
        self.assertGreater(self.moved(found, "blocks.2.hook_resid_pre"), 1e-3)
        self.assertGreater(self.moved(found, "logits"), 1e-3)

    def test_at_a_position_leave_what_precedes_it(self):
        found = self.edited("zero:L1H1@3")
        for t in range(7):
            change = distance(found["logits"][0, t], self.clean["logits"][0, t])
            (self.assertEqual if t < 3 else self.assertNotEqual)(0, change, t)
        z = found["blocks.1.attn.hook_z"]
        self.assertEqual([3], [t for t in range(7) if set(z[0, t, 1]) == {0.0}])
        z = self.edited("zero:L1H1@2..5")["blocks.1.attn.hook_z"]
        self.assertEqual([2, 3, 4], [t for t in range(7) if set(z[0, t, 1]) == {0.0}])

    def test_scale_multiplies(self):
        z, clean = self.edited("scale:L2H0=-0.5")["blocks.2.attn.hook_z"], self.clean["blocks.2.attn.hook_z"]
        for t in range(7):
            self.assertLess(distance(z[0, t, 0], [-0.5 * x for x in clean[0, t, 0]]), 1e-9)
        self.assertEqual(0, self.moved(self.edited("scale:L2H0=1"), "logits"))

    def test_mean_is_the_mean_over_prompts_and_positions(self):
        prompts = [[0, 5, 7, 900], [0, 12, 2000, 4]]
        clean = self.edited(prompts=prompts)["blocks.1.attn.hook_z"]
        z = self.edited("mean:L1H2", prompts=prompts)["blocks.1.attn.hook_z"]
        mean = [sum(clean[p, t, 2, d] for p in range(2) for t in range(4)) / 8 for d in range(24)]
        for p in range(2):
            for t in range(4):
                self.assertLess(distance(z[p, t, 2], mean), 1e-6)

    @staticmethod
    def vectors(n, width):
        numbers = random.Random(1)
        return [numbers.uniform(-1, 1) for _ in range(n * width)]

    def test_replace_add_and_project_out_take_vectors_from_a_file(self):
        vector = self.vectors(1, 24)
        tensors.write(self.here / "v.safetensors", {"v": tensors.tensor(vector, "F64")})
        clean = self.clean["blocks.1.attn.hook_z"]
        for t in (0, 4):
            for op, expected in {"replace": vector, "add": [a + b for a, b in zip(clean[0, t, 3], vector)]}.items():
                with self.subTest(op=op, t=t):
                    z = self.edited(f"{op}:L1H3=v.safetensors:v@{t}")["blocks.1.attn.hook_z"]
                    self.assertLess(distance(z[0, t, 3], expected), 1e-6)
        z = self.edited("project_out:L1H3=v.safetensors:v")["blocks.1.attn.hook_z"]
        square = sum(x * x for x in vector)
        for t in range(7):
            share = sum(a * b for a, b in zip(clean[0, t, 3], vector)) / square
            self.assertGreater(abs(share), 1e-4)  # there was something to take away
            self.assertLess(distance(z[0, t, 3], [a - share * b for a, b in zip(clean[0, t, 3], vector)]), 1e-6)

    def test_replace_takes_a_vector_for_each_position(self):
        vectors = self.vectors(3, 96)
        tensors.write(self.here / "v.safetensors", {"v": tensors.Tensor("F32", (3, 96), array.array("f", vectors))})
        stream = self.edited("replace:L2.resid_pre=v.safetensors:v@1..4")["blocks.2.hook_resid_pre"]
        for t in range(7):
            expected = vectors[(t - 1) * 96:t * 96] if 1 <= t < 4 else self.clean["blocks.2.hook_resid_pre"][0, t]
            self.assertLess(distance(stream[0, t], expected), 1e-6)

    def test_of_the_whole_batch_are_done_to_every_prompt(self):
        prompts = [[0, 5, 7], [0, 9, 11]]
        both = self.edited("zero:L0H0", "zero:L2H1", prompts=prompts)["logits"]
        for p in range(2):
            alone = self.edited("zero:L0H0", "zero:L2H1", prompts=[prompts[p]])["logits"]
            self.assertLess(distance(both[p], alone[0]), 1e-9)
            self.assertGreater(distance(both[p], self.edited(prompts=[prompts[p]])["logits"][0]), 1e-3)

    def test_of_a_head_s_values_act_on_the_heads_that_share_them(self):
        llama = SOURCE / "models/mixture-llama"
        clean = self.forward([self.PROMPT], capture="blocks.0.attn.hook_z", model=llama)["blocks.0.attn.hook_z"]
        z = self.forward([self.PROMPT], "--edit", "zero:L0KV1.v", capture="blocks.0.attn.hook_z", model=llama)["blocks.0.attn.hook_z"]
        changed = [head for head in range(8) if distance(z[0, 6, head], clean[0, 6, head]) > 0]
        self.assertEqual([2, 3], changed)


if __name__ == "__main__":
    unittest.main()
