// Broken tokenizers give errors that name the field, and never crash.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "core/base/random.hpp"
#include "tests/core/tokenizer/golden.hpp"

namespace headlight {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Json small() { return parse_json(R"({"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}})"); }

// The message for the small tokenizer with one field put in another way: "model.vocab".
std::string problem(std::string_view field, std::string_view value) {
  Json definition = small();
  const size_t dot = field.find('.');
  if (dot == std::string_view::npos) {
    definition.set(field, parse_json(value));
  } else {
    Json inner = definition[field.substr(0, dot)];
    inner.set(field.substr(dot + 1), parse_json(value));
    definition.set(field.substr(0, dot), inner);
  }
  return message_of([&] { Tokenizer::from_json(definition); });
}

TEST(TokenizerDefinition, IsFineBeforeItIsBroken) { EXPECT_EQ(Tokenizer::from_json(small()).encode("aab").ids.size(), 2U); }

TEST(TokenizerDefinition, NamesTheMissingField) {
  EXPECT_THAT(message_of([] { Tokenizer::from_json(parse_json("{}")); }), HasSubstr("the field \"model\" is missing"));
  EXPECT_THAT(problem("model", R"({"type": "BPE", "merges": []})"), HasSubstr("model: the field \"vocab\" is missing"));
  EXPECT_THAT(problem("model", R"({"type": "BPE", "vocab": {}})"), HasSubstr("model: the field \"merges\" is missing"));
  EXPECT_THAT(problem("pre_tokenizer", R"({"type": "Split", "behavior": "Isolated", "invert": false})"),
              HasSubstr("pre_tokenizer: the field \"pattern\" is missing"));
}

TEST(TokenizerDefinition, NamesTheFieldOfTheWrongType) {
  EXPECT_THAT(problem("model.vocab", "[]"), AllOf(HasSubstr("model: vocab"), HasSubstr("expected an object, found an array")));
  EXPECT_THAT(problem("model.fuse_unk", "3"), AllOf(HasSubstr("model"), HasSubstr("fuse_unk")));
  EXPECT_THAT(problem("normalizer", "[]"), HasSubstr("normalizer"));
  EXPECT_THAT(problem("decoder", R"({"type": "Strip", "content": "ab", "start": 0, "stop": 0})"),
              HasSubstr("expected one character"));
}

// The small tokenizer with a stage of this name: `step`, sixty times, in sequences within each other.
Tokenizer with_repeated(std::string_view stage, std::string_view inner, const std::string& step) {
  std::string steps = step;
  for (int i = 1; i < 60; ++i) {
    steps += "," + step;
    if (i % 20 == 0) steps = R"({"type": "Sequence", ")" + std::string(inner) + "\": [" + steps + "]}";
  }
  return Tokenizer::from_json(small().set(stage, parse_json(R"({"type": "Sequence", ")" + std::string(inner) + "\": [" + steps + "]}")));
}

TEST(TokenizerSteps, MayNotFillTheMemoryByDoublingATextAgainAndAgain) {
  const std::string doubling = R"({"type": "Replace", "pattern": {"String": "a"}, "content": "aa"})", byte_level = R"({"type": "ByteLevel", )";
  const auto told = HasSubstr("the tokenizer's steps make more than 65600 bytes of a text of 1");
  EXPECT_THAT(message_of([&] { with_repeated("normalizer", "normalizers", doubling).encode("a"); }), told);
  EXPECT_THAT(message_of([&] { with_repeated("decoder", "decoders", doubling).decode(std::vector<TokenId>{0}); }), told);
  EXPECT_THAT(message_of([&] { with_repeated("normalizer", "normalizers", R"({"type": "ByteLevel"})").encode(" "); }), told);
  EXPECT_THAT(message_of([&] {
                with_repeated("pre_tokenizer", "pretokenizers", byte_level + R"("add_prefix_space": false, "trim_offsets": true, "use_regex": false})").encode(" ");
              }),
              told);
}

