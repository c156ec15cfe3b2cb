#include "core/host/forward_run.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>

#include "core/base/error.hpp"
#include "core/checkpoint/safetensors_dtype.hpp"
#include "core/engine/forward.hpp"
#include "core/engine/site_means.hpp"

namespace headlight {
namespace {

constexpr size_t kRowsAtOnce = 2048;

std::vector<std::int64_t> integers(const TensorEntry& entry) {
  if (entry.dtype != DType::i64 || entry.shape.size() != 2)
    throw Error(ErrorCode::bad_input, "\"" + entry.name + "\" is " + std::string(to_string(entry.dtype)) + " " + to_string(entry.shape) +
                                          "; it must be int64 [prompt, token]");
  std::vector<std::int64_t> values(entry.bytes.size() / 8);
  std::memcpy(values.data(), entry.bytes.data(), entry.bytes.size());
  return values;
}

// Which tokens count, of a mask of any integers or booleans: an element with a bit set.
std::vector<bool> read_mask(const TensorEntry& entry) {
  if (is_floating(entry.dtype))
    throw Error(ErrorCode::bad_input, "\"" + entry.name + "\" is " + std::string(to_string(entry.dtype)) + "; it must be integers or booleans, 0 for padding");
  const size_t size = size_of(entry.dtype), n = entry.bytes.size() / size;
  std::vector<bool> counts(n);
  for (size_t i = 0; i < n; ++i)
    counts[i] = std::ranges::any_of(entry.bytes.subspan(i * size, size), [](std::byte byte) { return byte != std::byte{0}; });
  return counts;
}

template <typename T>
std::vector<std::vector<T>>& numbers(ForwardTensors& memory) {
  if constexpr (sizeof(T) == 4)
    return memory.floats;
  else
    return memory.doubles;
}

// Captured sites as padded tensors: matrices [prompt, head, token, token], sites with heads [prompt, token, head, width], others
// [prompt, token, width].
template <typename T>
class Padded : public CaptureHandler<T> {
 public:
  Padded(const ForwardJob& job, ForwardTensors& memory) : job_(job), memory_(memory) {}

  size_t first_prompt = 0;  // of the pass that runs

  void on_capture(const Capture<T>& c) override {
    const size_t prompt = first_prompt + c.lane, n = job_.n_columns;
    const auto& places = job_.places[prompt];
    const auto n_heads = static_cast<size_t>(c.n_heads), width = static_cast<size_t>(c.width);
    const bool matrix = is_attention_matrix(c.site.kind);
    std::vector<T>& out = tensor(c, matrix ? n_heads * n * n : n * n_heads * width);
    const auto column = [&](int token) { return static_cast<size_t>(places[static_cast<size_t>(token)]); };
    for (int query = 0; query < c.n_queries; ++query) {
      const size_t row = column(c.query_begin + query);
      if (!matrix) {
        std::copy_n(c.values + static_cast<size_t>(query) * n_heads * width, n_heads * width, out.data() + (prompt * n + row) * n_heads * width);
        continue;
      }
      for (size_t head = 0; head < n_heads; ++head)
        for (int key = 0; key < c.n_keys; ++key)
          out[((prompt * n_heads + head) * n + row) * n + column(key)] =
              c.values[(head * static_cast<size_t>(c.n_queries) + static_cast<size_t>(query)) * static_cast<size_t>(c.n_keys) + static_cast<size_t>(key)];
    }
  }

  void add_to(SafetensorsWriter& out) const {
    for (const auto& [site, entry] : tensors_) out.add(to_string(site), entry.shape, std::span<const T>(numbers<T>(memory_)[entry.index]));
  }

 private:
  struct Entry {
    size_t index = 0;
    Shape shape;
  };

  std::vector<T>& tensor(const Capture<T>& c, size_t per_prompt) {
    const auto [found, is_new] = tensors_.try_emplace(c.site);
    if (is_new) {
      const auto n_prompts = static_cast<std::int64_t>(job_.prompts.size()), n = static_cast<std::int64_t>(job_.n_columns);
      found->second.index = numbers<T>(memory_).size();
      if (is_attention_matrix(c.site.kind))
        found->second.shape = {n_prompts, c.n_heads, n, n};
      else if (has_heads(c.site.kind))
        found->second.shape = {n_prompts, n, c.n_heads, c.width};
      else
        found->second.shape = {n_prompts, n, c.width};
      numbers<T>(memory_).emplace_back(job_.prompts.size() * per_prompt, T{0});
    }
    return numbers<T>(memory_)[found->second.index];
  }

