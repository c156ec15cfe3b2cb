#include "core/engine/attention.hpp"

#include <cmath>
#include <limits>

#include "core/tensor/product.hpp"
#include "core/tensor/rows.hpp"

namespace headlight {
namespace {

constexpr size_t kTileQueries = 128;

// Some consecutive query rows of one lane.
struct Tile {
  size_t lane = 0;
  size_t begin = 0, n = 0;  // rows of the lane
  size_t n_keys = 0;        // keys that any of them may see: positions 0 .. n_keys - 1
};

std::vector<Tile> tiles_of(const std::vector<LaneRows>& queries) {
  std::vector<Tile> tiles;
  for (size_t lane = 0; lane < queries.size(); ++lane) {
    const auto& positions = queries[lane].positions;
    for (size_t begin = 0; begin < positions.size(); begin += kTileQueries) {
      const size_t n = std::min(kTileQueries, positions.size() - begin);
      tiles.push_back({lane, begin, n, static_cast<size_t>(positions[begin + n - 1]) + 1});
    }
  }
  return tiles;
}

template <typename T>
class TileWork {
 public:
  TileWork(const AttentionInput<T>& input, const Tile& tile)
      : in_(input),
        tile_(tile),
        lane_((*input.lanes)[tile.lane]),
        queries_((*input.queries)[tile.lane]),
        keys_((*input.keys)[tile.lane]),
        layer_(input.model->layers[static_cast<size_t>(input.layer)]),
        heads_(input.model->attention) {}

  // scores [query, key] of one head, scaled and capped; masked keys are -infinity.
  void scores(int head, T* scores) const {
    const size_t d_head = width(), q_stride = heads_q() * d_head, kv_stride = heads_kv() * d_head;
    const T scale = static_cast<T>(layer_.score_scale != 0 ? layer_.score_scale : heads_.score_scale);
    const MatrixRef<T> q{in_.q + (queries_.first + tile_.begin) * q_stride + static_cast<size_t>(head) * d_head, q_stride, false};
    const auto [past, own] = key_split();
    if (past > 0) product(tile_.n, past, d_head, scale, q, {past_rows(&CleanRun<T>::Layer::k, head), kv_stride, true}, scores, tile_.n_keys, Accumulate::no);
    product(tile_.n, own, d_head, scale, q, {own_rows(in_.k, head), kv_stride, true}, scores + past, tile_.n_keys, Accumulate::no);
    if (heads_.score_soft_cap != 0) soft_cap(std::span<T>(scores, tile_.n * tile_.n_keys), heads_.score_soft_cap);
    const bool alibi = in_.model->positions == PositionScheme::alibi;
    for (size_t row = 0; row < tile_.n; ++row) {
      T* line = scores + row * tile_.n_keys;
      const auto [from, to] = visible(row);
      std::fill(line, line + from, -std::numeric_limits<T>::infinity());
      std::fill(line + to, line + tile_.n_keys, -std::numeric_limits<T>::infinity());
      if (alibi)
        for (size_t key = from; key < to; ++key)
          line[key] += static_cast<T>(alibi_bias(in_.model->alibi, head, static_cast<int>(key), position(row)));
    }
    edit(SiteKind::attn_scores, head, scores);
  }

  // In place, scores to pattern: masked keys become 0.
  void normalize(int head, T* scores) const {
    for (size_t row = 0; row < tile_.n; ++row) {
      T* line = scores + row * tile_.n_keys;
      const auto [from, to] = visible(row);
      std::fill(line, line + from, T{0});
      std::fill(line + to, line + tile_.n_keys, T{0});
      softmax_row(line + from, to - from, in_.sinks ? in_.sinks + head : nullptr);
    }
    edit(SiteKind::pattern, head, scores);
  }

  void mix_values(int head, const T* pattern, T* z) const {
    const size_t d_head = width(), z_stride = heads_q() * d_head, kv_stride = heads_kv() * d_head;
    T* out = z + (queries_.first + tile_.begin) * z_stride + static_cast<size_t>(head) * d_head;
    const auto [past, own] = key_split();
    const MatrixRef<T> p{pattern, tile_.n_keys, false};
    if (past > 0) product(tile_.n, d_head, past, T{1}, p, {past_rows(&CleanRun<T>::Layer::v, head), kv_stride, false}, out, z_stride, Accumulate::no);
    product(tile_.n, d_head, own, T{1}, {pattern + past, tile_.n_keys, false}, {own_rows(in_.v, head), kv_stride, false}, out, z_stride,
            past > 0 ? Accumulate::yes : Accumulate::no);
  }

