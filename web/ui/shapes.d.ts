// Made from web/row_shapes.cpp and web/answer_shapes.cpp; a test compares. For the type check only: browsers never see it.

/** One content of weights. */
export interface Model {
  /** unique in the catalogue */
  name: string;
  /** hash of the weights */
  fingerprint: string;
  /** folder it was last scanned from */
  path: string;
  /** as its config.json says */
  architecture: string;
  /** number format of most weights */
  dtype: string;
  /** count */
  n_layers: number;
  /** query heads in a layer, count */
  n_heads: number;
  /** key-value heads in a layer, count */
  n_kv_heads: number;
  /** width of the residual stream, numbers */
  d_model: number;
  /** width of a head, numbers */
  d_head: number;
  /** tokens */
  vocab_size: number;
  /** longest prompt, tokens; null when positions have no end */
  n_ctx: number | null;
  /** count */
  n_parameters: number;
  /** null without a tokenizer */
  tokenizer_hash: string | null;
  /** time of the first scan */
  added_at: string;
  /** time of the last scan */
  seen_at: string;
  /** count */
  n_runs_done: number;
  /** runs that are not done, count */
  n_runs_open: number;
  /** count */
  n_detectors: number;
  /** null where its folder brings no reference */
  self_test: SelfTest | null;
}

/** A model against the reference that its folder brings. */
export interface SelfTest {
  /** prompts of the reference, count */
  n_cases: number;
  /** largest difference of a logit */
  logits: number;
  /** largest difference of an attention weight; 0 where the reference has none */
  attention: number;
}

/** How many heads have which verdict. */
export interface VerdictCounts {
  /** heads, count */
  confirmed: number;
  /** heads, count */
  correlational: number;
  /** heads, count */
  causal: number;
  /** heads, count */
  absent: number;
  /** heads, count */
  not_measurable: number;
}

/** A (family, method, task) triple on a model. */
export interface Detector {
  /** name */
  model: string;
  /** what is looked for */
  family: string;
  /** how */
  method: string;
  /** on what */
  task: string;
  /** hash of the run that answers */
  run: string;
  /** running, done, failed or interrupted */
  status: string;
  /** its numbers are the family's statistic; otherwise effects of editing the head */
  measures_family: boolean;
  /** null until done */
  heads: VerdictCounts | null;
  /** smallest score, the output's unit */
  min_score: number | null;
  /** largest score, the output's unit */
  max_score: number | null;
}

/** One head and detector, of the detector's first output. */
export interface HeadRow {
  /** name */
  model: string;
  /** "L5H1" */
  head: string;
  /** from 0 */
  layer: number;
  /** query head in the layer, from 0 */
  index: number;
  /** what is looked for */
  family: string;
  /** how */
  method: string;
  /** on what */
  task: string;
  /** mean over the reported prompts, the output's unit; null: not measured */
  score: number | null;
  /** 95 % bootstrap interval over the reported prompts */
  ci_low: number | null;
  /** its other end */
  ci_high: number | null;
  /** mean under the null, the output's unit */
  null_mean: number | null;
  /** false-discovery rate over all heads of the run, 0 to 1 */
  q: number | null;
  /** prompts reported, count */
  n: number | null;
  /** the output's unit */
  threshold: number | null;
  /** confirmed, correlational, causal, absent or not measurable */
  verdict: string;
  /** hash of the run */
  run: string;
}

