#include "core/tasks/random_tokens.hpp"

#include <algorithm>
#include <unordered_set>

namespace headlight::tasks {

std::vector<TokenId> usable_ids(const PromptContext& context) {
  std::vector<TokenId> ids;
  const Tokenizer* tokenizer = context.tokenizer;
  const int n = tokenizer ? std::min(context.vocab_size, tokenizer->vocab_size()) : context.vocab_size;
  for (TokenId id = 0; id < n; ++id) {
    if (id == context.bos || (tokenizer && (tokenizer->is_special(id) || tokenizer->token(id).empty()))) continue;
    ids.push_back(id);
  }
  return ids;
}

std::vector<TokenId> sample_tokens(const std::vector<TokenId>& items, size_t n, Random& random) {
  std::unordered_set<size_t> taken;
  std::vector<TokenId> result;
  for (size_t last = items.size() - n; last < items.size(); ++last) {
    size_t index = random.below(last + 1);
    if (!taken.insert(index).second) taken.insert(index = last);
    result.push_back(items[index]);
  }
  random.shuffle(result);
  return result;
}

}  // namespace headlight::tasks
