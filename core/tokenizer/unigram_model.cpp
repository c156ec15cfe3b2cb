#include "core/tokenizer/unigram_model.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/utf8.hpp"

namespace headlight::tokenization {
namespace {

constexpr double kUnkPenalty = 10.0;  // below the lowest score
constexpr std::uint32_t kNowhere = UINT32_MAX;

// The number as the reference's JSON reader (serde_json) takes it from its decimal digits: rounded twice, so that it may be
// the neighbour of the exact one. Scores that are equal but for their last bit decide between two ways to cut a text.
double score_of_reference(double exact) {
  std::array<char, 32> text{};
  const char* const end = std::to_chars(text.data(), text.data() + text.size(), exact, std::chars_format::scientific).ptr;
  std::uint64_t digits = 0;
  int exponent = 0;
  bool is_fraction = false;
  for (const char* c = text.data(); c != end; ++c) {
    if (*c == 'e') {
      int written = 0;
      std::from_chars(c + (c[1] == '+' ? 2 : 1), end, written);
      exponent += written;
      break;
    }
    if (*c == '.') is_fraction = true;
    if (*c < '0' || *c > '9') continue;
    digits = digits * 10 + static_cast<std::uint64_t>(*c - '0');  // 17 digits at most
    exponent -= is_fraction;
  }
  const auto power = [](int n) {
    double value = 0;
    const std::string spelled = "1e" + std::to_string(n);
    std::from_chars(spelled.data(), spelled.data() + spelled.size(), value);
    return value;
  };
  auto value = static_cast<double>(digits);
  for (; exponent < -308; exponent += 308) value /= 1e308;
  value = exponent < 0 ? value / power(-exponent) : value * power(exponent);
  return exact < 0 ? -value : value;
}

}  // namespace

struct UnigramModel::Scratch : ModelScratch {
  struct End {  // the best cutting of everything before a byte
    double score = 0;
    std::uint32_t begin = kNowhere;  // of its last token
    TokenId id = 0;                  // of its last token
  };
  std::vector<End> ends;  // [byte]
  std::vector<std::pair<size_t, size_t>> stretches;
};

UnigramModel::UnigramModel(Vocabulary tokens, std::vector<double> scores, UnigramOptions options)
    : Model(std::move(tokens)),
      scores_(std::move(scores)),
      options_(std::move(options)),
      byte_ids_(byte_fallback_ids(vocabulary())) {
  double lowest = std::numeric_limits<double>::infinity();
  std::vector<TokenTrie::Entry> entries;
  for (TokenId id = 0; id < vocabulary().size(); ++id) {
    if (!options_.is_hidden.empty() && options_.is_hidden[id]) continue;
    lowest = std::min(lowest, scores_[id]);
    if (!vocabulary().token(id).empty()) entries.emplace_back(vocabulary().token(id), id);
  }
  trie_ = TokenTrie(std::move(entries));
  unk_score_ = options_.unk_score.value_or(lowest - kUnkPenalty);
}

std::unique_ptr<ModelScratch> UnigramModel::new_scratch() const { return std::make_unique<Scratch>(); }

TokenId UnigramModel::unk_id(std::string_view characters) const {
  if (options_.unk_id) return *options_.unk_id;
  throw Error(ErrorCode::bad_input, "\"" + std::string(characters) + "\" has no token, and the tokenizer has no \"unk_id\"");
}

void UnigramModel::find_best_cutting(std::string_view piece, Scratch& memory) const {
  auto& ends = memory.ends;
  ends.assign(piece.size() + 1, {});
  const auto offer = [&](size_t begin, size_t end, double sum, TokenId id) {
    const double score = options_.rounds_to_float ? static_cast<float>(sum) : sum;
    if (ends[end].begin == kNowhere || score > ends[end].score) ends[end] = {score, static_cast<std::uint32_t>(begin), id};
  };
  for (size_t begin = 0; begin < piece.size();) {
    const size_t next = begin + code_point_length(piece[begin]);
    const double score_here = ends[begin].score;
    bool has_character = false;
    if (!trie_.is_empty()) {
      trie_.for_each_at(piece, begin, [&](size_t end, std::uint32_t id) {
        offer(begin, end, score_here + scores_[id], static_cast<TokenId>(id));
        has_character = has_character || end == next;
      });
    }
    if (!has_character) offer(begin, next, score_here + unk_score_, unk_id(piece.substr(begin, next - begin)));
    begin = next;
  }
}

void UnigramModel::tokenize(std::string_view piece, ModelScratch* scratch, std::vector<ModelToken>& tokens) const {
  auto& memory = static_cast<Scratch&>(*scratch);
  find_best_cutting(piece, memory);
  memory.stretches.clear();
  bool was_unknown = false;
  for (size_t end = piece.size(); end > 0;) {
    const auto [score, begin, id] = memory.ends[end];
    const bool is_unknown = options_.unk_id == id;
    if (is_unknown && was_unknown) {
      memory.stretches.back().first = begin;
    } else {
      memory.stretches.emplace_back(begin, end);
    }
    was_unknown = is_unknown;
    end = begin;
  }
  for (auto stretch = memory.stretches.rbegin(); stretch != memory.stretches.rend(); ++stretch) {
    add_stretch(piece, stretch->first, stretch->second, tokens);
  }
}

void UnigramModel::add_stretch(std::string_view piece, size_t begin, size_t end, std::vector<ModelToken>& tokens) const {
  const std::string_view text = piece.substr(begin, end - begin);
  const auto add = [&](TokenId id, bool is_verbatim) {
    tokens.push_back({.id = id,
                      .begin = static_cast<std::uint32_t>(begin),
                      .end = static_cast<std::uint32_t>(end),
                      .is_verbatim = is_verbatim});
  };
  const auto id = vocabulary().id_of(text);
  if (id && (options_.is_hidden.empty() || !options_.is_hidden[*id])) return add(*id, false);
  const auto has_byte_token = [&](char byte) { return byte_ids_[static_cast<unsigned char>(byte)] >= 0; };
  if (options_.byte_fallback && std::all_of(text.begin(), text.end(), has_byte_token)) {
    for (const char byte : text) add(byte_ids_[static_cast<unsigned char>(byte)], false);
    return;
  }
  add(unk_id(text), true);
}

std::unique_ptr<Model> read_unigram(const Json& definition) {
  std::vector<std::string> tokens;
  std::vector<double> scores;
  const Json::Array& entries = required_array(definition, "vocab");
  for (size_t i = 0; i < entries.size(); ++i) {
    within("vocab[" + std::to_string(i) + "]", [&] {
      if (entries[i].as_array().size() != 2) throw Error(ErrorCode::corrupt, "expected a token and its score");
      tokens.push_back(entries[i][0].as_string());
      scores.push_back(score_of_reference(entries[i][1].as_number()));
    });
  }
  UnigramOptions options;
  options.byte_fallback = definition.value_or("byte_fallback", false);
  if (const Json* unk_id = definition.find("unk_id"); unk_id != nullptr && !unk_id->is_null()) {
    const std::int64_t id = within("unk_id", [&] { return unk_id->as_integer(); });
    if (id < 0 || id >= static_cast<std::int64_t>(tokens.size())) {
      throw Error(ErrorCode::corrupt, "\"unk_id\" is " + std::to_string(id) + ", but the vocabulary has " +
                                          std::to_string(tokens.size()) + " tokens");
    }
    options.unk_id = static_cast<TokenId>(id);
  }
  return std::make_unique<UnigramModel>(within("vocab", [&] { return Vocabulary::from_list(std::move(tokens)); }),
                                        std::move(scores), std::move(options));
}

}  // namespace headlight::tokenization