/** One computation, all that its numbers depend on, and how it went. */
export interface Run {
  /** hash of all that its numbers depend on: its name */
  run: string;
  /** name */
  model: string;
  /** null when the method does not depend on a family */
  family: string | null;
  /** how */
  method: string;
  /** on what */
  task: string;
  /** running, done, failed or interrupted */
  status: string;
  /** time of the first start */
  started_at: string;
  /** time of the last sign of life */
  updated_at: string;
  /** null while running */
  ended_at: string | null;
  /** of computing; null until done */
  seconds: number | null;
  /** null unless it failed */
  error_code: string | null;
  /** null unless it failed */
  error_message: string | null;
  /** false: the model does not solve the task, so nothing can be said; null until done */
  measurable: boolean | null;
  /** one sentence; null when measurable */
  why_not: string | null;
  /** name of the task's metric */
  metric: string | null;
  /** "logits" */
  metric_unit: string | null;
  /** mean over the unedited prompts, metric_unit */
  clean_metric: number | null;
  /** share of right answers, 0 to 1; null where the task has no answers */
  accuracy: number | null;
  /** standard error of the accuracy */
  accuracy_error: number | null;
  /** accuracy of guessing, 0 to 1 */
  chance: number | null;
  /** prompts asked for, count */
  n_prompts: number;
  /** prompts that passed the task's filters, count; null before they were made */
  n_kept: number | null;
  /** texts drawn before the filters, count; null where the scan did not say */
  n_tried: number | null;
  /** what the filters took, and why */
  prompt_notes: string[];
  /** prompts through the model that its family watched, its null's included, count; null for methods that edit */
  forwards: number | null;
  /** of these, those that other families watched too, count */
  forwards_shared: number | null;
  /** tokens times layers that its edits had computed, count; null for methods that do not edit */
  rows: number | null;
  /** what whole forwards of all its edits would have been, tokens times layers */
  rows_full: number | null;
  /** of the random choices */
  seed: number;
  /** of family and method */
  parameters: any;
  /** hash of the weights */
  model_fingerprint: string;
  /** hash of the tokenizer */
  tokenizer: string | null;
  /** semantic version */
  family_version: string | null;
  /** hash of the shared library */
  family_build: string | null;
  /** semantic version */
  method_version: string;
  /** hash of the shared library */
  method_build: string;
  /** which wording of the task */
  task_hash: string;
  /** of the program's arithmetic */
  engine_version: string;
}

/** One of the numbers that a run has for each head. */
export interface Output {
  /** which number of the method */
  name: string;
  /** of its numbers */
  unit: string;
  /** one sentence */
  doc: string;
  /** in the unit: from here on a head counts */
  threshold: number | null;
  /** where the threshold comes from */
  threshold_source: string | null;
}

/** Where a family or method was described. */
export interface Reference {
  /** of the paper or page */
  title: string;
  /** where to read it */
  url: string;
}

/** A family or method, as its manifest says. */
export interface Plugin {
  /** family or method */
  kind: string;
  /** unique among plugins of its kind */
  id: string;
  /** semantic version; changes whenever results change */
  version: string;
  /** hash of the shared library */
  build_id: string;
  /** for people */
  title: string;
  /** one sentence */
  summary: string;
  /** of a family: KR, ICI, LR or EP */
  stage: string | null;
  /** of the number */
  formula: string | null;
  /** how sure the formula is: C code, P paper, S survey, 2 second hand, M memory, R reconstruction */
  formula_source: string | null;
  /** what the numbers are compared with */
  null: string | null;
  /** of a method: its values are the family's statistic */
  measures_family: boolean;
  references: Reference[];
  outputs: Output[];
  /** name, doc, integer, default, min and max of each */
  parameters: any;
  /** of a family: on which it is looked for, best first */
  tasks: string[];
  /** time of the last scan that used it */
  seen_at: string;
}

/** One wording of a task. */
export interface Task {
  /** several contents may share it */
  id: string;
  /** of the definition */
  content_hash: string;
  /** for people */
  title: string;
  /** one sentence */
  summary: string;
  /** time of the last scan that used it */
  seen_at: string;
}

