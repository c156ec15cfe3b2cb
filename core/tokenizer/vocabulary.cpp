#include "core/tokenizer/vocabulary.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace headlight::tokenization {
namespace {

// A table of all ids up to the largest must stay in proportion to the file, so their gaps are limited.
constexpr std::int64_t kIdsAtLeast = 1 << 16, kIdsPerToken = 64;

void check_gaps(const Json::Object& members, TokenId largest) {
  const std::int64_t most = kIdsAtLeast + kIdsPerToken * static_cast<std::int64_t>(members.size());
  if (largest < most) return;
  throw Error(ErrorCode::corrupt, "the largest id is " + std::to_string(largest) + " in a vocabulary of " + std::to_string(members.size()) +
                                      " tokens; ids up to " + std::to_string(most - 1) + " are understood there");
}

}  // namespace

TokenId checked_id(const Json::Member& member) {
  const auto fail = [&](const std::string& what) -> TokenId {
    throw Error(ErrorCode::corrupt, "the token \"" + member.first + "\" " + what);
  };
  if (!member.second.is_integer()) return fail("has an id that is no whole number");
  const std::int64_t id = member.second.as_integer();
  if (id < 0) return fail("has the negative id " + std::to_string(id));
  if (id >= kMaxVocabulary) {
    return fail("has the id " + std::to_string(id) + "; ids up to " + std::to_string(kMaxVocabulary - 1) + " are understood");
  }
  return static_cast<TokenId>(id);
}

Vocabulary Vocabulary::read(const Json& definition) {
  Vocabulary result;
  const Json::Object& members = definition.as_object();
  TokenId largest = -1;
  for (const Json::Member& member : members) largest = std::max(largest, checked_id(member));
  check_gaps(members, largest);
  result.tokens_.resize(largest + 1);
  result.used_.resize(largest + 1);
  result.ids_.reserve(members.size());
  for (const Json::Member& member : members) {
    const TokenId id = checked_id(member);
    if (result.used_[id]) {
      throw Error(ErrorCode::corrupt, "the id " + std::to_string(id) + " belongs to two tokens, \"" + result.tokens_[id] +
                                          "\" and \"" + member.first + "\"");
    }
    result.used_[id] = true;
    result.tokens_[id] = member.first;
    result.ids_.emplace(result.tokens_[id], id);
  }
  return result;
}

Vocabulary Vocabulary::from_list(std::vector<std::string> tokens) {
  if (tokens.size() > static_cast<size_t>(kMaxVocabulary)) {
    throw Error(ErrorCode::corrupt, "the vocabulary has " + std::to_string(tokens.size()) + " tokens; up to " +
                                        std::to_string(kMaxVocabulary) + " are understood");
  }
  Vocabulary result;
  result.tokens_ = std::move(tokens);
  result.used_.assign(result.tokens_.size(), true);
  result.ids_.reserve(result.tokens_.size());
  for (TokenId id = 0; id < result.size(); ++id) result.ids_.insert_or_assign(result.tokens_[id], id);
  return result;
}

std::optional<TokenId> Vocabulary::id_of(std::string_view token) const {
  const auto found = ids_.find(token);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

const std::string& Vocabulary::token(TokenId id) const {
  static const std::string kNone;
  return id >= 0 && id < size() ? tokens_[id] : kNone;
}

}  // namespace headlight::tokenization
