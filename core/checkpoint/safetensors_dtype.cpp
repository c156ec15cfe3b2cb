#include "core/checkpoint/safetensors_dtype.hpp"

#include <vector>

#include "core/base/text.hpp"

namespace headlight {
namespace {

struct Spelling {
  DType dtype;
  std::string_view name;
};

constexpr Spelling kSpellings[] = {
    {DType::f32, "F32"}, {DType::f16, "F16"}, {DType::bf16, "BF16"}, {DType::f64, "F64"},
    {DType::i64, "I64"}, {DType::i32, "I32"}, {DType::u8, "U8"},     {DType::boolean, "BOOL"},
};

}  // namespace

std::string_view safetensors_name(DType dtype) {
  for (const Spelling& spelling : kSpellings)
    if (spelling.dtype == dtype) return spelling.name;
  return "?";
}

std::optional<DType> dtype_from_safetensors(std::string_view name) {
  for (const Spelling& spelling : kSpellings)
    if (spelling.name == name) return spelling.dtype;
  return std::nullopt;
}

std::string readable_dtypes() {
  std::vector<std::string> names;
  for (const Spelling& spelling : kSpellings) names.emplace_back(spelling.name);
  return listed(names);
}

bool is_floating(DType dtype) {
  return dtype == DType::f32 || dtype == DType::f16 || dtype == DType::bf16 || dtype == DType::f64;
}

}  // namespace headlight