/** How well a model does a task. */
export interface TaskResult {
  /** name */
  model: string;
  /** id */
  task: string;
  /** share of right answers, 0 to 1; null where the task has no answers */
  accuracy: number | null;
  /** standard error of the accuracy */
  accuracy_error: number | null;
  /** accuracy of guessing, 0 to 1 */
  chance: number | null;
  /** name of the task's metric */
  metric: string | null;
  /** of the metric */
  metric_unit: string | null;
  /** mean over the unedited prompts */
  clean_metric: number | null;
  /** false: the model does not solve the task */
  measurable: boolean | null;
  /** one sentence; null when measurable */
  why_not: string | null;
  /** prompts asked for, count */
  n_prompts: number;
  /** prompts that passed the task's filters, count; null where too few did */
  n_kept: number | null;
  /** texts drawn before the filters, count; null where the scan did not say */
  n_tried: number | null;
  /** what the filters took, and why */
  prompt_notes: string[];
  /** hash of the run that says so */
  run: string;
}

/** A named place of a prompt. */
export interface Role {
  /** of the place */
  name: string;
  /** first token, from 0 */
  begin: number;
  /** first token after it */
  end: number;
}

/** A prompt as one tokenizer sees it. */
export interface Prompt {
  /** place among the sample's prompts, from 0 */
  index: number;
  /** false: of the half that selects heads; true: of the half that is reported */
  reported: boolean;
  /** as text */
  tokens: string[];
  token_ids: number[];
  /** named places */
  roles: Role[];
  /** the right answer; null when the task has none */
  answer: string | null;
  /** whether the attention patterns of this prompt were kept */
  has_patterns: boolean;
}

/** Which prompts of a task: those of one seed and count. */
export interface Sample {
  /** which wording of the task */
  task_hash: string;
  /** of the random choices */
  seed: number;
  /** prompts asked for, count */
  n_prompts: number;
}

/** In which layers a model has heads of a family. */
export interface FamilyDepth {
  /** its name */
  model: string;
  /** heads in each layer, count */
  found: number[];
}

/** What a head is to a family. */
export interface FamilyProfile {
  /** id */
  family: string;
  /** the best of its tasks */
  verdict: string;
  /** of those with this verdict the one with the largest statistic; what follows is of it */
  task: string;
  /** the statistic; null where nothing was measured or can be said */
  score: number | null;
  /** 95 % bootstrap interval */
  ci_low: number | null;
  /** its other end */
  ci_high: number | null;
  /** of the statistic */
  unit: string | null;
  /** mean under the null */
  null_mean: number | null;
  /** from here on a head counts */
  threshold: number | null;
  /** of editing the head, on the same task: the one furthest from 0 */
  effect: number | null;
  /** how the effect was measured */
  effect_method: string | null;
  /** of the effect */
  effect_unit: string | null;
  /** on which the family was looked for, count */
  n_tasks: number;
  /** of these, those that the model solves, count */
  n_measurable: number;
}

/** How many heads of a family a model has. */
export interface Tally {
  /** name */
  model: string;
  /** id */
  family: string;
  /** each head once, with its best verdict over all tasks */
  heads: VerdictCounts;
}

/** What a word for the evidence means. */
export interface Verdict {
  /** as in every verdict */
  word: string;
  /** one sentence */
  meaning: string;
}

/** What is in the catalogue. */
export interface Overview {
  /** count */
  n_models: number;
  /** query heads of all models, count */
  n_heads: number;
  /** heads that are confirmed, once for each family, count */
  n_confirmed: number;
  /** count */
  n_runs_done: number;
  /** runs that are not done, count */
  n_runs_open: number;
  /** those scanned last, 12 at most, by name */
  models: Model[];
  /** the newest version of each family, by id */
  families: Plugin[];
  /** of these models, by model, family */
  tallies: Tally[];
  /** newest first, 8 at most */
  latest_runs: Run[];
  /** what the words mean */
  verdicts: Verdict[];
}

/** All models. */
export interface Models {
  /** by name */
  models: Model[];
  /** by model, family */
  tallies: Tally[];
}

/** All that is known of a model, apart from the heads' numbers. */
export interface ModelAnswer {
  model: Model;
  /** the newest version of each family that was looked for in it */
  families: Plugin[];
  /** by family, task, method */
  detectors: Detector[];
  /** by task; the newest run that says so */
  tasks: TaskResult[];
  /** by family */
  tallies: Tally[];
  /** the statistic of each confirmed head, largest first, 2000 at most */
  confirmed: HeadRow[];
}

