#include "core/tokenizer/normalizer.hpp"

#include <vector>

#include "core/tokenizer/definition.hpp"

namespace headlight::tokenization {
namespace {

std::unique_ptr<Normalizer> read_normalizer_stage(const Json& definition);

class NormalizerSequence : public Normalizer {
 public:
  explicit NormalizerSequence(const Json::Array& inner) {
    for (size_t i = 0; i < inner.size(); ++i) {
      within("normalizers[" + std::to_string(i) + "]", [&] { steps_.push_back(read_normalizer_stage(inner[i])); });
    }
  }
  void apply(AlignedText& text) const override {
    for (const auto& step : steps_) step->apply(text);
  }

 private:
  std::vector<std::unique_ptr<Normalizer>> steps_;
};

std::unique_ptr<Normalizer> read_normalizer_stage(const Json& definition) {
  const std::string& type = stage_type(definition);
  if (type == "Sequence") return std::make_unique<NormalizerSequence>(required_array(definition, "normalizers"));
  if (auto normalizer = read_text_normalizer(definition)) return normalizer;
  if (auto normalizer = unicode_normalizer(type)) return normalizer;
  if (type == "BertNormalizer") return read_bert_normalizer(definition);
  if (type == "Precompiled") return read_precompiled_normalizer(definition);
  refuse("the type \"" + type + "\"");
}

}  // namespace

std::unique_ptr<const Normalizer> read_normalizer(const Json& definition) {
  if (definition.is_null()) return nullptr;
  return within("normalizer", [&]() -> std::unique_ptr<const Normalizer> { return read_normalizer_stage(definition); });
}

}  // namespace headlight::tokenization
