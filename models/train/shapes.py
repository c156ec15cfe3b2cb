"""The three shapes that are shipped: their sizes and how long each is trained."""

from dataclasses import dataclass

CONTEXT = 512  # tokens of a training row
ROWS_PER_STEP = 128


@dataclass(frozen=True)
class Shape:
    """One architecture of the series. `n_steps` is how long the shipped checkpoint was trained."""

    name: str
    model_type: str  # as in config.json: "gpt2" or "llama"
    n_layers: int
    n_heads: int
    n_kv_heads: int
    width: int
    mlp_width: int
    max_positions: int
    peak_learning_rate: float
    n_steps: int


GPT2 = Shape(
    name="mixture-gpt2", model_type="gpt2", n_layers=6, n_heads=8, n_kv_heads=8, width=256, mlp_width=1024,
    max_positions=CONTEXT, peak_learning_rate=1.5e-3, n_steps=10_482,
)
LLAMA = Shape(
    name="mixture-llama", model_type="llama", n_layers=8, n_heads=8, n_kv_heads=4, width=192, mlp_width=512,
    max_positions=2048, peak_learning_rate=2e-3, n_steps=8_325,
)
TINY = Shape(
    name="mixture-tiny", model_type="gpt2", n_layers=4, n_heads=4, n_kv_heads=4, width=96, mlp_width=384,
    max_positions=CONTEXT, peak_learning_rate=3e-3, n_steps=20_236,
)
SHAPES = {"gpt2": GPT2, "llama": LLAMA, "tiny": TINY}

# The steps of mixture-tiny that are shipped as mixture-tiny-steps.
TINY_STEPS = (0, 250, 500, 1000, 1500, 2000, 3000, 4000, 6000)
