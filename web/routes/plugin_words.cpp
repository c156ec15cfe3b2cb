#include "web/routes/plugin_words.hpp"

namespace headlight {

std::string stage_title(const std::string& stage) {
  if (stage == "KR") return "Knowledge recalling";
  if (stage == "ICI") return "In-context identification";
  if (stage == "LR") return "Latent reasoning";
  if (stage == "EP") return "Expression preparation";
  return "Other";
}

std::string formula_source_words(const std::string& tag) {
  if (tag == "C") return "read in the primary authors' published code or data";
  if (tag == "P") return "read in the primary paper's full text";
  if (tag == "S") return "read in the survey of attention heads (Zheng et al. 2024)";
  if (tag == "2") return "read in a third party's notes on the primary paper";
  if (tag == "M") return "from memory, not verified";
  if (tag == "R") return "a reconstruction: an operational definition, since the paper's exact formula was not at hand";
  return "";
}

std::string null_words(const std::string& null) {
  if (null == "shuffled-tokens") return "the same prompts with their tokens shuffled";
  if (null == "random-weights") return "the same model with random weights";
  if (null == "other-heads") return "the other heads of the same layer";
  return null;
}

}  // namespace headlight
