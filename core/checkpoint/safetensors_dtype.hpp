// Number formats as safetensors spells them: "F32", "BF16", "BOOL".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/tensor/dtype.hpp"

namespace headlight {

std::string_view safetensors_name(DType dtype);

// Nothing for a format that Headlight does not read (F8_E4M3, I16, ...).
std::optional<DType> dtype_from_safetensors(std::string_view name);

// "F32, F16, BF16, F64, I64, I32, U8, BOOL"
std::string readable_dtypes();

// Whether weights can be stored so.
bool is_floating(DType dtype);

}  // namespace headlight
