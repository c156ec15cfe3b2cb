#include "core/tokenizer/pipeline.hpp"

#include <algorithm>
#include <limits>

#include "core/tokenizer/definition.hpp"

namespace headlight::tokenization {

class Pipeline::BorrowedScratch {
 public:
  explicit BorrowedScratch(const Pipeline& owner) : owner_(owner) {
    const std::lock_guard lock(owner.scratches_mutex_);
    if (owner.scratches_.empty()) {
      scratch_ = std::make_unique<Scratch>();
      scratch_->model = owner.model_->new_scratch();
    } else {
      scratch_ = std::move(owner.scratches_.back());
      owner.scratches_.pop_back();
    }
  }
  ~BorrowedScratch() {
    const std::lock_guard lock(owner_.scratches_mutex_);
    owner_.scratches_.push_back(std::move(scratch_));
  }
  BorrowedScratch(const BorrowedScratch&) = delete;
  Scratch& get() const { return *scratch_; }

 private:
  const Pipeline& owner_;
  std::unique_ptr<Scratch> scratch_;
};

// The growing result, and what turns bytes of the original into code points.
class Pipeline::Emission {
 public:
  explicit Emission(std::string_view text) : text_size_(text.size()), code_points_(text) {
    const size_t guess = text.size() / 4 + 8;  // tokens
    encoding_.ids.reserve(guess);
    encoding_.tokens.reserve(guess);
    encoding_.offsets.reserve(guess);
  }

  void add(TokenId id, std::string_view token, ByteSpan origin) {
    encoding_.ids.push_back(id);
    encoding_.tokens.emplace_back(token);
    encoding_.offsets.push_back(span_of(origin));
  }
  Encoding take() { return std::move(encoding_); }

 private:
  TextSpan span_of(ByteSpan origin) const {
    if (origin.begin >= text_size_) return {static_cast<int>(origin.begin), static_cast<int>(origin.end)};
    const int begin = code_points_.at(origin.begin);
    if (origin.end < text_size_) return {begin, code_points_.at(origin.end)};
    return {begin, (origin.end == text_size_ ? code_points_.at(origin.end - 1) : begin + 1) + 1};
  }

  size_t text_size_;
  CodePointIndex code_points_;
  Encoding encoding_;
};

namespace {

// Where the word that begins at `begin` ends: before the next mark behind a character that is none.
size_t word_end(std::string_view text, size_t begin, std::string_view mark) {
  size_t end = begin;
  while (text.substr(end).starts_with(mark)) end += mark.size();
  return std::min(text.find(mark, end), text.size());
}

}  // namespace

Pipeline::Pipeline(const Json& definition, std::unique_ptr<Model> model, std::unique_ptr<const Normalizer> normalizer) {
  if (const std::string version = definition.value_or("version", "1.0"); version != "1.0")
    refuse("\"version\": \"" + version + "\"");
  model_ = model ? std::move(model) : read_member(definition, "model", read_model);
  normalizer_ = normalizer ? std::move(normalizer) : read_normalizer(definition["normalizer"]);
  pre_tokenization_ = read_pre_tokenizer(definition["pre_tokenizer"]);
  models_bytes_ = pre_tokenization_.may_keep_bytes() && model_->use_raw_bytes();
  const Json& added = definition["added_tokens"];
  if (!added.is_null()) {
    added_tokens_ = within("added_tokens", [&] { return AddedTokens(added, model_->vocabulary(), normalizer_.get()); });
  }
  vocab_size_ = std::max(model_->vocabulary().size(), added_tokens_.largest_id() + 1);
  post_processor_ = read_post_processor(definition["post_processor"], vocab_size_);
  decoder_ = read_decoder(definition["decoder"]);
}

Encoding Pipeline::encode(std::string_view text, bool add_special_tokens) const {
  if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
    throw Error(ErrorCode::bad_input,
                "the text has " + std::to_string(text.size()) + " bytes; up to 4294967294 can be tokenized at once");
  }
  if (const size_t broken = find_invalid_utf8(text); broken != std::string_view::npos) {
    throw Error(ErrorCode::bad_input,
                "the text is no UTF-8 at its byte " + std::to_string(broken) + " of " + std::to_string(text.size()));
  }
  const BorrowedScratch scratch(*this);
  Emission emission(text);
  for (const AddedTokens::Stretch& stretch : added_tokens_.cut(text, false)) {
    const std::string_view part = text.substr(stretch.begin, stretch.end - stretch.begin);
    if (stretch.token != nullptr) {
      emission.add(stretch.token->id, part, {stretch.begin, stretch.end});
    } else {
      encode_normalized(AlignedText(part, stretch.begin), scratch.get(), emission);
    }
  }
  std::vector<Encoding> parts(1);
  parts[0] = emission.take();
  if (post_processor_) post_processor_->apply(parts, add_special_tokens);
  if (parts.empty()) return {};
  Encoding result = std::move(parts[0]);
  for (size_t i = 1; i < parts.size(); ++i) {
    result.ids.insert(result.ids.end(), parts[i].ids.begin(), parts[i].ids.end());
    result.tokens.insert(result.tokens.end(), std::make_move_iterator(parts[i].tokens.begin()),
                         std::make_move_iterator(parts[i].tokens.end()));
    result.offsets.insert(result.offsets.end(), parts[i].offsets.begin(), parts[i].offsets.end());
  }
  return result;
}

