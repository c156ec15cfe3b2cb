// Name-mover heads: the last token looks at the name that is to come, and the head writes that name into the logits.
//   direct effect = DLA(h; IO) - DLA(h; S) at END                                                   (heads.md 2.11, primitive 1)
//   copy score    = share of the names at IO, S1, S2 that are among the 5 best tokens of W_U(LN_f((x W_V + b_V) W_O)), with
//                   x = LN1 of block 1 of the residual stream after block 0
//   attention and write = correlation over prompts of A[END, IO] with r[h, END] W_U[IO] and of A[END, S1] + A[END, S2] with r W_U[S], together
// Wang et al. 2022 (arXiv 2211.00593); the copy score and the correlation as in its code, the final norm's scale frozen.
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "direct_effect",
                 .doc = "what the head adds to the logit of the right name beyond that of the wrong one, at the last token",
                 .unit = "logits",
                 .min = -1e4,
                 .max = 1e4,
                 .threshold = 0.5,
                 .threshold_source = "half a logit; the paper ranks heads and gives none [R]"}),
    sdk::kAttentionToRightName,
    sdk::kAttentionToWrongName,
    sdk::share_output("copy_score", "share of the names that the head's weights bring among the 5 best tokens where they stand; 0.95 and more for the paper's"),
    sdk::kWrittenOfRightName,
    sdk::kWrittenOfWrongName,
    sdk::kAttentionAndWrite,
};

constexpr headlight_reference kReferences[] = {sdk::reference("Interpretability in the Wild", "https://arxiv.org/abs/2211.00593")};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_Z, HEADLIGHT_SITE_RESID_POST};
constexpr const char* kTasks[] = {"ioi"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "name-mover",
    .version = "1.1.0",
    .title = "Name-mover head",
    .summary = "Looks from the last token at the name that is to come and writes it into the logits.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "DLA(IO) - DLA(S) at END",
    .formula_source = "C",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class NameMover : public sdk::NameFamily {
 public:
  explicit NameMover(const headlight_host* host) : NameFamily(host, kManifest, "name movers", 1) {}
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(NameMover, kManifest)
