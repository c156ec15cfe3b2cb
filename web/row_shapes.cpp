// The rows of the catalogue as the API gives them out. web/rows_json.cpp makes them.
#include "web/shapes.hpp"

namespace headlight {
namespace {

constexpr Field kModel[] = {
    {"name", "string", "unique in the catalogue"},
    {"fingerprint", "string", "hash of the weights"},
    {"path", "string", "folder it was last scanned from"},
    {"architecture", "string", "as its config.json says"},
    {"dtype", "string", "number format of most weights"},
    {"n_layers", "integer", "count"},
    {"n_heads", "integer", "query heads in a layer, count"},
    {"n_kv_heads", "integer", "key-value heads in a layer, count"},
    {"d_model", "integer", "width of the residual stream, numbers"},
    {"d_head", "integer", "width of a head, numbers"},
    {"vocab_size", "integer", "tokens"},
    {"n_ctx", "integer?", "longest prompt, tokens; null when positions have no end"},
    {"n_parameters", "integer", "count"},
    {"tokenizer_hash", "string?", "null without a tokenizer"},
    {"added_at", "string", "time of the first scan"},
    {"seen_at", "string", "time of the last scan"},
    {"n_runs_done", "integer", "count"},
    {"n_runs_open", "integer", "runs that are not done, count"},
    {"n_detectors", "integer", "count"},
    {"self_test", "SelfTest?", "null where its folder brings no reference"},
};
constexpr Field kSelfTest[] = {
    {"n_cases", "integer", "prompts of the reference, count"},
    {"logits", "number", "largest difference of a logit"},
    {"attention", "number", "largest difference of an attention weight; 0 where the reference has none"},
};
constexpr Field kVerdictCounts[] = {
    {"confirmed", "integer", "heads, count"},      {"correlational", "integer", "heads, count"},
    {"causal", "integer", "heads, count"},         {"absent", "integer", "heads, count"},
    {"not_measurable", "integer", "heads, count"},
};
constexpr Field kDetector[] = {
    {"model", "string", "name"},
    {"family", "string", "what is looked for"},
    {"method", "string", "how"},
    {"task", "string", "on what"},
    {"run", "string", "hash of the run that answers"},
    {"status", "string", "running, done, failed or interrupted"},
    {"measures_family", "boolean", "its numbers are the family's statistic; otherwise effects of editing the head"},
    {"heads", "VerdictCounts?", "null until done"},
    {"min_score", "number?", "smallest score, the output's unit"},
    {"max_score", "number?", "largest score, the output's unit"},
};
constexpr Field kHeadRow[] = {
    {"model", "string", "name"},
    {"head", "string", "\"L5H1\""},
    {"layer", "integer", "from 0"},
    {"index", "integer", "query head in the layer, from 0"},
    {"family", "string", "what is looked for"},
    {"method", "string", "how"},
    {"task", "string", "on what"},
    {"score", "number?", "mean over the reported prompts, the output's unit; null: not measured"},
    {"ci_low", "number?", "95 % bootstrap interval over the reported prompts"},
    {"ci_high", "number?", "its other end"},
    {"null_mean", "number?", "mean under the null, the output's unit"},
    {"q", "number?", "false-discovery rate over all heads of the run, 0 to 1"},
    {"n", "integer?", "prompts reported, count"},
    {"threshold", "number?", "the output's unit"},
    {"verdict", "string", "confirmed, correlational, causal, absent or not measurable"},
    {"run", "string", "hash of the run"},
};
constexpr Field kRun[] = {
    {"run", "string", "hash of all that its numbers depend on: its name"},
    {"model", "string", "name"},
    {"family", "string?", "null when the method does not depend on a family"},
    {"method", "string", "how"},
    {"task", "string", "on what"},
    {"status", "string", "running, done, failed or interrupted"},
    {"started_at", "string", "time of the first start"},
    {"updated_at", "string", "time of the last sign of life"},
    {"ended_at", "string?", "null while running"},
    {"seconds", "number?", "of computing; null until done"},
    {"error_code", "string?", "null unless it failed"},
    {"error_message", "string?", "null unless it failed"},
    {"measurable", "boolean?", "false: the model does not solve the task, so nothing can be said; null until done"},
    {"why_not", "string?", "one sentence; null when measurable"},
    {"metric", "string?", "name of the task's metric"},
    {"metric_unit", "string?", "\"logits\""},
    {"clean_metric", "number?", "mean over the unedited prompts, metric_unit"},
    {"accuracy", "number?", "share of right answers, 0 to 1; null where the task has no answers"},
    {"accuracy_error", "number?", "standard error of the accuracy"},
    {"chance", "number?", "accuracy of guessing, 0 to 1"},
    {"n_prompts", "integer", "prompts asked for, count"},
    {"n_kept", "integer?", "prompts that passed the task's filters, count; null before they were made"},
    {"n_tried", "integer?", "texts drawn before the filters, count; null where the scan did not say"},
    {"prompt_notes", "string[]", "what the filters took, and why"},
    {"forwards", "integer?", "prompts through the model that its family watched, its null's included, count; null for methods that edit"},
    {"forwards_shared", "integer?", "of these, those that other families watched too, count"},
    {"rows", "integer?", "tokens times layers that its edits had computed, count; null for methods that do not edit"},
    {"rows_full", "integer?", "what whole forwards of all its edits would have been, tokens times layers"},
    {"seed", "integer", "of the random choices"},
    {"parameters", "json", "of family and method"},
    {"model_fingerprint", "string", "hash of the weights"},
    {"tokenizer", "string?", "hash of the tokenizer"},
    {"family_version", "string?", "semantic version"},
    {"family_build", "string?", "hash of the shared library"},
    {"method_version", "string", "semantic version"},
    {"method_build", "string", "hash of the shared library"},
    {"task_hash", "string", "which wording of the task"},
    {"engine_version", "string", "of the program's arithmetic"},
};
constexpr Field kOutput[] = {
    {"name", "string", "which number of the method"},
    {"unit", "string", "of its numbers"},
    {"doc", "string", "one sentence"},
    {"threshold", "number?", "in the unit: from here on a head counts"},
    {"threshold_source", "string?", "where the threshold comes from"},
};
constexpr Field kReference[] = {{"title", "string", "of the paper or page"}, {"url", "string", "where to read it"}};
constexpr Field kPlugin[] = {
    {"kind", "string", "family or method"},
    {"id", "string", "unique among plugins of its kind"},
    {"version", "string", "semantic version; changes whenever results change"},
    {"build_id", "string", "hash of the shared library"},
    {"title", "string", "for people"},
    {"summary", "string", "one sentence"},
    {"stage", "string?", "of a family: KR, ICI, LR or EP"},
    {"formula", "string?", "of the number"},
    {"formula_source", "string?",
     "how sure the formula is: C code, P paper, S survey, 2 second hand, M memory, R reconstruction"},
    {"null", "string?", "what the numbers are compared with"},
    {"measures_family", "boolean", "of a method: its values are the family's statistic"},
    {"references", "Reference[]", ""},
    {"outputs", "Output[]", ""},
    {"parameters", "json", "name, doc, integer, default, min and max of each"},
    {"tasks", "string[]", "of a family: on which it is looked for, best first"},
    {"seen_at", "string", "time of the last scan that used it"},
};
constexpr Field kTask[] = {
    {"id", "string", "several contents may share it"},
    {"content_hash", "string", "of the definition"},
    {"title", "string", "for people"},
    {"summary", "string", "one sentence"},
    {"seen_at", "string", "time of the last scan that used it"},
};
constexpr Field kTaskResult[] = {
    {"model", "string", "name"},
    {"task", "string", "id"},
    {"accuracy", "number?", "share of right answers, 0 to 1; null where the task has no answers"},
    {"accuracy_error", "number?", "standard error of the accuracy"},
    {"chance", "number?", "accuracy of guessing, 0 to 1"},
    {"metric", "string?", "name of the task's metric"},
    {"metric_unit", "string?", "of the metric"},
    {"clean_metric", "number?", "mean over the unedited prompts"},
    {"measurable", "boolean?", "false: the model does not solve the task"},
    {"why_not", "string?", "one sentence; null when measurable"},
    {"n_prompts", "integer", "prompts asked for, count"},
    {"n_kept", "integer?", "prompts that passed the task's filters, count; null where too few did"},
    {"n_tried", "integer?", "texts drawn before the filters, count; null where the scan did not say"},
    {"prompt_notes", "string[]", "what the filters took, and why"},
    {"run", "string", "hash of the run that says so"},
};
constexpr Field kRole[] = {
    {"name", "string", "of the place"}, {"begin", "integer", "first token, from 0"}, {"end", "integer", "first token after it"}};
constexpr Field kPrompt[] = {
    {"index", "integer", "place among the sample's prompts, from 0"},
    {"reported", "boolean", "false: of the half that selects heads; true: of the half that is reported"},
    {"tokens", "string[]", "as text"},
    {"token_ids", "integer[]", ""},
    {"roles", "Role[]", "named places"},
    {"answer", "string?", "the right answer; null when the task has none"},
    {"has_patterns", "boolean", "whether the attention patterns of this prompt were kept"},
};
constexpr Field kSample[] = {
    {"task_hash", "string", "which wording of the task"},
    {"seed", "integer", "of the random choices"},
    {"n_prompts", "integer", "prompts asked for, count"},
};
constexpr Field kFamilyDepth[] = {{"model", "string", "its name"}, {"found", "integer[]", "heads in each layer, count"}};
constexpr Field kFamilyProfile[] = {
    {"family", "string", "id"},
    {"verdict", "string", "the best of its tasks"},
    {"task", "string", "of those with this verdict the one with the largest statistic; what follows is of it"},
    {"score", "number?", "the statistic; null where nothing was measured or can be said"},
    {"ci_low", "number?", "95 % bootstrap interval"},
    {"ci_high", "number?", "its other end"},
    {"unit", "string?", "of the statistic"},
    {"null_mean", "number?", "mean under the null"},
    {"threshold", "number?", "from here on a head counts"},
    {"effect", "number?", "of editing the head, on the same task: the one furthest from 0"},
    {"effect_method", "string?", "how the effect was measured"},
    {"effect_unit", "string?", "of the effect"},
    {"n_tasks", "integer", "on which the family was looked for, count"},
    {"n_measurable", "integer", "of these, those that the model solves, count"},
};
constexpr Field kTally[] = {
    {"model", "string", "name"},
    {"family", "string", "id"},
    {"heads", "VerdictCounts", "each head once, with its best verdict over all tasks"},
};

constexpr Shape kRowShapes[] = {
    {"Model", "One content of weights.", kModel},
    {"SelfTest", "A model against the reference that its folder brings.", kSelfTest},
    {"VerdictCounts", "How many heads have which verdict.", kVerdictCounts},
    {"Detector", "A (family, method, task) triple on a model.", kDetector},
    {"HeadRow", "One head and detector, of the detector's first output.", kHeadRow},
    {"Run", "One computation, all that its numbers depend on, and how it went.", kRun},
    {"Output", "One of the numbers that a run has for each head.", kOutput},
    {"Reference", "Where a family or method was described.", kReference},
    {"Plugin", "A family or method, as its manifest says.", kPlugin},
    {"Task", "One wording of a task.", kTask},
    {"TaskResult", "How well a model does a task.", kTaskResult},
    {"Role", "A named place of a prompt.", kRole},
    {"Prompt", "A prompt as one tokenizer sees it.", kPrompt},
    {"Sample", "Which prompts of a task: those of one seed and count.", kSample},
    {"FamilyDepth", "In which layers a model has heads of a family.", kFamilyDepth},
    {"FamilyProfile", "What a head is to a family.", kFamilyProfile},
    {"Tally", "How many heads of a family a model has.", kTally},
};

}  // namespace

std::span<const Shape> row_shapes() { return kRowShapes; }

}  // namespace headlight
