#include "tests/plugins/planted_gpt2.hpp"

#include <cmath>
#include <numeric>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "tests/support/tiny_model.hpp"

namespace headlight::testing_support {
namespace {

constexpr double kGpt2Epsilon = 1e-5;
constexpr int kInner = 4;      // of the MLPs, which are zero
constexpr double kMatch = 25;  // score of one matching pair of wires

// A layer norm that gives back rows of `n_ones` ones and zeros else.
void undo_norm(TinyModel& model, const std::string& name, int n_ones, double gain = 1) {
  const double mean = static_cast<double>(n_ones) / PlantedGpt2::kWidth;
  const double deviation = std::sqrt(mean - mean * mean + kGpt2Epsilon);
  const auto n = static_cast<size_t>(PlantedGpt2::kWidth);
  model.tensors[name + ".weight"] =
      make_tensor({PlantedGpt2::kWidth}, std::vector<float>(n, static_cast<float>(gain * deviation)));
  model.tensors[name + ".bias"] = make_tensor({PlantedGpt2::kWidth}, std::vector<float>(n, static_cast<float>(mean)));
}

TinyTensor zeros(Shape shape) {
  const auto n = static_cast<size_t>(n_elements(shape));
  return make_tensor(std::move(shape), std::vector<float>(n, 0.0f));
}

// [row, dimension]: row r is one at first + r.
TinyTensor one_hot_rows(int n_rows, int first) {
  std::vector<float> numbers(static_cast<size_t>(n_rows) * PlantedGpt2::kWidth, 0.0f);
  for (int row = 0; row < n_rows; ++row) numbers[static_cast<size_t>(row * PlantedGpt2::kWidth + first + row)] = 1;
  return make_tensor({n_rows, PlantedGpt2::kWidth}, numbers);
}

int permuted(const std::vector<int>& permutation, int x) { return permutation.empty() ? x : permutation[static_cast<size_t>(x)]; }

}  // namespace

PlantedGpt2::PlantedGpt2() : layers_(kLayers), extra_one_(kLayers, false) {
  const auto width = static_cast<size_t>(kWidth);
  for (Layer& layer : layers_) {
    layer.qkv.assign(width * 3 * width, 0.0f);
    layer.qkv_bias.assign(3 * width, 0.0f);
    layer.out.assign(width * width, 0.0f);
  }
}

float& PlantedGpt2::fused(int layer, int row, Part part, int head, int channel) {
  return layers_[static_cast<size_t>(layer)]
      .qkv[static_cast<size_t>(row * 3 * kWidth + part * kWidth + head * kHeadWidth + channel)];
}

void PlantedGpt2::check(HeadId head, int channel, int dimension) const {
  if (head.layer < 0 || head.layer >= kLayers || head.head < 0 || head.head >= kHeads || channel < 0 || channel >= kHeadWidth ||
      dimension < 0 || dimension >= kWidth)
    throw Error(ErrorCode::internal, "a wire that the planted model has no room for");
}

void PlantedGpt2::query(HeadId head, int channel, int dimension, double strength) {
  check(head, channel, dimension);
  fused(head.layer, dimension, kQuery, head.head, channel) += static_cast<float>(strength * kMatch);
}

void PlantedGpt2::key(HeadId head, int channel, int dimension, double strength) {
  check(head, channel, dimension);
  fused(head.layer, dimension, kKey, head.head, channel) += static_cast<float>(strength * std::sqrt(kHeadWidth));
}

void PlantedGpt2::query_always(HeadId head, int channel, double strength) {
  check(head, channel, 0);
  layers_[static_cast<size_t>(head.layer)].qkv_bias[static_cast<size_t>(head.head * kHeadWidth + channel)] +=
      static_cast<float>(strength * kMatch);
}

void PlantedGpt2::copy_tokens(HeadId head) {
  for (int id = 0; id < kTokens; ++id) {
    fused(head.layer, token(id), kValue, head.head, id) = 1;
    layers_[static_cast<size_t>(head.layer)].out[static_cast<size_t>((head.head * kHeadWidth + id) * kWidth + copied(id))] = 1;
  }
  for (int layer = head.layer + 1; layer < kLayers; ++layer) extra_one_[static_cast<size_t>(layer)] = true;
}

void PlantedGpt2::predict_tokens(HeadId head) {
  constexpr float kVote = 10;  // over the token that stands there
  final_gain_ = 20;
  for (int id = 0; id < kTokens; ++id) {
    fused(head.layer, token(id), kValue, head.head, id) = 1;
    layers_[static_cast<size_t>(head.layer)].out[static_cast<size_t>((head.head * kHeadWidth + id) * kWidth + token(id))] = kVote;
  }
}

void PlantedGpt2::look_back(HeadId head, int offset, const std::vector<int>& places) {
  for (int position = 0; position < kPlaces; ++position) {
    query(head, permuted(places, position), place(position));
    if (position + offset < kPlaces) key(head, position + offset, place(position));
  }
}

void PlantedGpt2::look_at_duplicate(HeadId head, const std::vector<int>& tokens) {
  for (int id = 0; id < kTokens; ++id) {
    query(head, permuted(tokens, id), token(id));
    key(head, id, token(id));
  }
  for (int position = 0; position < kPlaces; ++position) {  // not at itself
    query(head, kTokens + position, place(position));
    key(head, kTokens + position, place(position), -2);
  }
}

void PlantedGpt2::look_after_duplicate(HeadId head, const std::vector<int>& tokens) {
  for (int id = 0; id < kTokens; ++id) {
    query(head, permuted(tokens, id), token(id));
    key(head, id, copied(id));
  }
}

void PlantedGpt2::look_at_place(HeadId head, int position) {
  query_always(head, 0);
  key(head, 0, place(position));
}

void PlantedGpt2::write(const std::filesystem::path& folder) const {
  TinyModel model;
  model.config = Json::object({{"model_type", "gpt2"},
                               {"n_layer", kLayers},
                               {"n_head", kHeads},
                               {"n_embd", kWidth},
                               {"n_inner", kInner},
                               {"vocab_size", kTokens},
                               {"n_positions", kPlaces},
                               {"layer_norm_epsilon", kGpt2Epsilon},
                               {"bos_token_id", 0},
                               {"eos_token_id", 0}});
  for (int i = 0; i < kLayers; ++i) {
    const std::string name = "transformer.h." + std::to_string(i) + ".";
    const Layer& layer = layers_[static_cast<size_t>(i)];
    undo_norm(model, name + "ln_1", extra_one_[static_cast<size_t>(i)] ? 3 : 2);
    undo_norm(model, name + "ln_2", 2);
    model.tensors[name + "attn.c_attn.weight"] = make_tensor({kWidth, 3 * kWidth}, layer.qkv);
    model.tensors[name + "attn.c_attn.bias"] = make_tensor({3 * kWidth}, layer.qkv_bias);
    model.tensors[name + "attn.c_proj.weight"] = make_tensor({kWidth, kWidth}, layer.out);
    model.tensors[name + "attn.c_proj.bias"] = zeros({kWidth});
    model.tensors[name + "mlp.c_fc.weight"] = zeros({kWidth, kInner});
    model.tensors[name + "mlp.c_fc.bias"] = zeros({kInner});
    model.tensors[name + "mlp.c_proj.weight"] = zeros({kInner, kWidth});
    model.tensors[name + "mlp.c_proj.bias"] = zeros({kWidth});
  }
  model.tensors["transformer.wte.weight"] = one_hot_rows(kTokens, token(0));
  model.tensors["transformer.wpe.weight"] = one_hot_rows(kPlaces, place(0));
  undo_norm(model, "transformer.ln_f", extra_one_.back() ? 3 : 2, final_gain_);
  model.write(folder);
}

std::vector<int> derangement(int n) {
  std::vector<int> order(static_cast<size_t>(n)), moved(order.size());
  std::iota(order.begin(), order.end(), 0);
  Random(5).shuffle(order);
  for (size_t i = 0; i < order.size(); ++i)
    moved[static_cast<size_t>(order[i])] = order[(i + 1) % order.size()];  // one cycle through all
  return moved;
}

}  // namespace headlight::testing_support
