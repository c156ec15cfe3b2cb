#include "core/checkpoint/quantization.hpp"

#include "core/base/error.hpp"

namespace headlight {
namespace {

// The file that transformers writes of a model whose weights it can widen itself.
constexpr const char* kWiden = ", or let transformers widen these and save them (";

std::string advice(const std::string& method) {
  std::string text = "use the model's F32, F16 or BF16 files, or a GGUF file of it";
  if (method == "bitsandbytes") return text + kWiden + "from_pretrained(...).dequantize(), then save_pretrained)";
  if (method == "fp8") return text + kWiden + "from_pretrained(..., quantization_config=FineGrainedFP8Config(dequantize=True)), then save_pretrained)";
  return text;
}

Quantization read_part(const Json& part, const Config& config) {
  const Json& quantization = part["quantization_config"].is_null() ? part["compression_config"] : part["quantization_config"];
  if (quantization.is_null()) return Quantization::none;
  const Json& named = quantization["quant_method"];
  const std::string method = named.is_string() ? named.as_string() : "";
  const bool is_gpt_oss = config["model_type"] == Json("gpt_oss");
  if (method == "mxfp4" && is_gpt_oss) return Quantization::mxfp4;
  throw Error(ErrorCode::unsupported, "\"quantization_config\" says that the weights are quantised (quant_method " + to_text(named) +
                                          "), which Headlight does not read" + (method == "mxfp4" ? " but of gpt_oss" : "") + ": " +
                                          advice(method));
}

}  // namespace

Quantization read_quantization(const Config& config) {
  if (config["text_config"].is_object()) read_part(config["text_config"], config);
  return read_part(config.fields(), config);
}

}  // namespace headlight
