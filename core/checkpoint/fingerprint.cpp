#include "core/checkpoint/fingerprint.hpp"

#include "core/base/hash.hpp"
#include "core/checkpoint/safetensors_dtype.hpp"

namespace headlight {

std::string fingerprint_of(const TensorStore& store) {
  Hasher hasher;
  for (const auto& [name, tensor] : store.tensors())
    hasher.add(name).add(safetensors_name(tensor->dtype)).add(to_string(tensor->shape)).add(tensor->bytes);
  return hasher.digest();
}

}  // namespace headlight
