// Plugins that come to a good end in a scan and still break a rule, which `headlight plugin check` is to find. DEED says which.
#include <headlight/sdk.hpp>

#include <chrono>
#include <random>
#include <thread>

namespace {
namespace sdk = headlight::sdk;

enum Deed {
  writes_into_captures,
  reads_beyond_captures,
  reads_before_captures,
  is_never_the_same,
  divides_by_the_other_tokens,
  gives_nothing,
  names_a_task_that_is_not_there,
  goes_on_when_cancelled
};
constexpr Deed kDeed = DEED;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "something", .doc = "something", .unit = "1", .min = -10, .max = 10})};
constexpr headlight_reference kReferences[] = {sdk::reference("A paper", "https://arxiv.org/abs/0000.00000")};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"repeated-random", "a-task-of-nobody"};
constexpr sdk::Facts kFacts = {.id = ID,
                               .version = "1.0.0",
                               .title = "Rule-breaking",
                               .summary = "Breaks a rule.",
                               .stage = HEADLIGHT_STAGE_ICI,
                               .formula = "none",
                               .references = kReferences,
                               .outputs = kOutputs,
                               .sites = kSites,
                               .tasks = std::span(kTasks, kDeed == names_a_task_that_is_not_there ? 2 : 1)};

class RuleBreakingFamily : public sdk::Family {
 public:
  using Family::Family;

  void begin(const sdk::Prompt& prompt) override {
    grid_ = sdk::HeadGrid(model());
    n_others_ = prompt.n_tokens() - 1;
  }

  void observe(const sdk::Capture& pattern) override {
    if (kDeed == gives_nothing) return;
    for (int h = 0; h < pattern.n_heads(); ++h) {
      const float* const numbers = pattern.row(h, pattern.query_begin()).data();
      double value = numbers[0];
      if (kDeed == writes_into_captures) const_cast<float*>(numbers)[0] = 0.5f;
      if (kDeed == reads_before_captures && h == 0) seen_ += numbers[-1];
      if (kDeed == reads_beyond_captures && h + 1 == pattern.n_heads() && pattern.query_end() == n_others_ + 1)
        seen_ += pattern.row(h, n_others_).data()[n_others_ + 1];
      if (kDeed == is_never_the_same) value = std::uniform_real_distribution<>(0, 1)(source_);
      if (kDeed == divides_by_the_other_tokens) value = (value - 1) / n_others_;
      grid_.set({pattern.layer(), h}, value);
    }
  }

  void end() override {
    if (seen_ != seen_) grid_.set({0, 0}, 0);  // what it saw makes a difference
    host().emit(0, grid_);
  }

 private:
  sdk::HeadGrid grid_{model()};
  int n_others_ = 0;
  double seen_ = 0;
  std::random_device source_;
};

class RuleBreakingMethod : public sdk::Method {
 public:
  void run(const sdk::Session& session) override {
    session.emit(0, {0, 0}, 0, 1);
    for (int i = 0; i < 15; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      try {
        session.progress(static_cast<uint64_t>(i), 15);
      } catch (const sdk::Failure&) {  // and goes on
      }
    }
  }
};

constexpr headlight_manifest kFamilyManifest = sdk::family_manifest(kFacts);
constexpr headlight_manifest kMethodManifest = sdk::method_manifest(kFacts);

}  // namespace

#ifdef EXPORTS_MORE
extern "C" HEADLIGHT_EXPORT void one_more_symbol() {}
#endif

#ifdef METHOD
HEADLIGHT_EXPORT_METHOD(RuleBreakingMethod, kMethodManifest)
#else
HEADLIGHT_EXPORT_FAMILY(RuleBreakingFamily, kFamilyManifest)
#endif
