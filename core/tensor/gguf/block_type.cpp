#include "core/tensor/gguf/block_type.hpp"

#include <utility>

#include "core/base/error.hpp"

namespace headlight::gguf {
namespace {

constexpr BlockLayout kLayouts[] = {
    {BlockType::f32, "F32", 1, 4, DType::f32},     {BlockType::f16, "F16", 1, 2, DType::f16},
    {BlockType::bf16, "BF16", 1, 2, DType::bf16},  {BlockType::f64, "F64", 1, 8, DType::f64},
    {BlockType::q8_0, "Q8_0", 32, 34, {}},         {BlockType::q4_0, "Q4_0", 32, 18, {}},
    {BlockType::q4_1, "Q4_1", 32, 20, {}},         {BlockType::q5_0, "Q5_0", 32, 22, {}},
    {BlockType::q5_1, "Q5_1", 32, 24, {}},         {BlockType::q2_k, "Q2_K", 256, 84, {}},
    {BlockType::q3_k, "Q3_K", 256, 110, {}},       {BlockType::q4_k, "Q4_K", 256, 144, {}},
    {BlockType::q5_k, "Q5_K", 256, 176, {}},       {BlockType::q6_k, "Q6_K", 256, 210, {}},
    {BlockType::mxfp4, "MXFP4", 32, 17, {}},
};

constexpr std::pair<std::uint32_t, std::string_view> kOtherNames[] = {
    {9, "Q8_1"},     {15, "Q8_K"},   {16, "IQ2_XXS"}, {17, "IQ2_XS"}, {18, "IQ3_XXS"}, {19, "IQ1_S"}, {20, "IQ4_NL"},
    {21, "IQ3_S"},   {22, "IQ2_S"},  {23, "IQ4_XS"},  {24, "I8"},     {25, "I16"},     {26, "I32"},   {27, "I64"},
    {29, "IQ1_M"},   {34, "TQ1_0"},  {35, "TQ2_0"},   {40, "NVFP4"},
};

}  // namespace

const BlockLayout* layout_of(std::uint32_t type_in_file) {
  for (const BlockLayout& layout : kLayouts)
    if (static_cast<std::uint32_t>(layout.type) == type_in_file) return &layout;
  return nullptr;
}

const BlockLayout& layout_of(BlockType type) {
  if (const BlockLayout* layout = layout_of(static_cast<std::uint32_t>(type))) return *layout;
  throw Error(ErrorCode::internal, "there is no layout of " + name_of_type(static_cast<std::uint32_t>(type)));
}

std::string name_of_type(std::uint32_t type_in_file) {
  if (const BlockLayout* layout = layout_of(type_in_file)) return std::string(layout->name);
  for (const auto& [type, name] : kOtherNames)
    if (type == type_in_file) return std::string(name);
  return "type " + std::to_string(type_in_file);
}

std::string readable_types() {
  std::string names;
  for (const BlockLayout& layout : kLayouts) names += (names.empty() ? "" : ", ") + std::string(layout.name);
  return names;
}

}  // namespace headlight::gguf
