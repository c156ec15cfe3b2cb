// Plugins that load well and go wrong in a run. DEED says how; the id is the deed's name.
#include <headlight/sdk.hpp>

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <vector>

namespace {
namespace sdk = headlight::sdk;

enum Deed {
  throws_in_open,
  throws_in_observe,
  throws_an_int,
  says_why,
  says_nothing,
  says_noise,
  emits_nan,
  emits_nan_and_goes_on,
  emits_out_of_range,
  emits_undeclared_output,
  emits_undeclared_output_and_goes_on,
  aborts,
  exits,
  crashes,
  hangs,
  allocates,
  writes_into_the_pipe,
  closes_the_pipe_and_hangs,
  asks_for_foreign_prompt,
  emits_foreign_head,
  emits_foreign_prompt,
  loops_in_run,
  loops_on_progress,
  edits_foreign_layer,
  measures_what_is_not_its_own,
};
constexpr Deed kDeed = DEED;

constexpr headlight_output kOutputs[] = {sdk::output({.name = "nothing",
                                                      .doc = "nothing",
                                                      .unit = "share",
                                                      .min = 0,
                                                      .max = 1,
                                                      .threshold = 0.5,
                                                      .threshold_source = "none [R]"})};
constexpr headlight_reference kReferences[] = {sdk::reference("A paper", "https://arxiv.org/abs/0000.00000")};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"repeated-random"};
constexpr sdk::Facts kFacts = {.id = ID,
                               .version = "1.0.0",
                               .title = "Misbehaving",
                               .summary = "Goes wrong in a run.",
                               .stage = HEADLIGHT_STAGE_ICI,
                               .formula = "none",
                               .references = kReferences,
                               .outputs = kOutputs,
                               .sites = kSites,
                               .tasks = kTasks};

[[noreturn]] void hang() {
  for (;;) ::pause();
}

// Takes no notice of what the host says.
template <typename Action>
void going_on(Action action) {
  try {
    action();
  } catch (const sdk::Failure&) {
  }
}

class MisbehavingFamily : public sdk::Family {
 public:
  explicit MisbehavingFamily(const headlight_host* host) : Family(host) {
    if (kDeed == throws_in_open) throw std::runtime_error("no table for this model");
  }

  void begin(const sdk::Prompt&) override { grid_ = sdk::HeadGrid(model()); }

  void observe(const sdk::Capture&) override {
    if (kDeed == throws_in_observe) throw std::runtime_error("the pattern is of the wrong colour");
    if (kDeed == throws_an_int) throw 7;
    if (kDeed == says_why)
      throw sdk::Failure(HEADLIGHT_UNSUPPORTED, "models with fewer than a thousand layers are not understood");
    if (kDeed == says_nothing) throw sdk::Failure(static_cast<headlight_code>(77), "");
    if (kDeed == says_noise) throw std::runtime_error("bytes that are no text: \xff\xfe\x80");
    if (kDeed == aborts) std::fputs("the table is upside down\n", stderr), std::abort();
    if (kDeed == exits) std::exit(0);
    if (kDeed == crashes) *static_cast<volatile int*>(nullptr) = 1;
    if (kDeed == hangs) hang();
    if (kDeed == allocates) eat();
    if (kDeed == writes_into_the_pipe) {
      const char noise[] = "these sixteen bytes and more are no frame";
      if (::write(3, noise, sizeof noise) < 0) std::abort();
    }
    if (kDeed == closes_the_pipe_and_hangs) ::close(3), hang();
  }

  void end() override {
    if (kDeed == emits_nan) grid_.set({0, 1}, std::numeric_limits<double>::quiet_NaN());
    if (kDeed == emits_out_of_range) grid_.set({0, 1}, 1.5);
    if (kDeed == emits_undeclared_output) host().emit(3, grid_);
    if (kDeed == emits_undeclared_output_and_goes_on) going_on([&] { host().emit(3, grid_); });
    host().emit(0, grid_);
  }

 private:
  // Until there is no more, and gives nothing back.
  [[noreturn]] static void eat() {
    static std::vector<char*> pieces;
    for (size_t size = size_t{32} << 20;; size = size > 64 ? size / 2 : size) {
      while (char* piece = static_cast<char*>(std::malloc(size))) {
        std::memset(piece, 1, size);
        pieces.push_back(piece);
      }
      if (size <= 64) throw std::bad_alloc();
    }
  }

  sdk::HeadGrid grid_{model()};
};

class MisbehavingMethod : public sdk::Method {
 public:
  void run(const sdk::Session& session) override {
    if (kDeed == emits_foreign_head) session.emit(0, {99, 0}, 0, 0.5);
    if (kDeed == emits_foreign_prompt) session.emit(0, {0, 0}, session.n_prompts(), 0.5);
    if (kDeed == loops_in_run) hang();
    if (kDeed == measures_what_is_not_its_own) session.statistic([](int, uint32_t, const double*, const uint8_t*) {});
    if (kDeed == edits_foreign_layer) evaluate(session, {.layer = 0, .head = 99});
    if (kDeed == asks_for_foreign_prompt) (void)session.prompt(-1);
    if (kDeed == emits_nan_and_goes_on) going_on([&] { session.emit(0, {0, 1}, 0, std::numeric_limits<double>::quiet_NaN()); });
    while (kDeed == loops_on_progress) going_on([&] { session.progress(1, 2); });
  }

 private:
  static void evaluate(const sdk::Session& session, sdk::Head head) {
    const std::vector<sdk::Cell> cells = {{.prompt = 0, .head = {0, 0}, .edits = {sdk::edit_z(HEADLIGHT_EDIT_ZERO, head)}}};
    session.evaluate(cells, [](size_t, double) {});
  }
};

constexpr headlight_manifest kFamilyManifest = sdk::family_manifest(kFacts);
constexpr headlight_manifest kMethodManifest = sdk::method_manifest(kFacts);

}  // namespace

#ifdef METHOD
HEADLIGHT_EXPORT_METHOD(MisbehavingMethod, kMethodManifest)
#else
HEADLIGHT_EXPORT_FAMILY(MisbehavingFamily, kFamilyManifest)
#endif