/** A head in the grid of a detector. */
export interface GridHead {
  /** "L5H1" */
  head: string;
  /** from 0 */
  layer: number;
  /** query head in the layer, from 0 */
  index: number;
  /** mean over the reported prompts, the output's unit; null: not measured */
  score: number | null;
  /** 95 % bootstrap interval over the reported prompts */
  ci_low: number | null;
  /** its other end */
  ci_high: number | null;
  /** mean under the null */
  null_mean: number | null;
  /** false-discovery rate over all heads of the run, 0 to 1 */
  q: number | null;
  /** mean over the selecting prompts */
  selection_score: number | null;
  /** selected on one half of the prompts and confirmed on the other */
  present: boolean;
  /** of the head for (model, family, task) */
  verdict: string;
}

/** The numbers of all heads of one detector. */
export interface DetectorAnswer {
  model: Model;
  detector: Detector;
  run: Run;
  /** the one that is shown */
  output: Output;
  /** all that the run has */
  outputs: Output[];
  /** by layer, head */
  heads: GridHead[];
}

/** What a run says of one head. */
export interface HeadOutput {
  output: Output;
  /** prompts reported, count */
  n: number;
  /** mean over the reported prompts, the output's unit; null: not measured */
  score: number | null;
  /** 95 % bootstrap interval over the reported prompts */
  ci_low: number | null;
  /** its other end */
  ci_high: number | null;
  /** mean under the null */
  null_mean: number | null;
  /** probability under the null, 0 to 1 */
  p: number | null;
  /** false-discovery rate over all heads of the run, 0 to 1 */
  q: number | null;
  /** mean over the selecting prompts */
  selection_score: number | null;
  /** selected on one half of the prompts and confirmed on the other */
  present: boolean;
  /** of every prompt, the output's unit; null where not measured */
  values: (number | null)[];
  /** of every prompt, mean over the replicates of the null; empty without one */
  null_values: (number | null)[];
}

/** What one detector says of one head. */
export interface Evidence {
  /** what is looked for */
  family: string;
  /** how */
  method: string;
  /** on what */
  task: string;
  /** true: attentional evidence, the family's statistic; false: causal evidence, an effect */
  measures_family: boolean;
  /** of the head for (family, task) */
  verdict: string;
  run: Run;
  /** the first is the score */
  outputs: HeadOutput[];
}

/** What a published list says of a head. */
export interface Publication {
  /** id */
  list: string;
  /** of the list */
  title: string;
  /** its title */
  paper: string;
  /** where the paper is */
  url: string;
  /** published as what */
  family: string;
  /** of the list: C, P, S, 2, M or R, as a formula's */
  sureness: string;
  /** what the published score is; null without one */
  score_name: string | null;
  /** null without one */
  published_score: number | null;
}

/** All that is known of one head. */
export interface HeadAnswer {
  model: Model;
  /** "L5H1" */
  head: string;
  /** from 0 */
  layer: number;
  /** query head in the layer, from 0 */
  index: number;
  /** "L5KV0": whose keys and values it reads */
  kv_head: string;
  /** all heads that read the same keys and values */
  kv_group: string[];
  /** the newest version of each family in the evidence */
  families: Plugin[];
  /** what it is to each family: by verdict, then by how many times its threshold the statistic is */
  profile: FamilyProfile[];
  /** by family, task; the family's statistic before the effects */
  evidence: Evidence[];
  /** what imported lists name it, by family, list */
  published: Publication[];
}

/** Prompts of a task as a model reads them. */
export interface PromptsAnswer {
  /** name */
  model: string;
  task: Task;
  /** the one that is shown; null when there are no prompts of this task as the model reads them */
  sample: Sample | null;
  /** all of this model and task, newest first */
  samples: Sample[];
  /** by index */
  prompts: Prompt[];
}

/** A value that a list may be narrowed to. */
export interface Facet {
  value: string;
  /** rows that choosing it would leave, count */
  n: number;
}

