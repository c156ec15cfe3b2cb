// Plugins that load well and go wrong in a run; deed.cpp says how.
#include <headlight/sdk.hpp>

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <string_view>
#include <vector>

extern const char kDeed[];  // also the id

namespace {
namespace sdk = headlight::sdk;

bool does(std::string_view deed) { return deed == kDeed; }

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
constexpr sdk::Facts kFacts = {.id = kDeed,
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
    if (does("throws-in-open")) throw std::runtime_error("no table for this model");
  }

  void begin(const sdk::Prompt&) override { grid_ = sdk::HeadGrid(model()); }

  void observe(const sdk::Capture&) override {
    if (does("throws-in-observe")) throw std::runtime_error("the pattern is of the wrong colour");
    if (does("throws-an-int")) throw 7;
    if (does("says-why"))
      throw sdk::Failure(HEADLIGHT_UNSUPPORTED, "models with fewer than a thousand layers are not understood");
    if (does("says-nothing")) throw sdk::Failure(static_cast<headlight_code>(77), "");
    if (does("says-noise")) throw std::runtime_error("bytes that are no text: \xff\xfe\x80");
    if (does("aborts")) std::fputs("the table is upside down\n", stderr), std::abort();
    if (does("exits")) std::exit(0);
    if (does("crashes")) *static_cast<volatile int*>(nullptr) = 1;
    if (does("hangs")) hang();
    if (does("allocates")) eat();
    if (does("writes-into-the-pipe")) {
      const char noise[] = "these sixteen bytes and more are no frame";
      if (::write(3, noise, sizeof noise) < 0) std::abort();
    }
    if (does("closes-the-pipe-and-hangs")) ::close(3), hang();
  }

  void end() override {
    if (does("emits-nan")) grid_.set({0, 1}, std::numeric_limits<double>::quiet_NaN());
    if (does("emits-out-of-range")) grid_.set({0, 1}, 1.5);
    if (does("emits-undeclared-output")) host().emit(3, grid_);
    if (does("emits-undeclared-output-and-goes-on")) going_on([&] { host().emit(3, grid_); });
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
    if (does("emits-foreign-head")) session.emit(0, {99, 0}, 0, 0.5);
    if (does("emits-foreign-prompt")) session.emit(0, {0, 0}, session.n_prompts(), 0.5);
    if (does("loops-in-run")) hang();
    if (does("measures-what-is-not-its-own")) session.statistic([](int, uint32_t, const double*, const uint8_t*) {});
    if (does("edits-foreign-layer")) evaluate(session, {.layer = 0, .head = 99});
    if (does("asks-for-foreign-prompt")) (void)session.prompt(-1);
    if (does("emits-nan-and-goes-on")) going_on([&] { session.emit(0, {0, 1}, 0, std::numeric_limits<double>::quiet_NaN()); });
    while (does("loops-on-progress")) going_on([&] { session.progress(1, 2); });
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
