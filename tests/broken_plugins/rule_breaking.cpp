// Plugins that come to a good end in a scan and still break a rule, which `headlight plugin check` is to find. deed.cpp says which.
#include <headlight/sdk.hpp>

#include <chrono>
#include <random>
#include <string_view>
#include <thread>

extern const char kDeed[];  // also the id

namespace {
namespace sdk = headlight::sdk;

bool does(std::string_view deed) { return deed == kDeed; }

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "something", .doc = "something", .unit = "1", .min = -10, .max = 10})};
constexpr headlight_reference kReferences[] = {sdk::reference("A paper", "https://arxiv.org/abs/0000.00000")};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
#ifdef NAMES_A_TASK_OF_NOBODY
constexpr const char* kTasks[] = {"repeated-random", "a-task-of-nobody"};
#else
constexpr const char* kTasks[] = {"repeated-random"};
#endif
constexpr sdk::Facts kFacts = {.id = kDeed,
                               .version = "1.0.0",
                               .title = "Rule-breaking",
                               .summary = "Breaks a rule.",
                               .stage = HEADLIGHT_STAGE_ICI,
                               .formula = "none",
                               .references = kReferences,
                               .outputs = kOutputs,
                               .sites = kSites,
                               .tasks = kTasks};

class RuleBreakingFamily : public sdk::Family {
 public:
  using Family::Family;

  void begin(const sdk::Prompt& prompt) override {
    grid_ = sdk::HeadGrid(model());
    n_others_ = prompt.n_tokens() - 1;
  }

  void observe(const sdk::Capture& pattern) override {
    if (does("gives-nothing")) return;
    for (int h = 0; h < pattern.n_heads(); ++h) {
      const float* const numbers = pattern.row(h, pattern.query_begin()).data();
      double value = numbers[0];
      if (does("writes-into-captures")) const_cast<float*>(numbers)[0] = 0.5f;
      if (does("reads-before-captures") && h == 0) seen_ += numbers[-1];
      if (does("reads-beyond-captures") && h + 1 == pattern.n_heads() && pattern.query_end() == n_others_ + 1)
        seen_ += pattern.row(h, n_others_).data()[n_others_ + 1];
      if (does("is-never-the-same")) value = std::uniform_real_distribution<>(0, 1)(source_);
      if (does("divides-by-the-other-tokens")) value = (value - 1) / n_others_;
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
