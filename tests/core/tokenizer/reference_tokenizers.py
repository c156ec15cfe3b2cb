"""Small tokenizers, at least one for every kind of stage, as tokenizer.json definitions."""

import base64
import hashlib
import io
import json
import tempfile

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

CORPUS = [
    "The quick brown fox jumps over the lazy dog. The dog didn't mind; it's used to that!",
    "When Mary and John went to the store, John gave a drink to Mary. They've been friends since 1998.",
    "In 2024, 12345 people (or 3.14 times more) paid $1,000.50 for naïve café résumés; that's life.",
    "def foo_bar(x, y):\n    return x + y  # adds\n\n\tif x == 0:\n        print(\"hello world\")\n",
    "Größe, Übung, straße; Ελληνικά Σίσυφος; русский язык, Привет; 日本語と中文字; 한국어 각각; สวัสดี नमस्ते",
    "hello hello HELLO Hello world World worlds wording words word new New York yorker",
    "a b c d e f g  h   i    j\t\tk\r\nl ... --- !!! ??? 'tis 'twas don't can't won't I'm you're we've they'll he'd",
    "email@example.com http://example.com/path?query=1&other=2#frag <b>bold</b> [x](y) {z} \\n ~^` |pipe|",
] * 3

CL100K = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
O200K = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
# A character map of SentencePiece: hexadecimal code points, and what they become.
RULES = "0041\t0061\n0042\t0062 0062\n00C9 0301\t0065\n00E9\t0065 0301\nFB01\t0066 0069\n200B\t\n3000\t20\n0009\t20\n000A\t20\n"
BYTES = sorted(pre_tokenizers.ByteLevel.alphabet())
FALLBACK = [f"<0x{b:02X}>" for b in range(256)]


def trained(tokenizer, trainer):
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def byte_level(pre_tokenizer, vocab_size=420, **options):
    tokenizer = Tokenizer(models.BPE(**options))
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    return trained(tokenizer, trainers.BpeTrainer(vocab_size=vocab_size, initial_alphabet=BYTES, show_progress=False))


def without_bytes(definition, n_missing, **options):
    """A byte-level BPE whose vocabulary lacks the `n_missing` of the bytes that no merge needs (as Falcon's lacks control characters)."""
    definition = json.loads(json.dumps(definition))
    model = definition["model"]
    merged = set("".join(part for merge in model["merges"] for part in merge))
    missing = {c for c in BYTES if c not in merged and c in model["vocab"]}
    missing = set(sorted(missing, key=lambda c: hashlib.sha256(c.encode()).digest())[:n_missing])
    kept = [token for token in sorted(model["vocab"], key=model["vocab"].get) if token not in missing]
    definition["model"] = model | {"vocab": {token: i for i, token in enumerate(kept)}} | options
    return definition


def plain_bpe(pre_tokenizer=None, normalizer=None, vocab_size=300, alphabet=(), trainer=None, **options):
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", **options))
    if normalizer:
        tokenizer.normalizer = normalizer
    if pre_tokenizer:
        tokenizer.pre_tokenizer = pre_tokenizer
    settings = dict(vocab_size=vocab_size, special_tokens=["<unk>", "<s>", "</s>"], initial_alphabet=list(alphabet), show_progress=False)
    return trained(tokenizer, trainers.BpeTrainer(**settings, **(trainer or {})))