  void hand_over(SiteKind kind, const T* values) const {
    in_.captures->handler->on_capture({.site = {.kind = kind, .layer = in_.layer},
                                       .lane = tile_.lane,
                                       .query_begin = queries_.positions[tile_.begin],
                                       .n_queries = static_cast<int>(tile_.n),
                                       .n_heads = heads_.n_heads,
                                       .n_keys = static_cast<int>(tile_.n_keys),
                                       .width = 0,
                                       .values = values});
  }

 private:
  size_t width() const { return static_cast<size_t>(heads_.d_head); }
  size_t heads_q() const { return static_cast<size_t>(heads_.n_heads); }
  size_t heads_kv() const { return static_cast<size_t>(heads_.n_kv_heads); }
  int position(size_t row) const { return queries_.positions[tile_.begin + row]; }

  // Keys [from, to) that the row's query may see.
  std::pair<size_t, size_t> visible(size_t row) const {
    const int to = position(row) + 1;
    const int from = layer_.window > 0 ? std::max(0, to - layer_.window) : 0;
    return {static_cast<size_t>(from), static_cast<size_t>(to)};
  }
  // How many of the tile's keys come from the clean run, and how many from this pass.
  std::pair<size_t, size_t> key_split() const {
    const size_t past = std::min(static_cast<size_t>(lane_.begin), tile_.n_keys);
    return {past, tile_.n_keys - past};
  }
  size_t kv_column(int head) const { return static_cast<size_t>(in_.model->kv_head_of(head)) * width(); }
  const T* own_rows(const T* rows, int head) const { return rows + keys_.first * heads_kv() * width() + kv_column(head); }
  const T* past_rows(Buffer<T> CleanRun<T>::Layer::*rows, int head) const {
    const auto& clean = lane_.clean->layers[static_cast<size_t>(in_.layer)].*rows;
    return clean.data() + lane_.clean_row * heads_kv() * width() + kv_column(head);
  }
  void edit(SiteKind kind, int head, T* values) const {
    for (const Edit& edit : lane_.edits) {
      if (edit.site != kind || edit.layer != in_.layer || (edit.head >= 0 && edit.head != head)) continue;
      const T factor = edit.op == EditOp::zero ? T{0} : static_cast<T>(edit.factor);
      for (size_t row = 0; row < tile_.n; ++row) {
        if (position(row) < edit.begin || (edit.end >= 0 && position(row) >= edit.end)) continue;
        const auto [from, to] = visible(row);
        for (size_t key = from; key < to; ++key) values[row * tile_.n_keys + key] *= factor;
      }
    }
  }

  const AttentionInput<T>& in_;
  const Tile& tile_;
  const Lane<T>& lane_;
  const LaneRows& queries_;
  const LaneRows& keys_;
  const LayerDescription& layer_;
  const AttentionDescription& heads_;
};

}  // namespace

template <typename T>
void attend(ThreadPool& pool, const AttentionInput<T>& input, T* z) {
  const auto tiles = tiles_of(*input.queries);
  const auto n_heads = static_cast<size_t>(input.model->attention.n_heads);
  const bool scores = input.captures->wants(SiteKind::attn_scores, input.layer);
  const bool patterns = input.captures->wants(SiteKind::pattern, input.layer);
  if (!scores && !patterns) {
    pool.parallel_for(tiles.size() * n_heads, [&](size_t item) {
      thread_local Buffer<T> matrix;  // [query, key], reused
      const Tile& tile = tiles[item / n_heads];
      const int head = static_cast<int>(item % n_heads);
      matrix.resize(tile.n * tile.n_keys);
      const TileWork<T> work(input, tile);
      work.scores(head, matrix.data());
      work.normalize(head, matrix.data());
      work.mix_values(head, matrix.data(), z);
    });
    return;
  }
  Buffer<T> matrices;  // [head, query, key]
  for (const Tile& tile : tiles) {
    const TileWork<T> work(input, tile);
    const size_t area = tile.n * tile.n_keys;
    matrices.resize(n_heads * area);
    pool.parallel_for(n_heads, [&](size_t head) { work.scores(static_cast<int>(head), matrices.data() + head * area); });
    if (scores) work.hand_over(SiteKind::attn_scores, matrices.data());
    pool.parallel_for(n_heads, [&](size_t head) {
      work.normalize(static_cast<int>(head), matrices.data() + head * area);
      work.mix_values(static_cast<int>(head), matrices.data() + head * area, z);
    });
    if (patterns) work.hand_over(SiteKind::pattern, matrices.data());
  }
}

template void attend<float>(ThreadPool&, const AttentionInput<float>&, float*);
template void attend<double>(ThreadPool&, const AttentionInput<double>&, double*);

}  // namespace headlight
