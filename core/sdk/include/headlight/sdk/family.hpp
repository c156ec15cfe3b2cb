// A family observes: one object per run; captures of a prompt come between begin and end.
#pragma once

#include <headlight/sdk/circuits.hpp>
#include <headlight/sdk/manifest.hpp>
#include <headlight/sdk/sight.hpp>

#include <algorithm>
#include <vector>

namespace headlight::sdk {

class Host {
 public:
  explicit Host(const headlight_host* raw) : raw_(raw) {}
  const headlight_model& model() const { return *raw_->model; }
  double parameter(size_t index) const { return raw_->parameters[index]; }
  // All prompts of the run, for what only many of them say, such as how often something is.
  std::vector<Prompt> prompts() const {
    std::vector<Prompt> prompts;
    for (int i = 0; i < raw_->n_prompts; ++i) prompts.emplace_back(*raw_->prompts[i]);
    return prompts;
  }
  // Of a family that needs them.
  Circuits circuits() const { return Circuits(*raw_->circuits, model()); }
  void emit(uint32_t output, const HeadGrid& grid) const { detail::check(raw_->emit(raw_->context, output, grid.values(), grid.present())); }
  const headlight_host* raw() const { return raw_; }

 private:
  const headlight_host* raw_;
};

class Family {
 public:
  explicit Family(const headlight_host* host) : host_(host) {}
  virtual ~Family() = default;
  virtual void begin(const Prompt& prompt) = 0;
  virtual void observe(const Capture& capture) = 0;
  virtual void end() = 0;  // emits

  const Host& host() const { return host_; }
  const headlight_model& model() const { return host_.model(); }

 private:
  Host host_;
};

// Means over what is seen of a prompt: one running sum for each output and head. Heads that nothing was added for count as not
// measured.
class Tally {
 public:
  Tally(const headlight_model& model, size_t n_outputs) : n_heads_(static_cast<size_t>(model.n_heads)) {
    sums_.resize(n_outputs, std::vector<Sum>(static_cast<size_t>(model.n_layers) * n_heads_));
  }
  void add(uint32_t output, Head head, double value, double weight = 1) {
    Sum& sum = sums_[output][place(head)];
    sum.value += weight * value;
    sum.weight += weight;
  }
  bool has(uint32_t output, Head head) const { return sums_[output][place(head)].weight != 0; }
  double mean(uint32_t output, Head head) const { return sums_[output][place(head)].value / sums_[output][place(head)].weight; }
  void clear() {
    for (auto& sums : sums_) std::fill(sums.begin(), sums.end(), Sum{});
  }

 private:
  struct Sum {
    double value = 0, weight = 0;
  };
  size_t place(Head head) const { return static_cast<size_t>(head.layer) * n_heads_ + static_cast<size_t>(head.head); }
  size_t n_heads_;
  std::vector<std::vector<Sum>> sums_;  // [output][layer, head]
};

// A family whose outputs are means over what it sees of a prompt: it adds to tally(), and the rest follows. MANIFEST's outputs that
// follow from others are left to the host.
class MeanFamily : public Family {
 public:
  MeanFamily(const headlight_host* host, const headlight_manifest& manifest)
      : Family(host), manifest_(&manifest), tally_(model(), manifest.n_outputs) {}

  void begin(const Prompt& prompt) final {
    tally_.clear();
    look_at(prompt);
  }
  void end() final {
    finish();
    for (uint32_t output = 0; output < manifest_->n_outputs; ++output) {
      if (is_derived(manifest_->outputs[output])) continue;
      HeadGrid grid(model());
      for (int layer = 0; layer < model().n_layers; ++layer)
        for (int h = 0; h < model().n_heads; ++h)
          if (const Head head{layer, h}; tally_.has(output, head)) grid.set(head, tally_.mean(output, head));
      host().emit(output, grid);
    }
  }

 protected:
  virtual void look_at(const Prompt& prompt) = 0;  // keeps what observe() needs of it: the prompt is borrowed
  virtual void finish() {}                         // after all captures; direct effects belong here
  Tally& tally() { return tally_; }
  template <typename Use>
  void for_each_head(Use use) const {
    for (int layer = 0; layer < model().n_layers; ++layer)
      for (int h = 0; h < model().n_heads; ++h) use(Head{layer, h});
  }

 private:
  const headlight_manifest* manifest_;
  Tally tally_;
};

}  // namespace headlight::sdk
