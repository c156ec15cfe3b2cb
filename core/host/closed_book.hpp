// Whether a model knows what a prompt goes on to contradict, or asks it to choose: the question alone, and the best of all tokens.
#pragma once

#include <map>
#include <vector>

#include "core/base/thread_pool.hpp"
#include "core/engine/model.hpp"
#include "core/tasks/prompt.hpp"

namespace headlight {

// A model behind PromptContext::knows. Every question is put once, however many prompts have it.
class ClosedBook {
 public:
  // `pool` is borrowed.
  ClosedBook(const Model& model, ThreadPool& pool) : model_(model), pool_(&pool) {}
  bool operator()(const Gate& gate);

 private:
  Model model_;
  ThreadPool* pool_;
  std::map<std::vector<TokenId>, TokenId> said_;  // question -> the token that comes next
};

}  // namespace headlight
