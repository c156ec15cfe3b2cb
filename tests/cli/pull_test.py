"""headlight pull: what it fetches, where that goes, and how a transfer survives what networks do."""
import os
import stat
import subprocess
import unittest

from hub_server import Hub
from pull_case import FILES, GGUF, MODEL, REPOSITORY, TOKEN, PullCase, model_files, repository, sharded_files

WEIGHTS = "model.safetensors"


class WhatIsFetched(PullCase):
    def test_a_model_is_fetched_and_found_by_its_name(self):
        done = self.pull()
        self.assertEqual(str(self.snapshot()) + "\n", done.stdout)
        self.assert_pulled()
        self.assertIn(f"model            {REPOSITORY} in {self.snapshot()}", self.run_program("doctor", REPOSITORY).stdout)

    def test_the_cache_is_laid_out_as_the_tools_of_the_hub_lay_it_out(self):
        self.pull()
        self.assertEqual(self.hub.repositories[REPOSITORY].commit, (self.folder() / "refs/main").read_text())
        for file in FILES:
            link = self.snapshot() / file
            self.assertEqual(f"../../blobs/{self.hub.repositories[REPOSITORY].etag(file)}", os.readlink(link))
            self.assertTrue(stat.S_ISREG(self.blob(file).lstat().st_mode))

    def test_shards_are_those_that_the_index_names(self):
        files = sharded_files(3)
        self.hub.repositories["heads/shards"] = repository({**files, "model-00001-of-00009.safetensors": b"of another export", "README.md": b"#"})
        self.pull("heads/shards")
        self.assertEqual(sorted(files), sorted(path.name for path in self.snapshot("heads/shards").iterdir()))
        self.run_program("doctor", "heads/shards")

    def test_a_reference_comes_along_and_the_model_is_held_to_it(self):
        self.hub.repositories[REPOSITORY] = repository({**model_files(), "reference.json": (MODEL / "reference.json").read_bytes()})
        self.pull()
        self.assertIn("meets its reference", self.run_program("doctor", REPOSITORY).stdout)

    def test_what_a_model_does_not_need_is_left_where_it_is(self):
        self.hub.repositories[REPOSITORY] = repository({**model_files(), "pytorch_model.bin": b"pickle", "onnx/model.onnx": b"x", "README.md": b"#"})
        self.pull()
        self.assertEqual(sorted(FILES), sorted(path.name for path in self.snapshot().iterdir()))

    def test_include_takes_exactly_the_files_that_fit(self):
        self.hub.repositories[REPOSITORY] = repository({**model_files(), "original/notes.txt": b"nested"})
        self.pull(REPOSITORY, "--include", "tokenizer*", "--include", "original/*")
        found = {str(path.relative_to(self.snapshot())) for path in self.snapshot().rglob("*") if path.is_symlink()}
        self.assertEqual({"tokenizer.json", "tokenizer_config.json", "original/notes.txt"}, found)
        self.assert_pulled(files=found)
        self.assertIn('no file fits "*.onnx"; it holds config.json, ', self.refusal(REPOSITORY, "--include", "*.onnx"))

    def test_a_tokenizer_alone_serves_to_tokenize(self):
        self.pull(REPOSITORY, "--include", "tokenizer*")
        self.run_program("tokenize", REPOSITORY)
        self.assertIn("config.json, model.safetensors are missing", self.run_program("doctor", REPOSITORY, code=1).stderr)

    def test_gguf_takes_one_file(self):
        self.hub.repositories["heads/gguf"] = repository({"a-Q4_0.gguf": b"GGUF4", "a-F16.gguf": b"GGUF16", "config.json": b"{}"})
        done = self.pull("heads/gguf", "--gguf", "*F16*")
        self.assertEqual(f"{self.snapshot('heads/gguf')}/a-F16.gguf\n", done.stdout)
        self.assertEqual(["a-F16.gguf"], [path.name for path in self.snapshot("heads/gguf").iterdir()])
        self.pull("heads/gguf/a-Q4_0.gguf")
        self.assert_pulled("heads/gguf", ["a-F16.gguf", "a-Q4_0.gguf"])
        self.assertIn('2 GGUF files are called "*.gguf"; it holds a-Q4_0.gguf, a-F16.gguf', self.refusal("heads/gguf", "--gguf", "*.gguf"))
        self.assertIn('no GGUF file is called "b.gguf"; it holds a-Q4_0.gguf, a-F16.gguf', self.refusal("heads/gguf", "--gguf", "b.gguf"))
        self.assertIn("take one of them with --gguf FILE: a-Q4_0.gguf, a-F16.gguf", self.refusal("heads/gguf"))

    def test_a_gguf_file_of_the_cache_is_examined_by_its_name(self):
        files = {name: (GGUF / source).read_bytes() for name, source in (("a-Q8_0.gguf", "llama-q8_0.gguf"), ("F16/a-F16.gguf", "gpt2.gguf"))}
        self.hub.repositories["heads/gguf"] = repository(files)
        self.pull("heads/gguf/a-Q8_0.gguf")
        done = self.run_program("doctor", "heads/gguf/a-Q8_0.gguf")
        self.assertIn(f"model            heads/gguf/a-Q8_0.gguf in {self.snapshot('heads/gguf')}/a-Q8_0.gguf\n", done.stdout)
        self.assertIn("architecture     llama, 13984 parameters, stored as f32\n", done.stdout)
        self.assertIn("note             GGUF version 3: F32 in 5 tensors, Q8_0 in 16\n", done.stdout)
        missing = self.run_program("doctor", "heads/gguf/F16/a-F16.gguf", code=1)
        self.assertIn("F16/a-F16.gguf: is not in the hub cache. Fetch it with: headlight pull heads/gguf/F16/a-F16.gguf", missing.stderr)
        self.pull("heads/gguf/F16/a-F16.gguf")
        self.assertIn("architecture     gpt2, ", self.run_program("doctor", "heads/gguf/F16/a-F16.gguf").stdout)
        commit = self.hub.repositories["heads/gguf"].commit
        self.assertIn(f"model            heads/gguf@{commit}/a-Q8_0.gguf in ", self.run_program("doctor", f"heads/gguf@{commit}/a-Q8_0.gguf").stdout)
        elsewhere = self.run_program("doctor", "heads/other/a.gguf", code=1).stderr
        self.assertIn('no model "heads/other/a.gguf": looked for ', elsewhere)
        self.assertIn("Fetch it from the hub with: headlight pull heads/other/a.gguf\n", elsewhere)

    def test_pickled_weights_are_refused_with_the_command_that_converts_them(self):
        self.hub.repositories["heads/pickled"] = repository({"config.json": b"{}", "pytorch_model.bin": b"pickle"})
        said = self.refusal("heads/pickled")
        self.assertIn("the weights are pickled (pytorch_model.bin)", said)
        self.assertIn("save_pretrained(sys.argv[2])", said)
        self.assertFalse(self.cache.exists())

    def test_adapters_and_repositories_without_weights_are_refused(self):
        self.hub.repositories["heads/adapter"] = repository({"adapter_config.json": b"{}", "adapter_model.safetensors": b"x"})
        self.hub.repositories["heads/readme"] = repository({"README.md": b"#"})
        self.hub.repositories["heads/bare"] = repository({WEIGHTS: b"x"})
        self.assertIn("holds an adapter (adapter_config.json)", self.refusal("heads/adapter"))
        self.assertIn("holds no weights that Headlight reads", self.refusal("heads/readme"))
        self.assertIn("has model.safetensors but no config.json", self.refusal("heads/bare"))

    def test_a_revision_has_a_reference_of_its_own(self):
        self.hub.repositories[REPOSITORY].branches = {"main", "refs/pr/1"}
        self.pull(REPOSITORY + "@refs/pr/1")
        self.assertFalse((self.folder() / "refs/main").exists())
        self.assertTrue((self.folder() / "refs/refs/pr/1").exists())
        self.assertIn(f"{REPOSITORY}@refs/pr/1 in", self.run_program("doctor", REPOSITORY + "@refs/pr/1").stdout)
        self.assertIn(f"{REPOSITORY}@{self.snapshot().name[:8]} in", self.run_program("doctor", f"{REPOSITORY}@{self.snapshot().name[:8]}").stdout)

    def test_a_newer_commit_takes_over_when_all_of_it_is_there(self):
        self.pull()
        old = self.snapshot()
        self.hub.repositories[REPOSITORY] = repository({**model_files(), "tokenizer_config.json": b'{"new": 1}', WEIGHTS: model_files()[WEIGHTS] + b" "})
        self.hub.fault(r"storage/", times=9, status=500)
        self.pull(REPOSITORY, "--retries", "0", code=1)
        self.assertIn(str(old), self.run_program("doctor", REPOSITORY).stdout)
        self.hub.faults.clear()
        self.assertIn("there before", self.pull().stderr)
        self.assertEqual(self.snapshot().name, (self.folder() / "refs/main").read_text())
        self.assertEqual(self.blob("config.json"), (old / "config.json").resolve())  # shared by both

    def test_what_is_there_is_not_fetched_again(self):
        self.pull()
        n_before = len(self.hub.requests)
        self.assertIn("4 files, 1.6 MB, all there before", self.pull().stderr)
        self.assertEqual(1, len(self.hub.requests) - n_before)  # which commit it is