  const ForwardJob& job_;
  ForwardTensors& memory_;
  std::map<Site, Entry> tensors_;
};

// The job's edits, whose positions are columns of the batch, as edits of the prompt's own positions.
std::vector<Edit> edits_of(const std::vector<Edit>& edits, const std::vector<int>& places) {
  std::vector<Edit> shifted;
  const int first = places.front(), n = static_cast<int>(places.size());
  for (Edit edit : edits) {
    edit.begin = std::max(0, edit.begin - first);
    if (edit.end >= 0) edit.end -= first;
    if (edit.begin >= n || (edit.end >= 0 && edit.end <= edit.begin)) continue;
    shifted.push_back(std::move(edit));
  }
  return shifted;
}

}  // namespace

ForwardJob read_token_file(const std::filesystem::path& path) {
  const SafetensorsFile file(path);
  const TensorEntry& ids = file.at("input_ids");
  const auto values = integers(ids);
  const auto n_prompts = static_cast<size_t>(ids.shape[0]), n_columns = static_cast<size_t>(ids.shape[1]);
  std::vector<bool> mask(values.size(), true);
  if (const TensorEntry* entry = file.find("attention_mask")) {
    if (entry->shape != ids.shape) throw Error(ErrorCode::bad_input, "attention_mask is " + to_string(entry->shape) + " but input_ids " + to_string(ids.shape));
    mask = read_mask(*entry);
  }
  ForwardJob job;
  job.n_columns = n_columns;
  for (size_t p = 0; p < n_prompts; ++p) {
    auto& prompt = job.prompts.emplace_back();
    auto& places = job.places.emplace_back();
    for (size_t i = 0; i < n_columns; ++i) {
      if (!mask[p * n_columns + i]) continue;
      if (!places.empty() && places.back() + 1 != static_cast<int>(i))
        throw Error(ErrorCode::bad_input, "the attention_mask of prompt " + std::to_string(p) + " has a hole before column " + std::to_string(i) + ": only padding on the left or the right is understood");
      const std::int64_t id = values[p * n_columns + i];
      if (id != static_cast<TokenId>(id)) throw Error(ErrorCode::bad_input, "token " + std::to_string(id) + " of prompt " + std::to_string(p) + " is outside any vocabulary");
      prompt.push_back(static_cast<TokenId>(id));
      places.push_back(static_cast<int>(i));
    }
    if (prompt.empty()) throw Error(ErrorCode::bad_input, "prompt " + std::to_string(p) + " of the token file has no tokens");
  }
  if (job.prompts.empty()) throw Error(ErrorCode::bad_input, "the token file has no prompts");
  return job;
}

template <typename T>
void run_forward(const Model& model, const ForwardJob& job, SafetensorsWriter& out, ForwardTensors& memory) {
  ThreadPool pool(job.n_threads);
  Forward<T> forward(model, pool);
  for (const Edit& edit : job.edits) check_edit(edit, model.description());

  std::vector<Edit> edits = job.edits;
  std::set<Site> mean_sites;
  collect_mean_sites(edits, mean_sites);
  if (!mean_sites.empty()) {
    std::vector<std::span<const TokenId>> prompts(job.prompts.begin(), job.prompts.end());
    edits = with_means(edits, site_means(forward, mean_sites, prompts, kRowsAtOnce), model.description());
  }

  const size_t vocab = forward.vocab_size(), n = job.n_columns;
  const size_t logits_index = numbers<T>(memory).size();
  numbers<T>(memory).emplace_back(job.prompts.size() * n * vocab, T{0});
  Padded<T> padded(job, memory);
  for (size_t first = 0; first < job.prompts.size();) {
    PassRequest<T> request;
    std::vector<std::vector<Edit>> lane_edits;
    size_t rows = 0, last = first;
    while (last < job.prompts.size() && (last == first || rows + job.prompts[last].size() <= kRowsAtOnce)) rows += job.prompts[last++].size();
    for (size_t p = first; p < last; ++p) lane_edits.push_back(edits_of(edits, job.places[p]));
    for (size_t p = first; p < last; ++p) request.lanes.push_back({.tokens = job.prompts[p], .edits = lane_edits[p - first]});
    request.lanes_apart = true;
    request.captures = {.sites = job.captures, .handler = &padded};
    padded.first_prompt = first;
    const FinalRows<T>& final_rows = forward.run(request);
    for (size_t p = first; p < last; ++p) {
      const LaneRows& lane = final_rows.lanes[p - first];
      T* row = numbers<T>(memory)[logits_index].data() + (p * n + static_cast<size_t>(job.places[p].front())) * vocab;
      forward.logits(final_rows.values.data() + lane.first * forward.d_model(), lane.positions.size(), row);
    }
    first = last;
  }
  out.add("logits", {static_cast<std::int64_t>(job.prompts.size()), static_cast<std::int64_t>(n), static_cast<std::int64_t>(vocab)},
          std::span<const T>(numbers<T>(memory)[logits_index]));
  padded.add_to(out);
}

template void run_forward<float>(const Model&, const ForwardJob&, SafetensorsWriter&, ForwardTensors&);
template void run_forward<double>(const Model&, const ForwardJob&, SafetensorsWriter&, ForwardTensors&);

}  // namespace headlight
