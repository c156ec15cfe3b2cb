"""The built program as the tests meet it: an install tree of its own with a fixed choice of plugins, tasks and models, so that what
the tests expect does not change when a plugin is added to the tree.

HEADLIGHT_PROGRAM names the executable; its plugins lie in ../plugins of its folder, as the build puts them.
"""
import os
import pathlib
import shutil
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("HEADLIGHT_PROGRAM", SOURCE / "build/release/cli/headlight")).resolve()
PLUGINS = ["induction", "previous-token", "score", "zero-ablation"]
TASKS = ["ioi", "repeated-random"]
MODELS = ["mixture-tiny", "mixture-tiny-steps/step00000", "mixture-tiny-steps/step06000", "references/ioi-gpt2.json", "references/icl-memory-pythia-70m.json"]
SCAN = ["scan", "mixture-tiny", "--families", "induction,previous-token", "--tasks", "repeated-random", "--prompts", "16"]


class Tree:
    """PREFIX/bin/headlight and what it finds beside itself."""

    def __init__(self, prefix, plugins=PLUGINS):
        self.prefix = pathlib.Path(prefix)
        self.program = self.prefix / "bin/headlight"
        self.models = self.prefix / "share/headlight/models"
        self.program.parent.mkdir(parents=True)
        shutil.copy(PROGRAM, self.program)
        for plugin in plugins:
            self._link(PROGRAM.parent.parent / f"plugins/{plugin}.so", f"lib/headlight/plugins/{plugin}.so")
        for task in TASKS:
            self._link(SOURCE / f"plugins/tasks/{task}.json", f"share/headlight/tasks/{task}.json")
        for model in MODELS:
            self._link(SOURCE / "models" / model, f"share/headlight/models/{model}")

    def _link(self, target, place):
        if not target.exists():
            sys.exit(f"{target} is not there: build the program and its plugins first")
        (self.prefix / place).parent.mkdir(parents=True, exist_ok=True)
        (self.prefix / place).symlink_to(target)

    def environment(self, folder, **more):
        """What a command sees in `folder`: this tree first, and nothing of the user's own."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HEADLIGHT_", "XDG_", "HF_", "HUGGING")) and name != "LS_COLORS"}
        path = os.pathsep.join([str(self.program.parent), str(pathlib.Path(sys.executable).parent), os.environ.get("PATH", "/usr/bin:/bin")])
        return {**kept, "PATH": path, "HOME": str(folder), "LC_ALL": "C.UTF-8", "MODELS": str(self.models), **more}

    def run(self, *words, folder, text=True, check=False, **options):
        """One command; a CompletedProcess."""
        done = subprocess.run([self.program, *map(str, words)], cwd=folder, env=self.environment(folder), capture_output=True, text=text, timeout=240, **options)
        if check and done.returncode != 0:
            raise AssertionError(f"headlight {' '.join(map(str, words))} exits with {done.returncode}: {done.stderr}")
        return done