class Secrets(PullCase):
    def test_the_token_goes_to_the_hub_and_to_no_other_host(self):
        self.pull(HF_TOKEN=TOKEN)
        self.assertEqual({f"Bearer {TOKEN}"}, {headers.get("authorization") for headers in self.hub.seen("GET", "^hub") + self.hub.seen("HEAD", "^hub")})
        stored = self.hub.seen("GET", "^storage")
        self.assertEqual(1, len(stored))
        self.assertEqual([], [headers for headers in stored if "authorization" in headers or TOKEN in str(headers)])

    def test_the_token_file_serves_too(self):
        (self.here / "home-of-hf").mkdir()
        (self.here / "home-of-hf/token").write_text(TOKEN + "\n")
        self.pull(HF_HOME=str(self.here / "home-of-hf"))
        self.assertEqual(f"Bearer {TOKEN}", self.hub.seen("GET", "^hub/api")[0]["authorization"])
        self.assertTrue((self.here / "home-of-hf/hub/models--heads--mixture/refs/main").exists())

    def test_without_a_token_none_is_sent(self):
        self.pull()
        self.assertEqual([], [headers for _, _, headers in self.hub.requests if "authorization" in headers])

    def test_a_token_is_never_printed(self):
        self.hub.repositories.clear()
        done = self.pull(code=1, HF_TOKEN=TOKEN)
        self.assertNotIn(TOKEN, done.stdout + done.stderr)

    def test_a_token_file_that_is_something_else_is_not_sent(self):
        self.assertIn("has spaces or other characters that no token has", self.refusal(HF_TOKEN="two words"))
        self.assertEqual([], self.hub.requests)

    def test_a_file_name_cannot_lead_out_of_the_cache(self):
        for name in ("../../evil.json", "/evil.json", "a/../../evil.json", "a//b"):
            with self.subTest(name):
                self.hub.repositories[REPOSITORY] = repository({**model_files(), name: b"evil"})
                self.assertIn("leads out of the repository", self.refusal(REPOSITORY, "--include", "*"))
        self.assertEqual([], list(self.here.rglob("evil.json")))

    def test_an_etag_cannot_lead_out_of_the_cache(self):
        self.hub.repositories[REPOSITORY].etag = lambda name: "../../evil"
        self.assertIn('sends the ETag "../../evil", which cannot name a file', self.refusal())
        self.assertEqual([], list(self.here.rglob("evil*")))


