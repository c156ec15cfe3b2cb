// The whole answers of the API: what stands under "data" in each .json twin.
#include "web/shapes.hpp"

namespace headlight {
namespace {

constexpr Field kVerdict[] = {{"word", "string", "as in every verdict"}, {"meaning", "string", "one sentence"}};
constexpr Field kOverview[] = {
    {"n_models", "integer", "count"},
    {"n_heads", "integer", "query heads of all models, count"},
    {"n_confirmed", "integer", "heads that are confirmed, once for each family, count"},
    {"n_runs_done", "integer", "count"},
    {"n_runs_open", "integer", "runs that are not done, count"},
    {"models", "Model[]", "those scanned last, 12 at most, by name"},
    {"families", "Plugin[]", "the newest version of each family, by id"},
    {"tallies", "Tally[]", "of these models, by model, family"},
    {"latest_runs", "Run[]", "newest first, 8 at most"},
    {"verdicts", "Verdict[]", "what the words mean"},
};
constexpr Field kModels[] = {{"models", "Model[]", "by name"}, {"tallies", "Tally[]", "by model, family"}};
constexpr Field kModelAnswer[] = {
    {"model", "Model", ""},
    {"families", "Plugin[]", "the newest version of each family that was looked for in it"},
    {"detectors", "Detector[]", "by family, task, method"},
    {"tasks", "TaskResult[]", "by task; the newest run that says so"},
    {"tallies", "Tally[]", "by family"},
    {"confirmed", "HeadRow[]", "the statistic of each confirmed head, largest first, 2000 at most"},
};
constexpr Field kGridHead[] = {
    {"head", "string", "\"L5H1\""},
    {"layer", "integer", "from 0"},
    {"index", "integer", "query head in the layer, from 0"},
    {"score", "number?", "mean over the reported prompts, the output's unit; null: not measured"},
    {"ci_low", "number?", "95 % bootstrap interval over the reported prompts"},
    {"ci_high", "number?", "its other end"},
    {"null_mean", "number?", "mean under the null"},
    {"q", "number?", "false-discovery rate over all heads of the run, 0 to 1"},
    {"selection_score", "number?", "mean over the selecting prompts"},
    {"present", "boolean", "selected on one half of the prompts and confirmed on the other"},
    {"verdict", "string", "of the head for (model, family, task)"},
};
constexpr Field kDetectorAnswer[] = {
    {"model", "Model", ""},
    {"detector", "Detector", ""},
    {"run", "Run", ""},
    {"output", "Output", "the one that is shown"},
    {"outputs", "Output[]", "all that the run has"},
    {"heads", "GridHead[]", "by layer, head"},
};
constexpr Field kHeadOutput[] = {
    {"output", "Output", ""},
    {"n", "integer", "prompts reported, count"},
    {"score", "number?", "mean over the reported prompts, the output's unit; null: not measured"},
    {"ci_low", "number?", "95 % bootstrap interval over the reported prompts"},
    {"ci_high", "number?", "its other end"},
    {"null_mean", "number?", "mean under the null"},
    {"p", "number?", "probability under the null, 0 to 1"},
    {"q", "number?", "false-discovery rate over all heads of the run, 0 to 1"},
    {"selection_score", "number?", "mean over the selecting prompts"},
    {"present", "boolean", "selected on one half of the prompts and confirmed on the other"},
    {"values", "number?[]", "of every prompt, the output's unit; null where not measured"},
    {"null_values", "number?[]", "of every prompt, mean over the replicates of the null; empty without one"},
};
constexpr Field kEvidence[] = {
    {"family", "string", "what is looked for"},
    {"method", "string", "how"},
    {"task", "string", "on what"},
    {"measures_family", "boolean", "true: attentional evidence, the family's statistic; false: causal evidence, an effect"},
    {"verdict", "string", "of the head for (family, task)"},
    {"run", "Run", ""},
    {"outputs", "HeadOutput[]", "the first is the score"},
};
constexpr Field kHeadAnswer[] = {
    {"model", "Model", ""},
    {"head", "string", "\"L5H1\""},
    {"layer", "integer", "from 0"},
    {"index", "integer", "query head in the layer, from 0"},
    {"kv_head", "string", "\"L5KV0\": whose keys and values it reads"},
    {"kv_group", "string[]", "all heads that read the same keys and values"},
    {"families", "Plugin[]", "the newest version of each family in the evidence"},
    {"profile", "FamilyProfile[]", "what it is to each family: by verdict, then by how many times its threshold the statistic is"},
    {"evidence", "Evidence[]", "by family, task; the family's statistic before the effects"},
    {"published", "Publication[]", "what imported lists name it, by family, list"},
};
constexpr Field kComparedHead[] = {
    {"head", "string", "\"L5H1\""},
    {"found", "boolean", "confirmed or correlational"},
    {"rank", "integer?", "of its score among the model's heads, from 1; ties share the best; null: not measured"},
    {"score", "number?", "largest statistic of the family's tasks, the output's unit; null: not measured"},
    {"published_score", "number?", "what score_name says; null without one"},
};
constexpr Field kReferenceComparison[] = {
    {"model", "string", "name"},
    {"list", "string", "id"},
    {"title", "string", "of the list"},
    {"paper", "string", "its title"},
    {"url", "string", "where the paper is"},
    {"family", "string", "published as what"},
    {"sureness", "string", "of the list: C, P, S, 2, M or R, as a formula's"},
    {"complete", "boolean", "the authors looked at all heads and name all that they found"},
    {"score_name", "string?", "what the published scores are; null without any"},
    {"note", "string?", "of the list"},
    {"status", "string", "compared, not scanned, not measurable or no detector yet"},
    {"why_not", "string?", "one sentence; null unless not measurable"},
    {"n_heads", "integer?", "heads of the model with a score, count; null unless compared"},
    {"n_published", "integer", "count"},
    {"n_found", "integer?", "heads that the detectors find, count; null unless compared"},
    {"n_both", "integer?", "of these, published, count; null unless compared"},
    {"precision", "number?", "n_both of n_found, 0 to 1; null when the list is not complete or none was found"},
    {"precision_low", "number?", "Wilson's 95 % interval"},
    {"precision_high", "number?", "its other end"},
    {"recall", "number?", "n_both of n_published, 0 to 1; null unless compared"},
    {"recall_low", "number?", "Wilson's 95 % interval"},
    {"recall_high", "number?", "its other end"},
    {"average_precision", "number?", "of the published heads in the order of the scores, 0 to 1"},
    {"chance", "number?", "what it is for scores that say nothing: n_published of all heads"},
    {"published", "ComparedHead[]", "by rank"},
    {"extra", "ComparedHead[]", "found and not published, by rank"},
};
constexpr Field kReferencesAnswer[] = {{"model", "Model", ""}, {"comparisons", "ReferenceComparison[]", "by list, then as the list has them"}};
constexpr Field kPublication[] = {
    {"list", "string", "id"},
    {"title", "string", "of the list"},
    {"paper", "string", "its title"},
    {"url", "string", "where the paper is"},
    {"family", "string", "published as what"},
    {"sureness", "string", "of the list: C, P, S, 2, M or R, as a formula's"},
    {"score_name", "string?", "what the published score is; null without one"},
    {"published_score", "number?", "null without one"},
};
constexpr Field kPromptsAnswer[] = {
    {"model", "string", "name"},
    {"task", "Task", ""},
    {"sample", "Sample?", "the one that is shown; null when there are no prompts of this task as the model reads them"},
    {"samples", "Sample[]", "all of this model and task, newest first"},
    {"prompts", "Prompt[]", "by index"},
};
constexpr Field kFacet[] = {{"value", "string", ""}, {"n", "integer", "rows that choosing it would leave, count"}};
constexpr Field kFacets[] = {
    {"models", "Facet[]", ""}, {"families", "Facet[]", ""}, {"methods", "Facet[]", ""},
    {"tasks", "Facet[]", ""},  {"verdicts", "Facet[]", ""},
};
constexpr Field kCatalogueAnswer[] = {{"rows", "HeadRow[]", "in the order asked for"}, {"facets", "Facets", "largest first"}};
constexpr Field kComparisonSide[] = {
    {"score", "number?", "the output's unit; null: not measured"},
    {"ci_low", "number?", "95 % bootstrap interval"},
    {"ci_high", "number?", "its other end"},
    {"verdict", "string", "of the head"},
    {"run", "string", "hash of the run"},
};
constexpr Field kComparisonRow[] = {
    {"head", "string", "\"L5H1\""},
    {"family", "string", "what is looked for"},
    {"method", "string", "how"},
    {"task", "string", "on what"},
    {"a", "ComparisonSide?", "null where the first model has no such head or number"},
    {"b", "ComparisonSide?", "null where the second model has no such head or number"},
    {"difference", "number?", "b - a, the output's unit"},
};
constexpr Field kCompareAnswer[] = {
    {"models", "string[]", "names to choose from"},
    {"a", "Model?", "null when none was named"},
    {"b", "Model?", "null when none was named"},
    {"detectors", "Detector[]", "those that both models have, as the first has them"},
    {"rows", "ComparisonRow[]", "in the order asked for; empty until both models are named"},
};
constexpr Field kFamilyOverlap[] = {
    {"family_a", "string", "id"},
    {"family_b", "string", "id"},
    {"n_heads", "integer", "heads with a statistic of both, count"},
    {"n_a", "integer", "heads that look like the first family, count"},
    {"n_b", "integer", "heads that look like the second, count"},
    {"n_both", "integer", "heads that look like both, count"},
    {"share", "number?", "n_both of the heads that look like either, 0 to 1; null when none does"},
    {"share_low", "number?", "Wilson's 95 % interval"},
    {"share_high", "number?", "its other end"},
    {"correlation", "number?", "Spearman's, of the two statistics over the heads, -1 to 1"},
    {"correlation_low", "number?", "95 % interval of Bonett and Wright"},
    {"correlation_high", "number?", "its other end"},
};
constexpr Field kOverlapAnswer[] = {{"model", "Model", ""}, {"overlaps", "FamilyOverlap[]", "largest share first"}};
constexpr Field kPlugins[] = {{"plugins", "Plugin[]", "by id, newest first"},
                              {"tallies", "Tally[]", "by model, family; of families only"}};
constexpr Field kPluginAnswer[] = {
    {"plugin", "Plugin", "the newest version"},
    {"versions", "Plugin[]", "all that scans have used, newest first"},
    {"detectors", "Detector[]", "by model, family, task, method"},
    {"tallies", "Tally[]", "by model; of a family only"},
    {"heads", "HeadRow[]", "of a family: the statistic of its confirmed, then its other found heads, largest first, 200 at most"},
    {"depths", "FamilyDepth[]", "of a family: where those heads sit, by model"},
    {"closest", "HeadRow[]", "of a family: the largest statistic of each measured model and task without a head of it"},
    {"unsolved", "TaskResult[]", "of a family: the tasks that models do not solve, so that nothing can be said, by model, task"},
    {"references", "ReferenceComparison[]", "of a family: what papers have published of it, by model, list"},
};
constexpr Field kRuns[] = {{"runs", "Run[]", "newest first"}};
constexpr Field kOutcome[] = {
    {"prompt", "integer", "place among the run's prompts, from 0"},
    {"metric", "number?", "the run's metric_unit"},
    {"accuracy", "number?", "share of the prompt's answers that are right, 0 to 1"},
};
constexpr Field kRunAnswer[] = {
    {"run", "Run", ""},
    {"detectors", "Detector[]", "which it answers for"},
    {"outputs", "Output[]", ""},
    {"outcomes", "Outcome[]", "of every unedited prompt"},
    {"n_cells", "integer", "numbers committed so far, count; 0 when done"},
};
constexpr Field kTasks[] = {{"tasks", "Task[]", "by id, newest first"}, {"results", "TaskResult[]", "by task, model"}};
constexpr Field kTaskAnswer[] = {
    {"task", "Task", ""},
    {"definition", "json", "the whole task"},
    {"results", "TaskResult[]", "by model"},
    {"detectors", "Detector[]", "what was looked for on it, by model, family, method"},
    {"model", "string?", "whose prompts are shown; null when no model has any"},
    {"sample", "Sample?", "which prompts are shown"},
    {"prompts", "Prompt[]", "by index"},
};
constexpr Field kRouteAnswer[] = {
    {"pattern", "string", "of the URL; {names} are parameters"},
    {"formats", "string[]", "page, json, csv or the media type"},
    {"summary", "string", "one sentence"},
    {"answer", "string?", "shape of \"data\" in the .json twin"},
};
constexpr Field kRouteFields[] = {{"routes", "Route[]", "in the order of the documentation"}};
constexpr Field kSqlAnswer[] = {
    {"sql", "string", "as given; empty without a statement"},
    {"columns", "string[]", "names"},
    {"rows", "json", "a list of lists in the order of the columns"},
    {"truncated", "boolean", "there are more rows than are shown"},
};

constexpr Field kPaging[] = {{"limit", "integer", "rows on a page, count"},
                             {"offset", "integer", "rows before this page, count"},
                             {"total", "integer", "rows, count"}};
constexpr Field kFailureDetail[] = {{"code", "string", "one word for programs"},
                                    {"message", "string", "what is wrong and what to do"}};
constexpr Field kFailure[] = {{"error", "FailureDetail", ""}};

constexpr Shape kAnswerShapes[] = {
    {"Verdict", "What a word for the evidence means.", kVerdict},
    {"Overview", "What is in the catalogue.", kOverview},
    {"Models", "All models.", kModels},
    {"ModelAnswer", "All that is known of a model, apart from the heads' numbers.", kModelAnswer},
    {"GridHead", "A head in the grid of a detector.", kGridHead},
    {"DetectorAnswer", "The numbers of all heads of one detector.", kDetectorAnswer},
    {"HeadOutput", "What a run says of one head.", kHeadOutput},
    {"Evidence", "What one detector says of one head.", kEvidence},
    {"Publication", "What a published list says of a head.", kPublication},
    {"HeadAnswer", "All that is known of one head.", kHeadAnswer},
    {"PromptsAnswer", "Prompts of a task as a model reads them.", kPromptsAnswer},
    {"Facet", "A value that a list may be narrowed to.", kFacet},
    {"Facets", "Values that a list of heads may be narrowed to; the other conditions stay.", kFacets},
    {"CatalogueAnswer", "Heads of all models.", kCatalogueAnswer},
    {"ComparisonSide", "A head in one of two models.", kComparisonSide},
    {"ComparisonRow", "The same head and detector in two models.", kComparisonRow},
    {"CompareAnswer", "Two models, detector by detector.", kCompareAnswer},
    {"FamilyOverlap", "How far two families agree on a model's heads.", kFamilyOverlap},
    {"ComparedHead", "A head in a published list, or found beside one.", kComparedHead},
    {"ReferenceComparison", "One family of a published list, held against a model.", kReferenceComparison},
    {"ReferencesAnswer", "All published lists that are held against a model.", kReferencesAnswer},
    {"OverlapAnswer", "All pairs of families of one model.", kOverlapAnswer},
    {"Plugins", "Families or methods that scans have used.", kPlugins},
    {"PluginAnswer", "One family or method.", kPluginAnswer},
    {"Runs", "Runs of all models.", kRuns},
    {"Outcome", "The task's metric on one unedited prompt.", kOutcome},
    {"RunAnswer", "One run.", kRunAnswer},
    {"Tasks", "Tasks that scans have used.", kTasks},
    {"TaskAnswer", "One task and its prompts.", kTaskAnswer},
    {"Route", "One of the URLs.", kRouteAnswer},
    {"Routes", "All URLs.", kRouteFields},
    {"SqlAnswer", "What a statement found.", kSqlAnswer},
    {"Paging", "Which part of a list this is.", kPaging},
    {"FailureDetail", "What went wrong.", kFailureDetail},
    {"Failure", "Every answer that is an error.", kFailure},
};

}  // namespace

std::span<const Shape> answer_shapes() { return kAnswerShapes; }

}  // namespace headlight