void Pipeline::encode_normalized(AlignedText text, Scratch& scratch, Emission& emission) const {
  if (normalizer_) normalizer_->apply(text);
  Pieces pieces{.text = std::move(text), .pieces = {}};
  for (const AddedTokens::Stretch& stretch : added_tokens_.cut(pieces.text.text(), true)) {
    const ByteSpan origin = pieces.text.origin(stretch.begin, stretch.end);
    if (stretch.token != nullptr) {
      emission.add(stretch.token->id, pieces.text.text().substr(stretch.begin, stretch.end - stretch.begin), origin);
      continue;
    }
    Pieces inner;
    const bool is_whole = stretch.begin == 0 && stretch.end == pieces.text.text().size();
    inner.text = is_whole ? std::move(pieces.text) : pieces.text.part(stretch.begin, stretch.end);
    inner.pieces = {{0, stretch.end - stretch.begin, origin.begin}};
    encode_stretch(inner, scratch, emission);
  }
}

void Pipeline::encode_stretch(Pieces& stretch, Scratch& scratch, Emission& emission) const {
  models_bytes_ ? pre_tokenization_.apply_to_bytes(stretch) : pre_tokenization_.apply(stretch);
  const std::string_view mark = model_->word_mark();
  for (const Piece& piece : stretch.pieces) {
    const std::string_view text = stretch.text_of(piece);
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = mark.empty() ? text.size() : word_end(text, begin, mark);
      encode_word(stretch, {piece.begin + static_cast<std::uint32_t>(begin), piece.begin + static_cast<std::uint32_t>(end), 0},
                  scratch, emission);
      begin = end;
    }
  }
}

void Pipeline::encode_word(const Pieces& stretch, const Piece& word, Scratch& scratch, Emission& emission) const {
  const std::string_view text = stretch.text_of(word);
  for (const ModelToken& token : tokenize(text, scratch)) {
    const std::string_view spelled = token.is_verbatim ? text.substr(token.begin, token.end - token.begin)
                                                       : std::string_view(model_->vocabulary().token(token.id));
    // Bytes of an end-of-word suffix have no place in the text; the reference takes theirs in the word for one.
    const bool is_in_text = token.end <= text.size();
    emission.add(
        token.id, spelled,
        is_in_text ? stretch.text.origin(word.begin + token.begin, word.begin + token.end) : ByteSpan{token.begin, token.end});
  }
}

// Borrowed until the next call.
std::span<const ModelToken> Pipeline::tokenize(std::string_view piece, Scratch& scratch) const {
  const bool may_be_known = piece.size() <= WordCache::kLongestWord;
  if (may_be_known) {
    if (const auto known = scratch.known_words.find(piece)) return *known;
  }
  scratch.tokens.clear();
  model_->tokenize(piece, scratch.model.get(), scratch.tokens);
  if (may_be_known) scratch.known_words.put(piece, scratch.tokens);
  return scratch.tokens;
}

std::string Pipeline::decode(std::span<const TokenId> ids, bool skip_special_tokens) const {
  std::vector<std::string> tokens;
  tokens.reserve(ids.size());
  for (const TokenId id : ids) {
    if (!contains(id)) {
      throw Error(ErrorCode::bad_input, "the id " + std::to_string(id) +
                                            " is no token of this tokenizer, whose ids go from 0 to " +
                                            std::to_string(vocab_size_ - 1));
    }
    const AddedToken* added = added_tokens_.find(id);
    const std::string& token = added != nullptr ? added->pattern : model_->vocabulary().token(id);
    if (skip_special_tokens && added_tokens_.is_special_content(token)) continue;
    tokens.push_back(token);
  }
  if (decoder_) decoder_->apply(tokens);
  std::string text;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (i > 0 && !decoder_) text += ' ';
    text += tokens[i];
  }
  return text;
}

std::optional<TokenId> Pipeline::id_of(std::string_view token) const {
  const auto id = added_tokens_.id_of(token);
  return id ? id : model_->vocabulary().id_of(token);
}

const std::string& Pipeline::token(TokenId id) const {
  const AddedToken* added = added_tokens_.find(id);
  return added != nullptr ? added->content : model_->vocabulary().token(id);
}

bool Pipeline::contains(TokenId id) const { return added_tokens_.find(id) != nullptr || model_->vocabulary().contains(id); }

bool Pipeline::is_special(TokenId id) const {
  const AddedToken* added = added_tokens_.find(id);
  return added != nullptr && added->special;
}

}  // namespace headlight::tokenization
