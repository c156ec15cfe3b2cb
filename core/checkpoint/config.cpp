#include "core/checkpoint/config.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace headlight {
namespace {

constexpr std::int64_t kMaxCount = 1 << 28;  // four times that is still an int
constexpr std::int64_t kMaxLayers = 10'000;

struct NamedActivation {
  const char* name;
  Activation activation;
};

// transformers' ACT2FN but those with parameters; gelu_fast and gelu_accurate are the tanh form with its constants written otherwise.
constexpr NamedActivation kActivations[] = {
    {"relu", Activation::relu},
    {"relu2", Activation::relu_squared},
    {"gelu", Activation::gelu},
    {"gelu_python", Activation::gelu},
    {"gelu_new", Activation::gelu_tanh},
    {"gelu_fast", Activation::gelu_tanh},
    {"gelu_accurate", Activation::gelu_tanh},
    {"gelu_pytorch_tanh", Activation::gelu_tanh},
    {"gelu_python_tanh", Activation::gelu_tanh},
    {"quick_gelu", Activation::quick_gelu},
    {"silu", Activation::silu},
    {"swish", Activation::silu},
    {"gelu_10", Activation::gelu_clipped},
    {"hardswish", Activation::hard_swish},
    {"laplace", Activation::laplace},
    {"leaky_relu", Activation::leaky_relu},
    {"linear", Activation::linear},
    {"mish", Activation::mish},
    {"relu6", Activation::relu6},
    {"sigmoid", Activation::sigmoid},
    {"sqrtsoftplus", Activation::sqrt_softplus},
    {"tanh", Activation::tanh},
};

// Reads with the field's name in front of what goes wrong.
template <typename Read>
auto read_field(const Json& fields, std::string_view name, Read read) {
  try {
    return read(fields.at(name));
  } catch (const Error& error) {
    if (!fields.contains(name)) throw;
    throw error.at(in_quotes(name));
  }
}

int counted(const Json& value, std::int64_t at_most) {
  const std::int64_t count = value.as_integer();
  if (count < 1 || count > at_most)
    throw Error(ErrorCode::bad_input, "is " + std::to_string(count) + "; it must be from 1 to " + std::to_string(at_most));
  return static_cast<int>(count);
}

}  // namespace

Config Config::with_aliases(std::initializer_list<Alias> aliases) const {
  Json fields = fields_;
  for (const auto& [alias, name] : aliases) {
    const Json* value = fields_.find(alias);
    if (!value) continue;
    if (const Json* own = fields_.find(name); own && *own != *value)
      throw Error(ErrorCode::corrupt, in_quotes(alias) + " is " + to_text(*value) + " but " + in_quotes(name) +
                                          ", which is the same, is " + to_text(*own));
    fields.set(name, *value);
  }
  return Config(std::move(fields));
}

Config Config::without(std::initializer_list<std::string_view> names) const {
  Json::Object kept;
  for (const auto& [name, value] : fields_.as_object())
    if (std::ranges::find(names, name) == names.end()) kept.emplace_back(name, value);
  return Config(std::move(kept));
}

int Config::require_count(std::string_view name) const {
  return read_field(fields_, name, [](const Json& value) { return counted(value, kMaxCount); });
}

int Config::count(std::string_view name, int fallback) const { return has(name) ? require_count(name) : fallback; }

std::optional<int> Config::optional_count(std::string_view name, std::optional<int> fallback) const {
  if (!has(name)) return fallback;
  if (fields_[name].is_null()) return std::nullopt;
  return require_count(name);
}

int Config::layer_count(std::string_view name, int fallback) const {
  if (!has(name)) return fallback;
  return read_field(fields_, name, [](const Json& value) { return counted(value, kMaxLayers); });
}

double Config::number(std::string_view name, double fallback) const {
  if (!has(name)) return fallback;
  return read_field(fields_, name, [](const Json& value) { return value.as_number(); });
}

std::optional<double> Config::optional_number(std::string_view name, std::optional<double> fallback) const {
  if (!has(name)) return fallback;
  if (fields_[name].is_null()) return std::nullopt;
  return number(name, 0);
}

bool Config::flag(std::string_view name, bool fallback) const {
  if (!has(name)) return fallback;
  return read_field(fields_, name, [](const Json& value) { return !value.is_null() && value.as_bool(); });
}

std::string Config::word(std::string_view name, const char* fallback) const {
  if (!has(name)) return fallback;
  return read_field(fields_, name, [](const Json& value) { return value.as_string(); });
}

std::optional<int> Config::token(std::string_view name, std::optional<int> fallback) const {
  if (!has(name)) return fallback;
  return read_field(fields_, name, [](const Json& value) -> std::optional<int> {
    const Json& first = value.is_array() && value.size() > 0 ? value[0] : value;
    if (first.is_null()) return std::nullopt;
    const std::int64_t id = first.as_integer();
    if (id < 0 || id > kMaxCount) return std::nullopt;  // -1 stands for none in old files
    return static_cast<int>(id);
  });
}

Activation Config::activation(std::string_view name, const char* fallback) const {
  const std::string found = word(name, fallback);
  std::vector<std::string> known;
  for (const auto& [spelling, activation] : kActivations) {
    if (found == spelling) return activation;
    known.emplace_back(spelling);
  }
  refuse(name, "an activation that Headlight does not compute; it computes " + listed(known));
}

void Config::require_flag(std::string_view name, bool fallback, bool supported) const {
  if (flag(name, fallback) != supported)
    refuse(name, std::string("which Headlight does not compute; only ") + (supported ? "true" : "false") + " is");
}

void Config::refuse(std::string_view name, std::string_view why) const {
  const Json* value = fields_.find(name);
  throw Error(ErrorCode::unsupported,
              in_quotes(name) + " is " + (value ? to_text(*value) : "left out") + ", " + std::string(why));
}

int divide_evenly(std::string_view total_name, int total, std::string_view parts_name, int parts) {
  if (total % parts != 0)
    throw Error(ErrorCode::corrupt, in_quotes(total_name) + " is " + std::to_string(total) + ", which is no multiple of " +
                                        in_quotes(parts_name) + ", " + std::to_string(parts));
  return total / parts;
}

}  // namespace headlight
