// Every model beside the repository opens with the facts that its files state, and the description and the views that come
// of it give the logits, patterns and z that transformers computed (float32, eager).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "core/base/json.hpp"
#include "core/checkpoint/checkpoint.hpp"
#include "core/checkpoint/safetensors.hpp"
#include "tests/support/naive_forward.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;
using testing_support::naive_forward;
using testing_support::NaiveForward;

const fs::path kShared = fs::path(HEADLIGHT_SOURCE_DIR) / ".." / "shared";
constexpr double kTolerance = 5e-5;  // float32 logits up to 20; the largest difference seen is 3e-5

std::vector<fs::path> folders_of(const fs::path& parent) {
  std::vector<fs::path> folders;
  if (!fs::is_directory(parent)) return folders;
  for (const auto& entry : fs::recursive_directory_iterator(parent))
    if (entry.is_directory() && is_model_folder(entry.path())) folders.push_back(entry.path());
  std::sort(folders.begin(), folders.end());
  return folders;
}

// The first of these fields that the config has.
std::optional<std::int64_t> stated(const Json& config, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (config[name].is_integer()) return config[name].as_integer();
  return std::nullopt;
}

void expect_facts(const fs::path& folder) {
  const Json config = parse_json_file(folder / "config.json");
  const Checkpoint checkpoint = open_checkpoint(folder);
  const ModelDescription& model = checkpoint.description;
  EXPECT_EQ(model.architecture, config["model_type"].as_string());
  EXPECT_EQ(model.n_layers, stated(config, {"n_layer", "num_layers", "num_hidden_layers"}));
  EXPECT_EQ(model.attention.n_heads, stated(config, {"n_head", "num_heads", "num_attention_heads"}));
  EXPECT_EQ(model.d_model, stated(config, {"n_embd", "hidden_size"}));
  EXPECT_EQ(model.vocab_size, stated(config, {"vocab_size"}));
  EXPECT_EQ(checkpoint.weights.layers.size(), static_cast<std::size_t>(model.n_layers));
  EXPECT_EQ(checkpoint.weights.token_embedding.n_in, model.vocab_size);
  EXPECT_EQ(checkpoint.weights.unembedding.matrix.n_out, model.vocab_size);
  EXPECT_EQ(checkpoint.fingerprint.size(), 32u);
  for (const std::string& note : checkpoint.notes) EXPECT_THAT(note, testing::Not(testing::HasSubstr("no place")));
}

// An axis-by-axis look at a stored float32 tensor.
class Expected {
 public:
  explicit Expected(const TensorEntry& tensor) : tensor_(tensor) {}

  double at(std::initializer_list<std::size_t> indices) const {
    std::size_t offset = 0, axis = 0;
    for (const std::size_t index : indices) offset = offset * static_cast<std::size_t>(tensor_.shape[axis++]) + index;
    float value;
    std::memcpy(&value, tensor_.bytes.data() + 4 * offset, 4);
    return value;
  }

 private:
  const TensorEntry& tensor_;
};

struct LargestDifference {
  double value = 0;
  void see(double found, double expected) { value = std::max(value, std::isnan(found) ? INFINITY : std::abs(found - expected)); }
};

void expect_parity(const fs::path& folder) {
  const Checkpoint checkpoint = open_checkpoint(folder);
  const SafetensorsFile file(folder / "expected.safetensors");
  const TensorEntry& ids = file.at("input_ids");
  std::vector<std::int64_t> tokens(static_cast<std::size_t>(ids.shape[1]));
  std::memcpy(tokens.data(), ids.bytes.data(), 8 * tokens.size());  // the first prompt
  const NaiveForward result = naive_forward(checkpoint, tokens);

  LargestDifference logits, residual, pattern, z;
  const Expected expected_logits(file.at("logits"));
  for (std::size_t t = 0; t < tokens.size(); ++t)
    for (std::size_t v = 0; v < result.logits[t].size(); ++v) logits.see(result.logits[t][v], expected_logits.at({0, t, v}));
  for (std::size_t layer = 0; layer < result.z.size(); ++layer) {
    const std::string end = "." + std::to_string(layer);
    const Expected hidden(file.at("hidden" + end)), expected_pattern(file.at("pattern" + end)), expected_z(file.at("z" + end));
    for (std::size_t t = 0; t < tokens.size(); ++t) {
      for (std::size_t d = 0; d < result.residuals[layer][t].size(); ++d)
        residual.see(result.residuals[layer][t][d], hidden.at({0, t, d}));
      for (std::size_t head = 0; head < result.z[layer].size(); ++head) {
        const auto& row = result.z[layer][head][t];
        for (std::size_t d = 0; d < row.size(); ++d) z.see(row[d], expected_z.at({0, t, head, d}));
        for (std::size_t key = 0; key < tokens.size(); ++key)
          pattern.see(result.patterns[layer][head][t][key], expected_pattern.at({0, head, t, key}));
      }
    }
  }
  EXPECT_LT(residual.value, kTolerance);
  EXPECT_LT(pattern.value, kTolerance);
  EXPECT_LT(z.value, kTolerance);
  EXPECT_LT(logits.value, kTolerance);
}

class SharedModel : public testing::TestWithParam<const char*> {
 protected:
  std::vector<fs::path> folders() const { return folders_of(kShared / GetParam()); }
};

TEST_P(SharedModel, OpensWithTheFactsOfItsConfig) {
  if (folders().empty()) GTEST_SKIP() << "there are no models in " << kShared;
  for (const fs::path& folder : folders()) {
    SCOPED_TRACE(folder.filename());
    EXPECT_NO_THROW(expect_facts(folder));
  }
}

INSTANTIATE_TEST_SUITE_P(Everywhere, SharedModel, testing::Values("models", "fixtures/parity"));

TEST(SharedFixture, GivesTheLogitsPatternsAndZOfTransformers) {
  const auto folders = folders_of(kShared / "fixtures" / "parity");
  if (folders.empty()) GTEST_SKIP() << "there are no fixtures in " << kShared;
  for (const fs::path& folder : folders) {
    SCOPED_TRACE(folder.filename());
    EXPECT_NO_THROW(expect_parity(folder));
  }
}

TEST(SharedFixture, HasTheSameFingerprintWithEitherStyleOfConfig) {
  const auto folders = folders_of(kShared / "fixtures" / "parity");
  if (folders.empty()) GTEST_SKIP() << "there are no fixtures in " << kShared;
  for (const fs::path& folder : folders) {
    const fs::path twin = folder.string() + ".v4";
    if (!is_model_folder(twin)) continue;
    SCOPED_TRACE(folder.filename());
    EXPECT_EQ(open_checkpoint(folder).fingerprint, open_checkpoint(twin).fingerprint);
  }
}

TEST(SharedModelPair, OfOneFileAndOfShardsHasOneFingerprint) {
  const fs::path models = kShared / "models";
  if (!is_model_folder(models / "babyllama-char105-sharded")) GTEST_SKIP() << "there are no models in " << kShared;
  EXPECT_EQ(open_checkpoint(models / "babyllama-char105").fingerprint,
            open_checkpoint(models / "babyllama-char105-sharded").fingerprint);
}

}  // namespace
}  // namespace headlight
