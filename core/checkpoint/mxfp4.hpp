// Experts that are stored in MXFP4, as GPT-OSS is published, in the form of a dequantised model.
#pragma once

#include "core/checkpoint/tensor_store.hpp"

namespace headlight {

// For every pair of U8 tensors NAME_blocks [expert, out, block, 16] and NAME_scales [expert, out, block] one tensor NAME
// [expert, in, out] of BF16, bit for bit what transformers makes of them; the other tensors as they are mapped. A note says how
// much memory the former take. Throws Error{corrupt} where the two do not fit together, Error{out_of_memory} with the numbers
// when the machine has less than they take.
TensorStore with_mxfp4_widened(TensorStore packed);

}  // namespace headlight
