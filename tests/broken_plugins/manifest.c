/* A plugin in C whose manifest can be broken in one place: CMakeLists.txt gives the word or number that breaks the rule. Whole,
 * it is a family that says nothing of any head. */
#include <headlight/plugin.h>
#include <math.h>

#ifndef KIND
#define KIND HEADLIGHT_FAMILY
#endif
#ifndef STAGE
#define STAGE HEADLIGHT_STAGE_ICI
#endif
#ifndef NULL_KIND
#define NULL_KIND HEADLIGHT_NULL_RANDOM_WEIGHTS
#endif
#ifndef ID
#define ID "by-hand"
#endif
#ifndef VERSION
#define VERSION "1.0.0"
#endif
#ifndef TITLE
#define TITLE "By hand"
#endif
#ifndef SUMMARY
#define SUMMARY "Says nothing."
#endif
#ifndef FORMULA
#define FORMULA "0"
#endif
#ifndef FORMULA_SOURCE
#define FORMULA_SOURCE "R"
#endif
#ifndef OUTPUT_SIZE
#define OUTPUT_SIZE sizeof(headlight_output)
#endif
#ifndef OUTPUT_NAME
#define OUTPUT_NAME "nothing"
#endif
#ifndef SECOND_OUTPUT_NAME
#define SECOND_OUTPUT_NAME "more_nothing"
#endif
#ifndef OUTPUT_DOC
#define OUTPUT_DOC "nothing"
#endif
#ifndef OUTPUT_UNIT
#define OUTPUT_UNIT "share"
#endif
#ifndef MIN
#define MIN 0
#endif
#ifndef MAX
#define MAX 1
#endif
#ifndef THRESHOLD
#define THRESHOLD 0.5
#endif
#ifndef THRESHOLD_SOURCE
#define THRESHOLD_SOURCE "none [R]"
#endif
#ifndef N_OUTPUTS
#define N_OUTPUTS 2
#endif
#ifndef OUTPUTS
#define OUTPUTS kOutputs
#endif
#ifndef ACROSS
#define ACROSS HEADLIGHT_ACROSS_NOTHING
#endif
#ifndef ACROSS_FIRST
#define ACROSS_FIRST 1
#endif
#ifndef ACROSS_SECOND
#define ACROSS_SECOND 1
#endif
#ifndef PARAMETER_NAME
#define PARAMETER_NAME "strength"
#endif
#ifndef SECOND_PARAMETER_NAME
#define SECOND_PARAMETER_NAME "weakness"
#endif
#ifndef PARAMETER_DOC
#define PARAMETER_DOC "of nothing"
#endif
#ifndef PARAMETER_TYPE
#define PARAMETER_TYPE HEADLIGHT_TYPE_NUMBER
#endif
#ifndef PARAMETER_DEFAULT
#define PARAMETER_DEFAULT 1
#endif
#ifndef REFERENCE_TITLE
#define REFERENCE_TITLE "A paper"
#endif
#ifndef REFERENCE_URL
#define REFERENCE_URL "https://arxiv.org/abs/0000.00000"
#endif
#ifndef N_REFERENCES
#define N_REFERENCES 1
#endif
#ifndef SITE
#define SITE HEADLIGHT_SITE_PATTERN
#endif
#ifndef N_SITES
#define N_SITES 1
#endif
#ifndef TASK
#define TASK "repeated-random"
#endif
#ifndef N_TASKS
#define N_TASKS 1
#endif
#ifndef MANIFEST_SIZE
#define MANIFEST_SIZE sizeof(headlight_manifest)
#endif
#ifndef PLUGIN_SIZE
#define PLUGIN_SIZE sizeof(headlight_plugin)
#endif
#ifndef MANIFEST
#define MANIFEST &kManifest
#endif
#ifndef FAMILY
#define FAMILY &kFamily
#endif
#ifndef METHOD
#define METHOD 0
#endif
#ifndef OBSERVE
#define OBSERVE observe
#endif