/** Values that a list of heads may be narrowed to; the other conditions stay. */
export interface Facets {
  models: Facet[];
  families: Facet[];
  methods: Facet[];
  tasks: Facet[];
  verdicts: Facet[];
}

/** Heads of all models. */
export interface CatalogueAnswer {
  /** in the order asked for */
  rows: HeadRow[];
  /** largest first */
  facets: Facets;
}

/** A head in one of two models. */
export interface ComparisonSide {
  /** the output's unit; null: not measured */
  score: number | null;
  /** 95 % bootstrap interval */
  ci_low: number | null;
  /** its other end */
  ci_high: number | null;
  /** of the head */
  verdict: string;
  /** hash of the run */
  run: string;
}

/** The same head and detector in two models. */
export interface ComparisonRow {
  /** "L5H1" */
  head: string;
  /** what is looked for */
  family: string;
  /** how */
  method: string;
  /** on what */
  task: string;
  /** null where the first model has no such head or number */
  a: ComparisonSide | null;
  /** null where the second model has no such head or number */
  b: ComparisonSide | null;
  /** b - a, the output's unit */
  difference: number | null;
}

/** Two models, detector by detector. */
export interface CompareAnswer {
  /** names to choose from */
  models: string[];
  /** null when none was named */
  a: Model | null;
  /** null when none was named */
  b: Model | null;
  /** those that both models have, as the first has them */
  detectors: Detector[];
  /** in the order asked for; empty until both models are named */
  rows: ComparisonRow[];
}

/** How far two families agree on a model's heads. */
export interface FamilyOverlap {
  /** id */
  family_a: string;
  /** id */
  family_b: string;
  /** heads with a statistic of both, count */
  n_heads: number;
  /** heads that look like the first family, count */
  n_a: number;
  /** heads that look like the second, count */
  n_b: number;
  /** heads that look like both, count */
  n_both: number;
  /** n_both of the heads that look like either, 0 to 1; null when none does */
  share: number | null;
  /** Wilson's 95 % interval */
  share_low: number | null;
  /** its other end */
  share_high: number | null;
  /** Spearman's, of the two statistics over the heads, -1 to 1 */
  correlation: number | null;
  /** 95 % interval of Bonett and Wright */
  correlation_low: number | null;
  /** its other end */
  correlation_high: number | null;
}

/** A head in a published list, or found beside one. */
export interface ComparedHead {
  /** "L5H1" */
  head: string;
  /** confirmed or correlational */
  found: boolean;
  /** of its score among the model's heads, from 1; ties share the best; null: not measured */
  rank: number | null;
  /** largest statistic of the family's tasks, the output's unit; null: not measured */
  score: number | null;
  /** what score_name says; null without one */
  published_score: number | null;
}

/** One family of a published list, held against a model. */
export interface ReferenceComparison {
  /** name */
  model: string;
  /** id */
  list: string;
  /** of the list */
  title: string;
  /** its title */
  paper: string;
  /** where the paper is */
  url: string;
  /** published as what */
  family: string;
  /** of the list: C, P, S, 2, M or R, as a formula's */
  sureness: string;
  /** the authors looked at all heads and name all that they found */
  complete: boolean;
  /** what the published scores are; null without any */
  score_name: string | null;
  /** of the list */
  note: string | null;
  /** compared, not scanned, not measurable or no detector yet */
  status: string;
  /** one sentence; null unless not measurable */
  why_not: string | null;
  /** heads of the model with a score, count; null unless compared */
  n_heads: number | null;
  /** count */
  n_published: number;
  /** heads that the detectors find, count; null unless compared */
  n_found: number | null;
  /** of these, published, count; null unless compared */
  n_both: number | null;
  /** n_both of n_found, 0 to 1; null when the list is not complete or none was found */
  precision: number | null;
  /** Wilson's 95 % interval */
  precision_low: number | null;
  /** its other end */
  precision_high: number | null;
  /** n_both of n_published, 0 to 1; null unless compared */
  recall: number | null;
  /** Wilson's 95 % interval */
  recall_low: number | null;
  /** its other end */
  recall_high: number | null;
  /** of the published heads in the order of the scores, 0 to 1 */
  average_precision: number | null;
  /** what it is for scores that say nothing: n_published of all heads */
  chance: number | null;
  /** by rank */
  published: ComparedHead[];
  /** found and not published, by rank */
  extra: ComparedHead[];
}

