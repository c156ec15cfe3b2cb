// One forward pass over a batch of token rows, with captures and edits, as `headlight forward` and scripts ask for it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/checkpoint/safetensors.hpp"
#include "core/engine/edit.hpp"
#include "core/engine/model.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace headlight {

struct ForwardJob {
  std::vector<std::vector<TokenId>> prompts;  // without padding
  std::vector<std::vector<int>> places;       // [prompt][token]: its column in the padded batch
  size_t n_columns = 0;
  std::vector<Edit> edits;                    // done to every prompt; positions are columns of the batch
  std::set<Site> captures;
  int n_threads = 0;
};

// Reads input_ids [prompt, token] (int64) and the optional attention_mask of the same shape (0: padding, left or right).
// Throws Error{bad_input} with what the file has instead.
ForwardJob read_token_file(const std::filesystem::path& path);

// Runs the job in float or double and adds `logits` [prompt, token, vocabulary] and each captured site under its name, prompt axis
// first, to the writer; padded places are zero. The numbers are those of each prompt alone. Returned memory backs the writer.
struct ForwardTensors {
  std::vector<std::vector<float>> floats;
  std::vector<std::vector<double>> doubles;
};
template <typename T>
void run_forward(const Model& model, const ForwardJob& job, SafetensorsWriter& out, ForwardTensors& memory);

}  // namespace headlight