static headlight_code open_family(const headlight_host* host, void** state) { return *state = (void*)host, HEADLIGHT_OK; }
static headlight_code begin_prompt(void* state, const headlight_prompt* prompt) {
  return (void)state, (void)prompt, HEADLIGHT_OK;
}
static headlight_code observe(void* state, const headlight_capture* capture) { return (void)state, (void)capture, HEADLIGHT_OK; }
static headlight_code end_prompt(void* state) { return (void)state, HEADLIGHT_OK; }
static void close_family(void* state) { (void)state; }
headlight_code (*const kObserve)(void*, const headlight_capture*) = observe; /* so that nothing is unused */

static headlight_code run(const headlight_host* host, const headlight_session* session) {
  return (void)host, (void)session, HEADLIGHT_OK;
}
static const headlight_method kMethod = {.size = sizeof(headlight_method), .run = run};

static const headlight_output kOutputs[] = {{.size = OUTPUT_SIZE,
                                             .has_threshold = 1,
                                             .name = OUTPUT_NAME,
                                             .doc = OUTPUT_DOC,
                                             .unit = OUTPUT_UNIT,
                                             .min = MIN,
                                             .max = MAX,
                                             .threshold = THRESHOLD,
                                             .threshold_source = THRESHOLD_SOURCE,
                                             .across = ACROSS,
                                             .across_first = ACROSS_FIRST,
                                             .across_second = ACROSS_SECOND,
                                             .across_count = 1},
                                            {.size = OUTPUT_SIZE,
                                             .has_threshold = 0,
                                             .name = SECOND_OUTPUT_NAME,
                                             .doc = "nothing",
                                             .unit = "share",
                                             .min = -1,
                                             .max = 1}};
static const headlight_parameter kParameters[] = {{.size = sizeof(headlight_parameter),
                                                   .type = PARAMETER_TYPE,
                                                   .name = PARAMETER_NAME,
                                                   .doc = PARAMETER_DOC,
                                                   .default_value = PARAMETER_DEFAULT,
                                                   .min = 0,
                                                   .max = 2},
                                                  {.size = sizeof(headlight_parameter),
                                                   .type = HEADLIGHT_TYPE_INTEGER,
                                                   .name = SECOND_PARAMETER_NAME,
                                                   .doc = "of nothing",
                                                   .default_value = 3,
                                                   .min = 1,
                                                   .max = 9}};
static const headlight_reference kReferences[] = {
    {.size = sizeof(headlight_reference), .title = REFERENCE_TITLE, .url = REFERENCE_URL}};
static const headlight_site kSites[] = {SITE};
static const char* const kTasks[] = {TASK};
static const headlight_family kFamily = {.size = sizeof(headlight_family),
                                         .open = open_family,
                                         .begin_prompt = begin_prompt,
                                         .observe = OBSERVE,
                                         .end_prompt = end_prompt,
                                         .close = close_family};

static const headlight_manifest kManifest = {.size = MANIFEST_SIZE,
                                             .kind = KIND,
                                             .stage = STAGE,
                                             .null_kind = NULL_KIND,
                                             .id = ID,
                                             .version = VERSION,
                                             .title = TITLE,
                                             .summary = SUMMARY,
                                             .formula = FORMULA,
                                             .formula_source = FORMULA_SOURCE,
                                             .references = kReferences,
                                             .n_references = N_REFERENCES,
                                             .n_parameters = 2,
                                             .parameters = kParameters,
                                             .outputs = OUTPUTS,
                                             .n_outputs = N_OUTPUTS,
                                             .n_sites = N_SITES,
                                             .sites = kSites,
                                             .tasks = kTasks,
                                             .n_tasks = N_TASKS};

HEADLIGHT_EXPORT const headlight_plugin headlight_plugin_v1 = {
    .size = PLUGIN_SIZE, .abi_minor = HEADLIGHT_ABI_MINOR, .manifest = MANIFEST, .family = FAMILY, .method = METHOD};
const void* const kEverything[] = {&kManifest, &kFamily, &kMethod, kOutputs, kParameters, kReferences, kSites, kTasks};