def sentence_piece_bpe():
    """As converted Llama 2: no pre-tokenizer, byte fallback."""
    tokenizer = plain_bpe(normalizer=normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]),
                          pre_tokenizer=pre_tokenizers.Split("▁", "merged_with_next"), fuse_unk=True, byte_fallback=True)
    definition = json.loads(tokenizer.to_str())
    definition["pre_tokenizer"] = None
    vocab = definition["model"]["vocab"]
    for token in FALLBACK:
        vocab[token] = len(vocab)
    definition["post_processor"] = template("<s>", vocab["<s>"])
    definition["decoder"] = {"type": "Sequence", "decoders": [
        {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
        {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
    return definition


def template(token, token_id):
    return {"type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": token, "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {token: {"id": token, "ids": [token_id], "tokens": [token]}}}


def unigram(normalizer=None, pre_tokenizer=None, byte_fallback=False, vocab_size=260):
    tokenizer = Tokenizer(models.Unigram())
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer or pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trained(tokenizer, trainers.UnigramTrainer(vocab_size=vocab_size, special_tokens=["<unk>", "<s>"], unk_token="<unk>", show_progress=False))
    definition = json.loads(tokenizer.to_str())
    if byte_fallback:
        definition["model"]["vocab"] += [[token, -12.0] for token in FALLBACK]
        definition["model"]["byte_fallback"] = True
        definition["decoder"] = {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}]}
    return definition


def close_scores():
    """Two ways to cut ten letters whose scores differ in the last bit, if the numbers are read as the library reads them."""
    definition = json.loads(Tokenizer(models.Unigram()).to_str())
    definition["model"] = {"type": "Unigram", "unk_id": 0, "byte_fallback": False,
                           "vocab": [["<unk>", 0.0], ["a", -6.0523262577837516], ["aaaa", -7.7588055515284164]]}
    return definition


def characters(**stages):
    """Every character of the corpus is a token: shows what the stages before and behind do."""
    tokens = ["<unk>", "▁", "Ġ"] + sorted(set("".join(CORPUS)) - {"▁", "Ġ"})
    definition = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None, "pre_tokenizer": None,
                  "post_processor": None, "decoder": {"type": "Fuse"},
                  "model": {"type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": None, "end_of_word_suffix": None,
                            "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                            "vocab": {token: i for i, token in enumerate(tokens)}, "merges": []}}
    definition.update({name: json.loads(value.__getstate__()) if hasattr(value, "__getstate__") and not isinstance(value, dict) else value
                       for name, value in stages.items()})
    return definition


def whole_pieces(**stages):
    """Every piece that the pre-tokenizer cuts is one unknown token: shows where it cuts."""
    definition = characters(**stages)
    definition["model"] = {"type": "WordLevel", "vocab": {"<unk>": 0, "the": 1, "The": 2, "▁the": 3, "Ġthe": 4}, "unk_token": "<unk>"}
    definition["decoder"] = None
    return definition


def with_added_tokens():
    tokenizer = byte_level(pre_tokenizers.ByteLevel(add_prefix_space=False))
    tokenizer.add_special_tokens([AddedToken("<|endoftext|>", special=True), AddedToken("<mask>", lstrip=True, special=True),
                                  AddedToken("<end>", rstrip=True, special=True), AddedToken("<both>", lstrip=True, rstrip=True)])
    tokenizer.add_tokens([AddedToken("New York", normalized=True), AddedToken("word", single_word=True), AddedToken("  "), AddedToken("    "),
                          AddedToken("<|end"), AddedToken("dog", single_word=True, lstrip=True)])
    return tokenizer


def with_normalized_added_tokens():
    tokenizer = plain_bpe(normalizer=normalizers.Sequence([normalizers.Lowercase(), normalizers.NFD(), normalizers.StripAccents()]),
                          pre_tokenizer=pre_tokenizers.Whitespace())
    tokenizer.add_tokens([AddedToken("Hello", normalized=True), AddedToken("World", normalized=False), AddedToken("Café", normalized=True),
                          AddedToken("NEW york", normalized=True, single_word=True)])
    tokenizer.add_special_tokens([AddedToken("[MASK]", normalized=True, special=True)])
    return tokenizer


def bert():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=20))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trained(tokenizer, trainers.WordPieceTrainer(vocab_size=300, special_tokens=["[UNK]", "[CLS]", "[SEP]"], show_progress=False))
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    return tokenizer


def offsets_of_spaces():
    tokenizer = byte_level(pre_tokenizers.ByteLevel(add_prefix_space=True))
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=True)
    return tokenizer


def llama3():
    tokenizer = byte_level(pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(CL100K), "isolated"),
                                                    pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]), ignore_merges=True)
    tokenizer.add_special_tokens(["<|begin_of_text|>"])
    start = tokenizer.token_to_id("<|begin_of_text|>")
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A $B", special_tokens=[("<|begin_of_text|>", start)])])
    return tokenizer


def split(pattern, behavior="isolated", invert=False):
    return whole_pieces(pre_tokenizer=pre_tokenizers.Split(pattern, behavior, invert))


