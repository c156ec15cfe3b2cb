// What config.json says about quantised weights: read, or refused with what to do.
#pragma once

#include "core/checkpoint/config.hpp"

namespace headlight {

enum class Quantization { none, mxfp4 };

// Reads "quantization_config", of the text part too. Throws Error{unsupported} that names the method, but for the MXFP4 of GPT-OSS.
Quantization read_quantization(const Config& config);

}  // namespace headlight