/** All published lists that are held against a model. */
export interface ReferencesAnswer {
  model: Model;
  /** by list, then as the list has them */
  comparisons: ReferenceComparison[];
}

/** All pairs of families of one model. */
export interface OverlapAnswer {
  model: Model;
  /** largest share first */
  overlaps: FamilyOverlap[];
}

/** Families or methods that scans have used. */
export interface Plugins {
  /** by id, newest first */
  plugins: Plugin[];
  /** by model, family; of families only */
  tallies: Tally[];
}

/** One family or method. */
export interface PluginAnswer {
  /** the newest version */
  plugin: Plugin;
  /** all that scans have used, newest first */
  versions: Plugin[];
  /** by model, family, task, method */
  detectors: Detector[];
  /** by model; of a family only */
  tallies: Tally[];
  /** of a family: the statistic of its confirmed, then its other found heads, largest first, 200 at most */
  heads: HeadRow[];
  /** of a family: where those heads sit, by model */
  depths: FamilyDepth[];
  /** of a family: the largest statistic of each measured model and task without a head of it */
  closest: HeadRow[];
  /** of a family: the tasks that models do not solve, so that nothing can be said, by model, task */
  unsolved: TaskResult[];
  /** of a family: what papers have published of it, by model, list */
  references: ReferenceComparison[];
}

/** Runs of all models. */
export interface Runs {
  /** newest first */
  runs: Run[];
}

/** The task's metric on one unedited prompt. */
export interface Outcome {
  /** place among the run's prompts, from 0 */
  prompt: number;
  /** the run's metric_unit */
  metric: number | null;
  /** share of the prompt's answers that are right, 0 to 1 */
  accuracy: number | null;
}

/** One run. */
export interface RunAnswer {
  run: Run;
  /** which it answers for */
  detectors: Detector[];
  outputs: Output[];
  /** of every unedited prompt */
  outcomes: Outcome[];
  /** numbers committed so far, count; 0 when done */
  n_cells: number;
}

/** Tasks that scans have used. */
export interface Tasks {
  /** by id, newest first */
  tasks: Task[];
  /** by task, model */
  results: TaskResult[];
}

/** One task and its prompts. */
export interface TaskAnswer {
  task: Task;
  /** the whole task */
  definition: any;
  /** by model */
  results: TaskResult[];
  /** what was looked for on it, by model, family, method */
  detectors: Detector[];
  /** whose prompts are shown; null when no model has any */
  model: string | null;
  /** which prompts are shown */
  sample: Sample | null;
  /** by index */
  prompts: Prompt[];
}

/** One of the URLs. */
export interface Route {
  /** of the URL; {names} are parameters */
  pattern: string;
  /** page, json, csv or the media type */
  formats: string[];
  /** one sentence */
  summary: string;
  /** shape of "data" in the .json twin */
  answer: string | null;
}

/** All URLs. */
export interface Routes {
  /** in the order of the documentation */
  routes: Route[];
}

/** What a statement found. */
export interface SqlAnswer {
  /** as given; empty without a statement */
  sql: string;
  /** names */
  columns: string[];
  /** a list of lists in the order of the columns */
  rows: any;
  /** there are more rows than are shown */
  truncated: boolean;
}

/** Which part of a list this is. */
export interface Paging {
  /** rows on a page, count */
  limit: number;
  /** rows before this page, count */
  offset: number;
  /** rows, count */
  total: number;
}

/** What went wrong. */
export interface FailureDetail {
  /** one word for programs */
  code: string;
  /** what is wrong and what to do */
  message: string;
}

/** Every answer that is an error. */
export interface Failure {
  error: FailureDetail;
}
