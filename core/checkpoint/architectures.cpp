#include "core/checkpoint/architectures.hpp"

#include <string>

#include "core/base/error.hpp"
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/quantization.hpp"

namespace headlight {
namespace {

#define HEADLIGHT_LIST_READER(model_type, models) {#model_type, models, read_##model_type},
constexpr Architecture kArchitectures[] = {HEADLIGHT_ARCHITECTURES(HEADLIGHT_LIST_READER)};
#undef HEADLIGHT_LIST_READER

// All of them: a list that ends in "and 5 more" would not say whether the model at hand is among those.
std::string all_model_types() {
  std::string text;
  for (const Architecture& architecture : kArchitectures) text += (text.empty() ? "" : ", ") + std::string(architecture.model_type);
  return text;
}

void check(const Blueprint& blueprint) {
  const AttentionDescription& attention = blueprint.description.attention;
  if (attention.n_heads % attention.n_kv_heads != 0)
    throw Error(ErrorCode::corrupt, "it has " + std::to_string(attention.n_heads) + " attention heads and " +
                                        std::to_string(attention.n_kv_heads) +
                                        " key-value heads; the first must be a multiple of the second");
}

}  // namespace

std::span<const Architecture> architectures() { return kArchitectures; }

Blueprint read_blueprint(const Config& config) {
  if (!config.has("model_type"))
    throw Error(ErrorCode::bad_input, "\"model_type\" is missing; Headlight reads " + all_model_types());
  const Quantization quantization = read_quantization(config);
  const std::string model_type = config.word("model_type", "");
  for (const Architecture& architecture : architectures()) {
    if (architecture.model_type != model_type) continue;
    Blueprint blueprint = architecture.read(config);
    blueprint.quantization = quantization;
    check(blueprint);
    return blueprint;
  }
  config.refuse("model_type", "an architecture that Headlight does not read; it reads " + all_model_types());
}

}  // namespace headlight
