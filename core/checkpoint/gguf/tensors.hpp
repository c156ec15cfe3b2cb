// The tensors of a GGUF file under the names, in the order and in the number formats of a Hugging Face folder.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/checkpoint/gguf/dialect.hpp"
#include "core/checkpoint/tensor_store.hpp"

namespace headlight::gguf {

// What the rows of queries and keys are cut into.
struct HeadCounts {
  std::int64_t n_heads = 0, n_kv_heads = 0;
};

// F32, F16, BF16 and F64 stay where they are mapped; quantised tensors are widened to float32 here, once, those of MXFP4 to
// bfloat16, which holds their numbers, and rows that stand in another order are copied. Throws Error{out_of_memory} with the
// numbers when what has to be widened is larger than the machine's memory.
TensorStore store_of(std::shared_ptr<const File> file, const Dialect& dialect, const HeadCounts& heads);

// How the numbers of the file are stored: "GGUF version 3; Q4_K: 12 tensors, F32: 5".
std::string describe_types(const File& file);

// Hash of names, types, shapes and bytes of all tensors as the file stores them, in the order of their names.
std::string fingerprint_of(const File& file);

}  // namespace headlight::gguf
