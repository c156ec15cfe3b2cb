#include "core/checkpoint/rotary.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/error.hpp"

namespace headlight {
namespace {

constexpr int kMaxDims = 1 << 16;  // of a head: far above any, and far below what would fill the memory
constexpr double kTwoPi = 2 * std::numbers::pi;

struct Parameters {
  const Config fields;
  const Config& config;
  const RotaryDefaults& defaults;
  double theta;
  int n_dims;  // d, from which the exponents are made

  double require(std::string_view name) const {
    if (!fields.has(name)) throw Error(ErrorCode::bad_input, "the field \"" + std::string(name) + "\" is missing");
    return fields.number(name, 0);
  }
  double factor() const {
    const double value = require("factor");
    if (!(value > 0)) fields.refuse("factor", "which is not above 0");
    return value;
  }
  // The length that the model was first trained on; a field beside the parameters goes before one among them.
  double original_positions() const {
    if (config.has("original_max_position_embeddings")) return config.require_count("original_max_position_embeddings");
    return fields.count("original_max_position_embeddings", defaults.max_positions);
  }
};

std::vector<double> plain_frequencies(const Parameters& p) {
  std::vector<double> frequencies;
  for (int i = 0; i < p.n_dims; i += 2) frequencies.push_back(std::pow(p.theta, -static_cast<double>(i) / p.n_dims));
  return frequencies;
}

void scale_llama3(const Parameters& p, std::vector<double>& frequencies) {
  const double factor = p.factor(), low = p.require("low_freq_factor"), high = p.require("high_freq_factor");
  const double context = p.original_positions();
  for (double& frequency : frequencies) {
    const double wavelength = kTwoPi / frequency;
    if (wavelength > context / low) {
      frequency /= factor;
    } else if (wavelength >= context / high) {
      const double smooth = (context / wavelength - low) / (high - low);
      frequency = (1 - smooth) * frequency / factor + smooth * frequency;
    }
  }
}

double yarn_attention_factor(const Parameters& p, double factor) {
  if (const auto given = p.fields.optional_number("attention_factor")) return *given;
  const auto mscale = [&](double weight) { return factor <= 1 ? 1.0 : 0.1 * weight * std::log(factor) + 1.0; };
  const double one = p.fields.optional_number("mscale").value_or(0), all = p.fields.optional_number("mscale_all_dim").value_or(0);
  return one != 0 && all != 0 ? mscale(one) / mscale(all) : mscale(1);
}

// The number of turns over the original context decides: many turns keep their frequency, few are divided.
void scale_yarn(const Parameters& p, Rotary& rotary) {
  auto& frequencies = rotary.description.inverse_frequencies;
  const double context = p.original_positions();
  const bool factor_is_null = p.fields.has("factor") && p.fields["factor"].is_null();
  const double factor = factor_is_null ? p.defaults.max_positions / context : p.factor();
  rotary.description.attention_factor = yarn_attention_factor(p, factor);

  const auto setting = [&](const char* name, double fallback) {
    const double value = p.fields.optional_number(name).value_or(0);
    return value != 0 ? value : fallback;
  };
  const auto dimension_of = [&](double turns) {
    return p.n_dims * std::log(context / (turns * kTwoPi)) / (2 * std::log(p.theta));
  };
  double low = dimension_of(setting("beta_fast", 32)), high = dimension_of(setting("beta_slow", 1));
  if (p.fields.flag("truncate", true)) {
    low = std::floor(low);
    high = std::ceil(high);
  }
  low = std::max(low, 0.0);
  high = std::min(high, p.n_dims - 1.0);
  if (low == high) high += 0.001;
  // transformers makes d / 2 places of the ramp for the frequencies of an odd d: no rotation of 1, the first place for both of 3.
  if (p.n_dims == 1) {
    frequencies.clear();
    rotary.description.n_dims = 0;
  }
  if (p.n_dims % 2 != 0 && p.n_dims > 3)
    throw Error(ErrorCode::unsupported, "it would rotate an odd number of dimensions, " + std::to_string(p.n_dims) + ", which transformers does not compute with yarn");
  for (std::size_t i = 0; i < frequencies.size(); ++i) {
    const double place = p.n_dims == 3 ? 0 : static_cast<double>(i);
    const double divided = std::clamp((place - low) / (high - low), 0.0, 1.0);
    frequencies[i] = frequencies[i] / factor * divided + frequencies[i] * (1 - divided);
  }
}

// The frequencies over the factors of one list.
std::vector<double> divided(const Parameters& p, const std::vector<double>& frequencies, const char* name) {
  const Json& factors = p.fields.fields().at(name);
  if (factors.as_array().size() != frequencies.size())
    throw Error(ErrorCode::corrupt, "\"" + std::string(name) + "\" has " + std::to_string(factors.size()) +
                                        " numbers and the rotation " + std::to_string(frequencies.size()) + " frequencies");
  std::vector<double> result;
  for (std::size_t i = 0; i < frequencies.size(); ++i) result.push_back(frequencies[i] / factors[i].as_number());
  return result;
}

void scale_longrope(const Parameters& p, Rotary& rotary) {
  RotaryDescription& description = rotary.description;
  const std::vector<double> plain = description.inverse_frequencies;
  description.inverse_frequencies = divided(p, plain, "short_factor");

  const double context = p.original_positions();
  const double factor = p.fields.optional_number("factor").value_or(p.defaults.max_positions / context);
  const double usual = factor <= 1 ? 1.0 : std::sqrt(1 + std::log(factor) / std::log(context));
  description.attention_factor = p.fields.optional_number("attention_factor").value_or(usual);
  description.short_length = static_cast<int>(context);
  description.long_inverse_frequencies = divided(p, plain, "long_factor");
}

// Turns the first pairs of a head, by exponents over the whole of it, and leaves the others where they are.
void scale_proportional(const Parameters& p, double partial, Rotary& rotary) {
  const int d_head = p.defaults.d_head, n_turning = static_cast<int>(std::floor(partial * d_head / 2));
  const double factor = p.fields.has("factor") ? p.factor() : 1.0;
  std::vector<double>& frequencies = rotary.description.inverse_frequencies;
  frequencies.assign(static_cast<std::size_t>(d_head / 2), 0.0);
  for (int i = 0; i < n_turning; ++i)
    frequencies[static_cast<std::size_t>(i)] = std::pow(p.theta, -2.0 * i / d_head) / factor;
  rotary.description.n_dims = 2 * (d_head / 2);
}

// A scaling that stretches `context` lets prompts be that much longer, whatever "max_position_embeddings" says.
void stretch_prompts(Rotary& rotary, double context, double factor) {
  rotary.longest_prompt = static_cast<int>(std::clamp(context * factor, static_cast<double>(rotary.longest_prompt), 1e9));
}

void scale_dynamic(const Parameters& p, Rotary& rotary) {
  const double factor = p.factor();
  if (p.n_dims == 2)
    p.fields.refuse(p.fields.has("rope_type") ? "rope_type" : "type", "which does not exist for 2 rotated dimensions: it divides by d - 2");
  rotary.description.short_length = p.defaults.max_positions;
  rotary.description.dynamic_dims = p.n_dims;
  rotary.description.dynamic_base = p.theta;
  rotary.description.dynamic_factor = factor;
  stretch_prompts(rotary, p.defaults.max_positions, factor);
}

// PhiMoE has numbers of its own for cosine and sine, and transformers keeps its short factors for long prompts too, which are
// not what the model was trained with: its context ends there.
void use_mscales(const Parameters& p, Rotary& rotary) {
  rotary.description.attention_factor = p.require("short_mscale");
  rotary.description.long_attention_factor = p.require("long_mscale");
  rotary.description.long_inverse_frequencies = rotary.description.inverse_frequencies;
  const double context = p.original_positions();
  rotary.description.short_length = static_cast<int>(context);
  if (context >= rotary.longest_prompt) return;
  rotary.longest_prompt = static_cast<int>(context);
  rotary.notes.push_back("the context ends with the " + std::to_string(rotary.longest_prompt) +
                         " tokens of the original one: transformers does not compute longer prompts as the model was trained");
}

// {rope_type or type}, as transformers reads it.
std::string rope_type_of(const Config& fields) { return fields.word("rope_type", fields.word("type", "default").c_str()); }

// Which share of each head is rotated. Where an architecture has no such thing, a plain rotation takes the whole head whatever
// config.json says, and the scaled ones do not fit.
double read_partial_factor(const Config& fields, const Config& config, const RotaryDefaults& defaults, Rotary& rotary) {
  const double beside = config.optional_number("partial_rotary_factor", defaults.partial_factor).value_or(1);  // null: the whole head
  const double partial = fields.number("partial_rotary_factor", beside);
  if (!(partial > 0 && partial <= 1))
    throw Error(ErrorCode::unsupported, "\"partial_rotary_factor\" is " + number_text(partial) + "; it must be above 0 and at most 1");
  const std::string type = rope_type_of(fields);
  if (partial == 1 || defaults.partial_is_supported || type == "proportional") return partial;
  if (type != "default")
    throw Error(ErrorCode::unsupported, "\"partial_rotary_factor\" is " + number_text(partial) +
                                            "; this architecture has only 1 with a \"" + type + "\" scaling");
  rotary.notes.push_back("\"partial_rotary_factor\" is set and has no effect, as in transformers: this architecture rotates whole heads");
  return 1;
}

void scale(const Parameters& p, double partial, Rotary& rotary) {
  auto& frequencies = rotary.description.inverse_frequencies;
  const std::string type = rope_type_of(p.fields);
  if (type == "default") return;
  if (type == "proportional") {
    scale_proportional(p, partial, rotary);
  } else if (type == "linear") {
    for (double& frequency : frequencies) frequency /= p.factor();
    stretch_prompts(rotary, p.defaults.max_positions, p.factor());
  } else if (type == "llama3") {
    scale_llama3(p, frequencies);
  } else if (type == "yarn") {
    scale_yarn(p, rotary);
    stretch_prompts(rotary, p.original_positions(), p.fields.optional_number("factor").value_or(1));
  } else if (type == "longrope") {
    scale_longrope(p, rotary);
  } else if (type == "dynamic") {
    scale_dynamic(p, rotary);
  } else {
    p.fields.refuse(p.fields.has("rope_type") ? "rope_type" : "type",
                    "a scaling that Headlight does not compute; it computes default, linear, dynamic, yarn, longrope, llama3, proportional");
  }
  if (p.defaults.has_mscales) use_mscales(p, rotary);
}

}  // namespace

Rotary rotary_from(const Json& parameters, const Config& config, const RotaryDefaults& defaults, const std::string& place) {
  try {
    const Config fields{parameters};
    const double theta = fields.number("rope_theta", config.number("rope_theta", defaults.theta));
    if (!(theta > 0)) throw Error(ErrorCode::bad_input, "\"rope_theta\" is " + number_text(theta) + "; it must be above 0");
    Rotary rotary;
    const double partial = read_partial_factor(fields, config, defaults, rotary);
    const bool is_proportional = rope_type_of(fields) == "proportional";
    const Parameters p{fields, config, defaults, theta, static_cast<int>(defaults.d_head * (is_proportional ? 1 : partial))};
    if (p.n_dims > kMaxDims) throw Error(ErrorCode::bad_input, "a head of " + std::to_string(defaults.d_head) + " dimensions");
    if (defaults.n_dims_must_be_even && is_proportional && partial != 1)
      throw Error(ErrorCode::unsupported, "\"partial_rotary_factor\" is " + number_text(partial) +
                                              ", which transformers does not compute here with a \"proportional\" scaling");
    if (defaults.n_dims_must_be_even && p.n_dims % 2 != 0)
      throw Error(ErrorCode::unsupported, "it would rotate " + std::to_string(p.n_dims) + " of the " + std::to_string(defaults.d_head) +
                                              " dimensions of a head, an odd number, which transformers does not compute here");
    rotary.longest_prompt = defaults.max_positions;
    rotary.description.style = defaults.style;
    rotary.description.turns_back = defaults.turns_back;
    rotary.description.inverse_frequencies = plain_frequencies(p);
    rotary.description.n_dims = 2 * static_cast<int>(rotary.description.inverse_frequencies.size());
    if (rotary.description.n_dims > defaults.d_head)
      throw Error(ErrorCode::unsupported, "it would rotate " + std::to_string(rotary.description.n_dims) + " of the " +
                                              std::to_string(defaults.d_head) + " dimensions of a head");
    scale(p, partial, rotary);
    const auto& description = rotary.description;
    const bool is_finite = std::ranges::all_of(description.inverse_frequencies, [](double f) { return std::isfinite(f); });
    if (!is_finite || !std::isfinite(description.attention_factor))
      throw Error(ErrorCode::bad_input, "its numbers give frequencies that are not finite");
    return rotary;
  } catch (const Error& error) {
    throw error.at("\"" + place + "\"");
  }
}

Rotary read_rotary(const Config& config, const RotaryDefaults& defaults) {
  for (const char* name : {"rope_scaling", "rope_parameters"}) {
    const Json& parameters = config[name];
    if (parameters.is_null()) continue;
    if (!parameters.is_object()) config.refuse(name, "which is not an object");
    if (parameters.size() > 0) return rotary_from(parameters, config, defaults, name);
  }
  return rotary_from(Json::object(), config, defaults, "rope_parameters");
}

}  // namespace headlight
