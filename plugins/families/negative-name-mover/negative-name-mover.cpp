// Negative name-mover heads: the last token looks at the name that is to come, and the head writes against that name.
//   suppression         = DLA(h; S) - DLA(h; IO) at END                                    (heads.md 2.16 a: a name mover's, turned)
//   negative copy score = share of the names at IO, S1, S2 that are among the 5 best tokens of W_U(LN_f(-(x W_V + b_V) W_O)), with
//                         x = LN1 of block 1 of the residual stream after block 0                                          (2.16 b)
//   attention and write = correlation over prompts of what names get with what the head writes along them, as of name movers
// Wang et al. 2022 (arXiv 2211.00593), as in its code.
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "suppression",
                 .doc = "what the head takes from the logit of the right name beyond that of the wrong one, at the last token",
                 .unit = "logits",
                 .min = -1e4,
                 .max = 1e4,
                 .threshold = 0.5,
                 .threshold_source = "half a logit; the paper ranks heads and gives none [R]"}),
    sdk::kAttentionToRightName,
    sdk::kAttentionToWrongName,
    sdk::share_output("negative_copy_score", "share of the names that the head's weights bring among the 5 most suppressed tokens where they stand"),
    sdk::kWrittenOfRightName,
    sdk::kWrittenOfWrongName,
    sdk::kAttentionAndWrite,
};

constexpr headlight_reference kReferences[] = {sdk::reference("Interpretability in the Wild", "https://arxiv.org/abs/2211.00593")};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_Z, HEADLIGHT_SITE_RESID_POST};
constexpr const char* kTasks[] = {"ioi", "ioi-natural"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "negative-name-mover",
    .version = "1.1.0",
    .title = "Negative name-mover head",
    .summary = "Looks from the last token at the name that is to come and writes against it.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "DLA(S) - DLA(IO) at END",
    .formula_source = "C",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class NegativeNameMover : public sdk::NameFamily {
 public:
  explicit NegativeNameMover(const headlight_host* host) : NameFamily(host, kManifest, "negative name movers", -1) {}
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(NegativeNameMover, kManifest)