class Encryption(PullCase):
    def setUp(self):
        super().setUp()
        self.certificate = self.here / "hub.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", self.certificate, "-out", self.here / "public.pem"], check=True, capture_output=True)
        self.certificate.write_text(self.certificate.read_text() + (self.here / "public.pem").read_text())
        self.hub = Hub({REPOSITORY: repository(model_files())}, certificate=self.certificate)
        self.addCleanup(self.hub.close)

    def test_a_hub_whose_certificate_nobody_trusts_gets_no_request(self):
        said = self.refusal(HF_TOKEN=TOKEN)
        self.assertRegex(said, "certificate")
        self.assertNotIn("given up after", said)  # another try would not help
        self.assertEqual([], self.hub.requests)

    def test_a_trusted_hub_serves(self):
        self.pull(SSL_CERT_FILE=str(self.here / "public.pem"))
        self.assert_pulled()

    def test_nobody_is_led_from_https_to_http(self):
        plain = Hub({REPOSITORY: repository(model_files())})
        self.addCleanup(plain.close)
        self.hub.fault("resolve/.*/config.json", status=302, headers={"Location": plain.endpoint + "/config.json"})
        self.assertIn("the server leads from https to http://127.0.0.1", self.refusal(SSL_CERT_FILE=str(self.here / "public.pem"), HF_TOKEN=TOKEN))
        self.assertEqual([], plain.requests)


