"""What the tests of `headlight pull` share: a hub of this machine, and a user with an empty cache."""
import json
import pathlib
import struct
import subprocess
import tempfile
import time
import unittest

from hub_server import Hub, Repository
from program import SOURCE, Tree

TOKEN = "hf_secret"
REPOSITORY = "heads/mixture"
MODEL = SOURCE / "models/mixture-tiny"
GGUF = SOURCE / "tests/core/checkpoint/gguf"
FILES = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]


def model_files():
    return {name: (MODEL / name).read_bytes() for name in FILES}


def sharded_files(n_shards=2):
    """The same model in shards with an index."""
    files = model_files()
    whole = files.pop("model.safetensors")
    length = struct.unpack("<Q", whole[:8])[0]
    header = json.loads(whole[8:8 + length])
    header.pop("__metadata__", None)
    parts = [({}, bytearray()) for _ in range(n_shards)]
    weight_map = {}
    for i, (name, entry) in enumerate(sorted(header.items())):
        shard = i % n_shards
        begin, end = entry["data_offsets"]
        part, blob = parts[shard]
        part[name] = {**entry, "data_offsets": [len(blob), len(blob) + end - begin]}
        blob += whole[8 + length + begin:8 + length + end]
        weight_map[name] = f"model-{shard + 1:05d}-of-{n_shards:05d}.safetensors"
    for shard, (part, blob) in enumerate(parts):
        text = json.dumps(part).encode()
        files[f"model-{shard + 1:05d}-of-{n_shards:05d}.safetensors"] = struct.pack("<Q", len(text)) + text + bytes(blob)
    files["model.safetensors.index.json"] = json.dumps({"metadata": {}, "weight_map": weight_map}).encode()
    return files


def repository(files, **options):
    return Repository(files, large=[name for name in files if name.endswith((".safetensors", ".gguf"))], **options)


class PullCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.tree = Tree(pathlib.Path(folder.name).resolve() / "prefix", plugins=[])

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.here = pathlib.Path(folder.name).resolve()
        self.hub = Hub({REPOSITORY: repository(model_files())})
        self.addCleanup(self.hub.close)
        self.cache = self.here / ".cache/huggingface/hub"

    def environment(self, _=None, **more):
        environment = self.tree.environment(self.here, **{"HF_ENDPOINT": self.hub.endpoint, "HF_HUB_DOWNLOAD_TIMEOUT": "5", **more})
        return {name: value for name, value in environment.items() if not name.lower().endswith("_proxy")}

    def run_program(self, *words, code=0, **more):
        """One command; checks its exit code and gives back what it wrote."""
        done = subprocess.run([self.tree.program, *map(str, words)], cwd=self.here, env=self.environment(**more), capture_output=True, text=True, timeout=120)
        self.assertEqual(code, done.returncode, done.stderr)
        return done

    def pull(self, name=REPOSITORY, *words, **options):
        return self.run_program("pull", name, *words, **options)

    def refusal(self, *words, **options):
        """The one line in which `pull` says no."""
        return self.pull(*words, code=1, **options).stderr.splitlines()[-1]

    def start(self, *words, **more):
        process = subprocess.Popen([self.tree.program, *words], cwd=self.here, env=self.environment(**more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        return process

    def folder(self, name=REPOSITORY):
        return self.cache / ("models--" + name.replace("/", "--"))

    def snapshot(self, name=REPOSITORY):
        return self.folder(name) / "snapshots" / self.hub.repositories[name].commit

    def blob(self, file, name=REPOSITORY):
        return self.folder(name) / "blobs" / self.hub.repositories[name].etag(file)

    def partial(self, file, name=REPOSITORY):
        return pathlib.Path(str(self.blob(file, name)) + ".incomplete")

    def wait_for_partial(self, file, n_bytes):
        """Until so many bytes of the file have come."""
        end = time.monotonic() + 60
        while not (self.partial(file).exists() and self.partial(file).stat().st_size >= n_bytes):
            self.assertLess(time.monotonic(), end, "nothing came")
            time.sleep(0.02)

    def assert_pulled(self, name=REPOSITORY, files=None):
        """The snapshot holds these files, byte for byte, and nothing unfinished is left."""
        content = self.hub.repositories[name].files
        for file in files or [file for file in content if not file.endswith((".bin", ".md"))]:
            self.assertEqual(content[file], (self.snapshot(name) / file).read_bytes(), file)
        self.assertEqual([], list((self.folder(name) / "blobs").glob("*.incomplete")))
