#include "core/tokenizer/added_tokens.hpp"

#include <algorithm>

#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/unicode.hpp"

namespace headlight::tokenization {
namespace {

std::string normalized_form(const std::string& content, const Normalizer* normalizer) {
  if (normalizer == nullptr) return content;
  AlignedText text(content, 0);
  normalizer->apply(text);
  return std::string(text.text());
}

AddedToken read_added_token(const Json& definition) {
  AddedToken token;
  const std::int64_t id = required_integer(definition, "id");
  if (id < 0 || id >= kMaxVocabulary) {
    throw Error(ErrorCode::corrupt,
                "the id " + std::to_string(id) + " is not between 0 and " + std::to_string(kMaxVocabulary - 1));
  }
  token.id = static_cast<TokenId>(id);
  token.content = required_string(definition, "content");
  token.single_word = required_bool(definition, "single_word");
  token.lstrip = required_bool(definition, "lstrip");
  token.rstrip = required_bool(definition, "rstrip");
  token.normalized = required_bool(definition, "normalized");
  token.special = required_bool(definition, "special");
  return token;
}

// The byte where the code point before `end` begins. REQUIRES end > 0.
size_t previous_begin(std::string_view text, size_t end) {
  do --end;
  while (is_continuation(text[end]));
  return end;
}

bool is_word_before(std::string_view text, size_t position) {
  if (position == 0) return false;
  size_t begin = previous_begin(text, position);
  return is_word(next_code_point(text, begin));
}

bool is_word_behind(std::string_view text, size_t position) {
  return position < text.size() && is_word(next_code_point(text, position));
}

size_t white_space_begin(std::string_view text, size_t end) {
  while (end > 0) {
    size_t begin = previous_begin(text, end), next = begin;
    if (!is_white_space(next_code_point(text, next))) break;
    end = begin;
  }
  return end;
}

size_t white_space_end(std::string_view text, size_t begin) {
  for (size_t next = begin; begin < text.size(); begin = next) {
    if (!is_white_space(next_code_point(text, next))) break;
  }
  return begin;
}

}  // namespace

AddedTokens::AddedTokens(const Json& definition, const Vocabulary& vocabulary, const Normalizer* normalizer) {
  const Json::Array& entries = definition.as_array();
  auto next_id = static_cast<TokenId>(vocabulary.n_tokens());  // of a token that the model does not have
  for (size_t i = 0; i < entries.size(); ++i) {
    within("[" + std::to_string(i) + "]", [&] {
      AddedToken token = read_added_token(entries[i]);
      if (token.content.empty()) return;
      std::optional<TokenId> expected = id_of(token.content);
      if (!expected) expected = vocabulary.id_of(token.content);
      if (!expected) expected = next_id++;
      if (token.id != *expected) {
        throw Error(ErrorCode::corrupt, "the token \"" + token.content + "\" says that its id is " + std::to_string(token.id) +
                                            ", but by the vocabulary and the tokens before it, it is " +
                                            std::to_string(*expected));
      }
      add(std::move(token), normalizer);
    });
  }
  raw_ = patterns_of(false);
  normalized_ = patterns_of(true);
}

TokenTrie AddedTokens::patterns_of(bool normalized) const {
  std::vector<TokenTrie::Entry> entries;
  std::unordered_set<std::string_view> seen;  // of tokens looked for as the same text the first is found; the reference takes any
  for (size_t i = 0; i < tokens_.size(); ++i) {
    const AddedToken& token = tokens_[i];
    if (token.normalized != normalized || by_id_.at(token.id) != i) continue;  // a later entry speaks for the id
    if (token.pattern.empty())
      throw Error(ErrorCode::corrupt, "the normalizer leaves nothing of the token \"" + token.content + "\"");
    if (seen.insert(token.pattern).second) entries.emplace_back(token.pattern, static_cast<std::uint32_t>(i));
  }
  return entries.empty() ? TokenTrie() : TokenTrie(std::move(entries));
}

void AddedTokens::add(AddedToken token, const Normalizer* normalizer) {
  token.pattern = token.normalized ? normalized_form(token.content, normalizer) : token.content;
  by_id_.insert_or_assign(token.id, tokens_.size());
  by_content_.insert_or_assign(token.content, token.id);
  if (token.special) special_.insert(token.content);
  largest_id_ = std::max(largest_id_, token.id);
  tokens_.push_back(std::move(token));
}

const AddedToken* AddedTokens::find(TokenId id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &tokens_[found->second];
}

std::optional<TokenId> AddedTokens::id_of(std::string_view content) const {
  const auto found = by_content_.find(std::string(content));
  if (found == by_content_.end()) return std::nullopt;
  return found->second;
}

std::vector<AddedTokens::Stretch> AddedTokens::cut(std::string_view text, bool is_normalized) const {
  const TokenTrie& trie = is_normalized ? normalized_ : raw_;
  std::vector<Stretch> stretches;
  size_t done = 0;  // everything before belongs to a stretch
  const auto add_stretch = [&](size_t begin, size_t end, const AddedToken* token) {
    stretches.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), token});
  };
  for (size_t i = trie.is_empty() ? text.size() : 0; (i = trie.next_candidate(text, i)) < text.size();) {
    const auto match = trie.longest_at(text, i);
    if (!match) {
      ++i;
      continue;
    }
    size_t begin = i, end = match->end;
    i = match->end;
    const AddedToken& token = tokens_[match->value];
    if (token.single_word && (is_word_before(text, begin) || is_word_behind(text, end))) continue;
    if (token.lstrip) begin = std::max(white_space_begin(text, begin), done);
    if (token.rstrip) end = white_space_end(text, end);
    if (begin >= end) continue;  // all of it was white space that the token before took
    if (done < begin) add_stretch(done, begin, nullptr);
    add_stretch(begin, end, &token);
    done = end;
  }
  if (done < text.size()) add_stretch(done, text.size(), nullptr);
  return stretches;
}

}  // namespace headlight::tokenization
