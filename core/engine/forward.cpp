#include "core/engine/forward.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/engine/block.hpp"
#include "core/engine/vocabulary.hpp"
#include "core/tensor/rows.hpp"

namespace headlight {

template <typename T>
struct Forward<T>::State {
  State(const Model& model_in, ThreadPool& pool_in)
      : model(model_in), description(model.description()), pool(pool_in), reader(pool, model.random.get()), parameters(model.weights(), reader) {
    for (const RotaryDescription& rotary : description.rotaries) rotaries.emplace_back(rotary);
  }

  void check(const Lane<T>& lane) const;
  void lay_out(const PassRequest<T>& request);
  void embed(const std::vector<Lane<T>>& lanes);
  void take_up(const PassRequest<T>& request);
  void finish(const PassRequest<T>& request);
  size_t width() const { return static_cast<size_t>(description.d_model); }

  const Model model;
  const ModelDescription& description;
  ThreadPool& pool;
  WeightReader<T> reader;
  Parameters<T> parameters;
  Vocabulary<T> vocabulary{model.weights(), reader, pool};
  std::vector<RotaryTables<T>> rotaries;
  Rows<T> rows;
  BlockScratch<T> scratch;
  FinalRows<T> final_rows;
  Buffer<T> token_column;
};

template <typename T>
Forward<T>::Forward(const Model& model, ThreadPool& pool) : state_(std::make_unique<State>(model, pool)) {}
template <typename T>
Forward<T>::~Forward() = default;

template <typename T>
void Forward<T>::State::check(const Lane<T>& lane) const {
  const auto length = static_cast<int>(lane.tokens.size());
  if (length == 0) throw Error(ErrorCode::bad_input, "a prompt has no tokens");
  if (description.positions == PositionScheme::learned && length > description.n_ctx)
    throw Error(ErrorCode::bad_input, "a prompt has " + std::to_string(length) + " tokens, but the model has embeddings of " +
                                          std::to_string(description.n_ctx) + " positions: shorten it");
  for (const TokenId token : lane.tokens)
    if (token < 0 || token >= description.vocab_size)
      throw Error(ErrorCode::bad_input, "token " + std::to_string(token) + " is outside the model's vocabulary of " +
                                            std::to_string(description.vocab_size));
}

template <typename T>
void Forward<T>::State::lay_out(const PassRequest<T>& request) {
  rows.lanes.clear();
  rows.n = 0;
  std::vector<int> lengths;
  for (const Lane<T>& lane : request.lanes) {
    check(lane);
    LaneRows placed{.first = rows.n, .positions = {}};
    for (int position = lane.begin; position < static_cast<int>(lane.tokens.size()); ++position) placed.positions.push_back(position);
    rows.n += placed.positions.size();
    lengths.push_back(static_cast<int>(lane.tokens.size()));
    rows.lanes.push_back(std::move(placed));
  }
  for (auto& rotary : rotaries) rotary.prepare(lengths);
  rows.residual.resize(rows.n * width());
}

template <typename T>
void Forward<T>::State::embed(const std::vector<Lane<T>>& lanes) {
  std::vector<TokenId> tokens;
  for (size_t l = 0; l < lanes.size(); ++l) {
    tokens.clear();
    for (const int position : rows.lanes[l].positions) tokens.push_back(lanes[l].tokens[static_cast<size_t>(position)]);
    vocabulary.embed(tokens, rows.residual.data() + rows.lanes[l].first * width());
  }
  if (description.embedding_scale != 1)
    for (T& value : rows.residual.span()) value *= static_cast<T>(description.embedding_scale);
  if (const auto& positions = model.weights().position_embedding) {
    Buffer<T> position_row(width());
    for (const LaneRows& placed : rows.lanes) {
      for (size_t r = 0; r < placed.positions.size(); ++r) {
        reader.row(*positions, placed.positions[r] + description.learned_position_offset, position_row.data());
        T* row = rows.residual.data() + (placed.first + r) * width();
        for (size_t i = 0; i < width(); ++i) row[i] += position_row[i];
      }
    }
  }
  if (description.has_embedding_norm)
    norm_rows(pool, description.embedding_norm, parameters.embedding_norm, rows.residual.data(), rows.n, width(), rows.residual.data());
}

// Copies the clean rows at the start point: the residual stream before the layer, and z where the pass begins there.
template <typename T>
void Forward<T>::State::take_up(const PassRequest<T>& request) {
  const size_t z_width = static_cast<size_t>(description.attention.n_heads) * static_cast<size_t>(description.attention.d_head);
  if (request.start.at_z) scratch.z.resize(rows.n * z_width);
  for (size_t l = 0; l < request.lanes.size(); ++l) {
    const Lane<T>& lane = request.lanes[l];
    const auto& clean = lane.clean->layers[static_cast<size_t>(request.start.layer)];
    const LaneRows& placed = rows.lanes[l];
    const size_t source = lane.clean_row + static_cast<size_t>(lane.begin);
    std::copy_n(clean.resid_pre.data() + source * width(), placed.positions.size() * width(), rows.residual.data() + placed.first * width());
    if (request.start.at_z)
      std::copy_n(clean.z.data() + source * z_width, placed.positions.size() * z_width, scratch.z.data() + placed.first * z_width);
  }
}

template <typename T>
void Forward<T>::State::finish(const PassRequest<T>& request) {
  const bool all = request.captures.wants(SiteKind::final_norm, 0);
  std::vector<size_t> sources;
  final_rows.lanes.clear();
  for (size_t l = 0; l < request.lanes.size(); ++l) {
    const LaneRows& lane = rows.lanes[l];
    const bool whole = all || request.lanes[l].wanted.empty() || lane.positions == request.lanes[l].wanted;
    final_rows.lanes.push_back({.first = sources.size(), .positions = whole ? lane.positions : request.lanes[l].wanted});
    for (const int position : final_rows.lanes.back().positions) {
      const auto place = std::lower_bound(lane.positions.begin(), lane.positions.end(), position) - lane.positions.begin();
      sources.push_back(lane.first + static_cast<size_t>(place));
    }
  }
  final_rows.values.resize(sources.size() * width());
  for (size_t row = 0; row < sources.size(); ++row)
    std::copy_n(rows.residual.data() + sources[row] * width(), width(), final_rows.values.data() + row * width());
  if (description.has_final_norm)
    norm_rows(pool, description.final_norm, parameters.final_norm, final_rows.values.data(), sources.size(), width(), final_rows.values.data());
  show(request.captures, Site{.kind = SiteKind::final_norm, .layer = 0}, final_rows.lanes, final_rows.values.data(), 1, description.d_model);
}

template <typename T>
const FinalRows<T>& Forward<T>::run(const PassRequest<T>& request) {
  State& s = *state_;
  s.lay_out(request);
  const bool from_clean = request.start.layer > 0 || request.start.at_z;
  if (from_clean) {
    s.take_up(request);
  } else {
    s.embed(request.lanes);
    show(request.captures, Site{.kind = SiteKind::embed, .layer = 0}, s.rows.lanes, s.rows.residual.data(), 1, s.description.d_model);
  }
  if (request.keep) request.keep->layers.resize(static_cast<size_t>(s.description.n_layers));

  const bool select = !request.captures.handler && !request.keep &&
                      std::all_of(request.lanes.begin(), request.lanes.end(), [](const Lane<T>& lane) { return !lane.wanted.empty(); });
  Block<T> block(s.model, s.pool, s.reader, s.parameters, s.rotaries, s.scratch);
  const int end = request.end_layer < 0 ? s.description.n_layers : request.end_layer;
  for (int layer = request.start.layer; layer < end; ++layer) {
    const bool given = request.start.at_z && layer == request.start.layer;
    block.run({.layer = layer,
               .lanes = &request.lanes,
               .captures = &request.captures,
               .z_is_given = given,
               .lanes_apart = request.lanes_apart,
               .only_wanted = select && !given && layer == end - 1,
               .keep = request.keep ? &request.keep->layers[static_cast<size_t>(layer)] : nullptr},
              s.rows);
  }
  s.finish(request);
  return s.final_rows;
}

template <typename T>
void Forward<T>::logits(const T* final_rows, size_t n_rows, T* out) {
  State& s = *state_;
  const auto n_vocab = static_cast<size_t>(s.description.vocab_size);
  const Buffer<T>& bias = s.parameters.unembedding_bias;
  s.vocabulary.unembed(final_rows, n_rows, out);
  s.pool.parallel_for(n_rows, [&](size_t row) {
    const std::span<T> logits(out + row * n_vocab, n_vocab);
    for (size_t i = 0; i < bias.size(); ++i) logits[i] += bias[i];
    if (s.description.logit_scale != 1)
      for (T& logit : logits) logit *= static_cast<T>(s.description.logit_scale);
    if (s.description.logit_soft_cap != 0) soft_cap(logits, s.description.logit_soft_cap);
  });
}

template <typename T>
double Forward<T>::logit(const T* final_row, TokenId token) {
  State& s = *state_;
  s.token_column.resize(s.width());
  s.vocabulary.direction(token, s.token_column.data());
  double sum = 0;
  for (size_t i = 0; i < s.width(); ++i) sum += static_cast<double>(final_row[i]) * static_cast<double>(s.token_column[i]);
  if (s.parameters.unembedding_bias.size()) sum += static_cast<double>(s.parameters.unembedding_bias[static_cast<size_t>(token)]);
  sum *= s.description.logit_scale;
  if (s.description.logit_soft_cap != 0) soft_cap(std::span<double>(&sum, 1), s.description.logit_soft_cap);
  return sum;
}

template <typename T>
size_t Forward<T>::d_model() const {
  return state_->width();
}
template <typename T>
size_t Forward<T>::vocab_size() const {
  return static_cast<size_t>(state_->description.vocab_size);
}

template <typename T>
size_t Forward<T>::clean_bytes_per_row() const {
  const auto& d = state_->description;
  const int heads = d.attention.d_head * (d.attention.n_heads + 2 * d.attention.n_kv_heads);
  return sizeof(T) * static_cast<size_t>(d.n_layers) * static_cast<size_t>(d.d_model + heads);
}

template <typename T>
size_t Forward<T>::pass_bytes_per_row() const {
  const auto& d = state_->description;
  const int heads = 2 * d.attention.d_head * (d.attention.n_heads + d.attention.n_kv_heads);
  return sizeof(T) * static_cast<size_t>(5 * d.d_model + heads + 2 * std::max({d.mlp.d_mlp, d.mlp.d_expert, d.mlp.d_shared}));
}

template class Forward<float>;
template class Forward<double>;

}  // namespace headlight