TEST(TokenizerDefinition, RefusesByNameWhatItDoesNotDo) {
  EXPECT_THAT(problem("normalizer", R"({"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Magic"}]})"),
              HasSubstr("normalizer: normalizers[1]: the type \"Magic\" is not supported"));
  EXPECT_THAT(problem("pre_tokenizer", R"({"type": "Magic"})"), HasSubstr("pre_tokenizer: the type \"Magic\""));
  EXPECT_THAT(problem("decoder", R"({"type": "Magic"})"), HasSubstr("decoder: the type \"Magic\""));
  EXPECT_THAT(problem("post_processor", R"({"type": "Magic"})"), HasSubstr("post_processor: the type \"Magic\""));
  EXPECT_THAT(problem("model.type", "\"Magic\""), HasSubstr("model: the type \"Magic\""));
  EXPECT_THAT(problem("model.dropout", "0.1"), HasSubstr("\"dropout\""));
  EXPECT_THAT(problem("version", "\"2.0\""), HasSubstr("\"version\": \"2.0\""));
}

TEST(TokenizerDefinition, RefusesIdsThatCannotBe) {
  EXPECT_THAT(problem("model.vocab", R"({"a": -1, "b": 1, "ab": 2})"), HasSubstr("\"a\" has the negative id -1"));
  EXPECT_THAT(problem("model.vocab", R"({"a": 1e99, "b": 1, "ab": 2})"), HasSubstr("no whole number"));
  EXPECT_THAT(problem("model.vocab", R"({"a": 4000000000, "b": 1, "ab": 2})"), HasSubstr("\"a\" has the id 4000000000"));
  EXPECT_THAT(problem("model.vocab", R"({"a": 1, "b": 1, "ab": 2})"), HasSubstr("the id 1 belongs to two tokens"));
  EXPECT_THAT(problem("model.vocab", R"({"a": 1, "b": 2, "ab": 2222228})"),
              HasSubstr("the largest id is 2222228 in a vocabulary of 3 tokens; ids up to 65727 are understood there"));
}

TEST(TokenizerDefinition, RefusesMergesOfTokensThatAreNotThere) {
  EXPECT_THAT(problem("model.merges", R"(["a b", "a c"])"),
              HasSubstr("model: merges: [1]: the token \"c\" is not in the vocabulary"));
  EXPECT_THAT(problem("model.merges", R"([["b", "a"]])"), HasSubstr("the token \"ba\" is not in the vocabulary"));
  EXPECT_THAT(problem("model.merges", R"(["a b c"])"), HasSubstr("expected two tokens"));
  EXPECT_THAT(problem("model.merges", R"([["a"]])"), HasSubstr("expected two tokens, found 1"));
  EXPECT_THAT(problem("model", R"({"type": "BPE", "vocab": {"a": 0}, "merges": ["a a"], "continuing_subword_prefix": "##"})"),
              HasSubstr("shorter than"));
}

TEST(TokenizerDefinition, RefusesAddedTokensThatContradictTheVocabulary) {
  const std::string_view flags =
      R"("single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true)";
  const auto added = [&](std::string_view id, std::string_view content) {
    return R"([{"id": )" + std::string(id) + R"(, "content": ")" + std::string(content) + R"(", )" + std::string(flags) + "}]";
  };
  EXPECT_EQ(problem("added_tokens", added("3", "<s>")), "no error");
  EXPECT_THAT(problem("added_tokens", added("7", "<s>")),
              HasSubstr("\"<s>\" says that its id is 7, but by the vocabulary and the tokens before it, it is 3"));
  EXPECT_THAT(problem("added_tokens", added("1", "a")), HasSubstr("it is 0"));
  EXPECT_THAT(problem("added_tokens", added("-1", "<s>")), HasSubstr("the id -1 is not between 0 and"));
}