def definitions():
    """name -> definition"""
    p, n = pre_tokenizers, normalizers
    all_of_them = {
        "gpt2": byte_level(p.ByteLevel(add_prefix_space=False)),
        "llama3": llama3(),
        "o200k": byte_level(p.Sequence([p.Split(Regex(O200K), "isolated"), p.ByteLevel(add_prefix_space=False, use_regex=False)])),
        "falcon": byte_level(p.Sequence([p.Punctuation("contiguous"), p.ByteLevel(add_prefix_space=False), p.Digits(False),
                                         p.Split(Regex("[0-9][0-9][0-9]"), "isolated")])),
        "starcoder": byte_level(p.Sequence([p.Digits(True), p.ByteLevel(add_prefix_space=False)])),
        "prefix-space": offsets_of_spaces(),
        "added-tokens": with_added_tokens(),
        "normalized-added-tokens": with_normalized_added_tokens(),
        "sentence-piece-bpe": sentence_piece_bpe(),
        "clip": plain_bpe(p.Split(Regex(r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"), "removed", True),
                          n.Sequence([n.NFC(), n.Replace(Regex(r"\s+"), " "), n.Lowercase()]), end_of_word_suffix="</w>",
                          trainer={"end_of_word_suffix": "</w>"}),
        "subword-prefix": plain_bpe(p.WhitespaceSplit(), continuing_subword_prefix="##", trainer={"continuing_subword_prefix": "##"}),
        "fused-unknown": plain_bpe(p.WhitespaceSplit(), alphabet="abc", fuse_unk=True, trainer={"limit_alphabet": 20}),
        "unfused-unknown": plain_bpe(p.WhitespaceSplit(), alphabet="abc", trainer={"limit_alphabet": 20}),
        "dropped-unknown": characters(),
        "unigram": unigram(),
        "unigram-bytes": unigram(n.NFKC(), byte_fallback=True),
        "unigram-whole": unigram(n.Sequence([n.Nmt(), n.NFKC(), n.Replace(Regex(" {2,}"), " ")]), p.Metaspace(prepend_scheme="first", split=False)),
        "unigram-close-scores": close_scores(),
        "bert": bert(),
        "word-level": whole_pieces(pre_tokenizer=p.Whitespace()),
    }
    all_of_them["bpe-decoder"] = json.loads(all_of_them["clip"].to_str()) | {"decoder": {"type": "BPEDecoder", "suffix": "</w>"}}
    del all_of_them["bpe-decoder"]["model"]["vocab"]  # a copy follows
    all_of_them["bpe-decoder"]["model"]["vocab"] = json.loads(all_of_them["clip"].to_str())["model"]["vocab"]
    all_of_them["dropped-unknown"]["model"]["unk_token"] = None
    all_of_them["ctc"] = characters(decoder=decoders.CTC(pad_token="o", word_delimiter_token="t"))
    all_of_them["ctc-as-it-is"] = characters(decoder=decoders.CTC(pad_token="o", word_delimiter_token="t", cleanup=False))
    all_of_them |= normalizer_cases() | pre_tokenizer_cases() | regex_cases() | processor_cases() | missing_byte_cases()
    return {name: d if isinstance(d, dict) else json.loads(d.to_str()) for name, d in all_of_them.items()}


def character_map(name=None):
    """SentencePiece's precompiled map of this name, or that of RULES, as base64."""
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as rules:
        rules.write(RULES)
        rules.flush()
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(["a b c d e f g h i j"] * 20), model_writer=model, vocab_size=16, hard_vocab_limit=False, minloglevel=2,
            **({"normalization_rule_name": name} if name else {"normalization_rule_tsv": rules.name}))
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(model.getvalue())
    return base64.b64encode(proto.normalizer_spec.precompiled_charsmap).decode()


def precompiled(name=None):
    return characters(normalizer={"type": "Precompiled", "precompiled_charsmap": character_map(name)})


def normalizer_cases():
    n = normalizers
    return {"normalizer-precompiled": precompiled()} | {f"normalizer-{name}": characters(normalizer=normalizer) for name, normalizer in {
        "nfc": n.NFC(), "nfd": n.NFD(), "nfkc": n.NFKC(), "nfkd": n.NFKD(), "lowercase": n.Lowercase(), "strip": n.Strip(),
        "lstrip": n.Strip(left=True, right=False), "strip-accents": n.Sequence([n.NFD(), n.StripAccents()]), "nmt": n.Nmt(),
        "prepend": n.Prepend("▁x"), "replace": n.Replace("ab", "xyz"), "replace-regex": n.Replace(Regex(r"\s+"), ""),
        "replace-by-more": n.Replace(Regex("[aeiou]"), "__"), "bytes": n.ByteLevel(), "bert": n.BertNormalizer(),
        "bert-cased": n.BertNormalizer(lowercase=False, handle_chinese_chars=False), "nfkc-lower": n.Sequence([n.NFKC(), n.Lowercase(), n.Strip()]),
    }.items()}


def pre_tokenizer_cases():
    p = pre_tokenizers
    cases = {f"split-{behavior.replace('_', '-')}{'-inverted' if invert else ''}": split(Regex(r"[\s,]+|o"), behavior, invert)
             for behavior in ("removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous") for invert in (False, True)}
    for name, step in {
        "split-string": p.Split("th", "isolated"), "split-empty": p.Split("", "isolated"), "digits": p.Digits(False),
        "digits-one-by-one": p.Digits(True), "punctuation": p.Punctuation(), "punctuation-removed": p.Punctuation("removed"),
        "whitespace": p.Whitespace(), "whitespace-split": p.WhitespaceSplit(), "bert": p.BertPreTokenizer(), "delimiter": p.CharDelimiterSplit("o"),
        "fixed-length": p.FixedLength(length=3), "scripts": p.UnicodeScripts(), "byte-level": p.ByteLevel(), "byte-level-whole": p.ByteLevel(use_regex=False),
        "metaspace": p.Metaspace(), "metaspace-first": p.Metaspace(prepend_scheme="first"),
        "metaspace-never": p.Metaspace(prepend_scheme="never", split=False), "metaspace-underscore": p.Metaspace(replacement="_"),
        "bytes-then-digits": p.Sequence([p.ByteLevel(add_prefix_space=True), p.Digits(True), p.Metaspace()]),
        "split-then-metaspace": p.Sequence([p.Split(Regex("o"), "isolated"), p.Metaspace(prepend_scheme="first")]),
    }.items():
        cases["pre-tokenizer-" + name] = whole_pieces(pre_tokenizer=step)
    return cases


def regex_cases():
    patterns = [r"\w+", r"[\w]+", r"\W+", r"[\W]+", r"\s", r"\S+", r"[^\s]+", r"[^\S\n]", r"\d+", r"\D+", r"\h+", r"\H+", r"\b", r"\B", r"^.", r".$",
                r"(?m:.+)", r".+", r"\A.", r".\z", r".\Z", r"\R", r"a{2}+", r"a{2}?", r"l{,2}", r"(?i)the|DOG", r"(?i:K|ſ|é|Ω)", r"(?<=o)\w", r"(?<!o)\s", r"(?>a+)b",
                r"o*+", r"x*", r"[a-z&&[^aeiou]]+", r"[a-c[x-z]]+", r"[^a-c[x-z]]+", r"[\p{L}&&\p{Lu}]+", r"[^(\s|[.,!?…。，、।۔،])]+", r"\p{^L}+", r"\P{L}+", r"[^\p{L}]+",
                r"\p{Han}+", r"\p{Letter}+", r"\p{Uppercase_Letter}", r"\p{Alpha}+", r"[[:alpha:]]+", r"[[:punct:]]", r"\p{Punct}", r"[[:^space:]]+", r"[一-龥]+",
                r"\x41|\u0042|\x{1F600}", r"[\x{3040}-\x{30ff}]+", r"\t|\n|\r|\v|\f|\e|\a", r"(a|e)\1", r"[]a]", r"[a\]b]+", r"[-a]", r"[a-]", r"\p{M}+", r"\p{N}+", r"\p{S}+",
                r"\p{P}+", r"\p{Z}+", r"\p{C}+", r"\p{Lo}+", r"\p{Ll}+", r"(?:a|b)+?c", r"a|b|", r"#\w+", r"\p{Cn}+", r"[\s\S]{5}", r"(?<x>o)o?", r"\s?[A-Za-zµ-ԯႠ-ჅᎠ-Ᏽ]+"]
    return {f"regex-{i}": split(Regex(pattern)) for i, pattern in enumerate(patterns)}


def processor_cases():
    p = processors
    base = json.loads(byte_level(pre_tokenizers.ByteLevel(add_prefix_space=True)).to_str())
    cases = {}
    for name, processor in {
        "roberta": p.RobertaProcessing(("a", 10), ("b", 11)), "roberta-no-trim": p.RobertaProcessing(("a", 10), ("b", 11), trim_offsets=False),
        "both-sides": p.TemplateProcessing(single="a b $A b", pair="$A $B", special_tokens=[("a", 10), ("b", 11)]),
        "sequence": p.Sequence([p.ByteLevel(trim_offsets=True, add_prefix_space=False), p.TemplateProcessing(single="a $A", pair="$A $B", special_tokens=[("a", 10)])]),
        "twice": p.TemplateProcessing(single="$A $A", pair="$A $B", special_tokens=[]),
    }.items():
        cases["processor-" + name] = base | {"post_processor": json.loads(p.PostProcessor.__getstate__(processor))}
    return cases


def missing_byte_cases():
    p = pre_tokenizers
    whole = json.loads(byte_level(p.Sequence([p.Punctuation("contiguous"), p.ByteLevel(add_prefix_space=False), p.Digits(False), p.Split(Regex("[0-9][0-9][0-9]|[Ġ²][^a]"), "isolated")])).to_str())
    return {"missing-bytes-dropped": without_bytes(whole, 120), "missing-bytes-unknown": without_bytes(whole, 120, unk_token="a"),
            "missing-bytes-fused": without_bytes(whole, 120, unk_token="a", fuse_unk=True)}