class Refusals(PullCase):
    def test_a_missing_repository(self):
        said = self.refusal("heads/none")
        self.assertIn("heads/none: the hub answers 401 (RepoNotFound)", said)
        self.assertIn("There is no such repository, or it is private or gated. Check the name", said)
        self.assertIn("HF_TOKEN", said)

    def test_a_missing_revision(self):
        self.assertIn('There is no revision "v2"', self.refusal(REPOSITORY + "@v2"))

    def test_a_gated_repository(self):
        self.hub.repositories[REPOSITORY].gate = TOKEN
        without = self.refusal()
        self.assertIn("the hub answers 401 (GatedRepo): Access to model heads/mixture is restricted", without)
        self.assertIn(f"ask for access on {self.hub.endpoint}/{REPOSITORY}", without)
        with_another = self.refusal(HF_TOKEN="hf_another")
        self.assertIn(f"accept its conditions on {self.hub.endpoint}/{REPOSITORY}", with_another)
        self.pull(HF_TOKEN=TOKEN)
        self.assert_pulled()

    def test_a_name_that_is_none(self):
        for name in ("heads/mix/ture", "../x", "heads/mixture@", "-x/y", "a b"):
            with self.subTest(name):
                self.assertIn("is no name of a model on the hub", self.refusal("--", name))
        self.assertEqual([], self.hub.requests)

    def test_a_server_that_is_no_hub(self):
        self.hub.fault("hub/api", change=lambda content: b"", status=200)
        self.assertIn("the answer is not that of a hub", self.refusal())

    def test_nobody_listens(self):
        said = self.refusal(REPOSITORY, "--retries", "1", HF_ENDPOINT="http://127.0.0.1:9")
        self.assertRegex(said, r"http://127.0.0.1:9/api/models/.*: Failed to connect.*; given up after 2 tries")

    def test_a_disk_that_is_too_small_is_seen_before_the_download(self):
        class Endless(bytes):
            def __len__(self):
                return 10 ** 18
        self.hub.repositories[REPOSITORY].files[WEIGHTS] = Endless()
        self.hub.repositories[REPOSITORY].etag = lambda name: "0" * 64
        self.assertRegex(self.refusal(), r"1.0 EB are to come, and .*/hub has .* left: free some space, or set HF_HUB_CACHE")
        self.assertEqual([], self.hub.seen("GET", "^storage"))

    def test_a_disk_that_becomes_full(self):
        done = self.run_in_shell(f"ulimit -f 800; trap '' XFSZ; headlight pull {REPOSITORY}")
        self.assertIn("cannot be written: File too large", done.stderr)
        self.assertEqual(1, done.returncode)
        self.assertEqual(800 * 1024, self.partial(WEIGHTS).stat().st_size)
        self.pull()
        self.assert_pulled()

    def run_in_shell(self, text):
        return subprocess.run(["bash", "-c", text], cwd=self.here, env=self.environment(), capture_output=True, text=True, timeout=60)

    def test_offline_asks_nobody(self):
        self.assertIn("is not in the hub cache", self.refusal(HF_HUB_OFFLINE="1"))
        self.assertEqual([], self.hub.requests)
        self.pull()
        n_before = len(self.hub.requests)
        done = self.pull(HF_HUB_OFFLINE="1")
        self.assertEqual(str(self.snapshot()) + "\n", done.stdout)
        self.assertIn("HF_HUB_OFFLINE is set", done.stderr)
        self.assertEqual(n_before, len(self.hub.requests))


if __name__ == "__main__":
    unittest.main()