TEST(TokenizerDefinition, RefusesTemplatesOfUnknownTokens) {
  EXPECT_THAT(
      problem(
          "post_processor",
          R"({"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}], "special_tokens": {}})"),
      HasSubstr("post_processor: single[0]: special_tokens: the field \"<s>\" is missing"));
  EXPECT_THAT(
      problem("post_processor",
              R"({"type": "TemplateProcessing", "single": [{"Sequence": {"id": "B", "type_id": 0}}], "special_tokens": {}})"),
      HasSubstr("there is only \"A\""));
  EXPECT_THAT(problem("post_processor", R"({"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "x", "type_id": 0}}],
                                            "special_tokens": {"x": {"id": "x", "ids": [99], "tokens": ["x"]}}})"),
              HasSubstr("the id 99 is not in the vocabulary of 3 ids"));
}

TEST(Unigram, RefusesAnUnknownIdBeyondTheVocabulary) {
  EXPECT_THAT(problem("model", R"({"type": "Unigram", "vocab": [["a", -1.0]], "unk_id": 1})"),
              HasSubstr("\"unk_id\" is 1, but the vocabulary has 1 tokens"));
}

TEST(Unigram, SaysWhichTextNeedsTheMissingUnknownToken) {
  const Tokenizer tokenizer =
      Tokenizer::from_json(parse_json(R"({"model": {"type": "Unigram", "vocab": [["a", -1.0]], "unk_id": null}})"));
  EXPECT_THAT(message_of([&] { tokenizer.encode("ab"); }), HasSubstr("\"b\" has no token"));
}

TEST(WordLevel, SaysWhichWordNeedsTheMissingUnknownToken) {
  const Tokenizer tokenizer =
      Tokenizer::from_json(parse_json(R"({"model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "<unk>"}})"));
  EXPECT_THAT(message_of([&] { tokenizer.encode("dog"); }), AllOf(HasSubstr("\"dog\""), HasSubstr("\"<unk>\"")));
}

// Calls visit(value) for every value of the definition, in a copy where it may be changed; containers of many only in part.
void for_each_value(Json& value, const std::function<void(Json&)>& visit) {
  visit(value);
  size_t n = 0;
  if (value.is_object()) {
    for (auto& [name, inner] : value.as_object()) {
      if (++n <= 12) for_each_value(inner, visit);
    }
  } else if (value.is_array()) {
    for (Json& inner : value.as_array()) {
      if (++n <= 4) for_each_value(inner, visit);
    }
  }
}

TEST(TokenizerDefinition, NeverCrashesWithAnyValueExchanged) {
  const std::vector<Json> strange{Json(),
                                  Json(true),
                                  Json(-1),
                                  Json(4000000000.0),
                                  Json(0.5),
                                  Json(""),
                                  Json("▁x(["),
                                  Json::array(),
                                  Json::object(),
                                  parse_json(R"(["a", "b"])"),
                                  parse_json(R"({"a": 1})"),
                                  parse_json(R"([["a", 0]])")};
  int n_tried = 0, n_refused = 0;
  for (const std::string_view name : {"added-tokens", "clip", "falcon", "llama3", "sentence-piece-bpe", "unigram-bytes", "bert",
                                      "processor-both-sides", "normalized-added-tokens", "pre-tokenizer-split-then-metaspace"}) {
    Json definition = golden_tokenizers().at(name);
    for_each_value(definition, [&](Json& value) {
      const Json original = value;
      for (const Json& other : strange) {
        value = other;
        ++n_tried;
        try {
          const Tokenizer tokenizer = Tokenizer::from_json(definition);
          tokenizer.decode(tokenizer.encode(" Hello  Wörld <s> 日本 12 ").ids);
        } catch (const Error&) {
          ++n_refused;
        }
      }
      value = original;
    });
  }
  EXPECT_GT(n_tried, 2000);
  EXPECT_GT(n_refused, n_tried / 4);
}

}  // namespace
}  // namespace headlight
