/* A family in C, against frozen/headlight/plugin.h: what the last query gives to itself. It is compiled as it was when version 1.0
 * came out, so it must load and run for as long as the major version is 1.
 *   score = A[T-1, T-1] */
#include <headlight/plugin.h>

#include <stdlib.h>

#if HEADLIGHT_ABI_MAJOR != 1 || HEADLIGHT_ABI_MINOR != 0
#error "this is to be compiled against the frozen header"
#endif

typedef struct {
  const headlight_host* host;
  int last;
  double* values; /* [layer, head] */
} state_t;

static headlight_code open_family(const headlight_host* host, void** out) {
  state_t* state = calloc(1, sizeof(state_t));
  if (state) state->values = calloc((size_t)host->model->n_layers * (size_t)host->model->n_heads, sizeof(double));
  if (!state || !state->values) {
    free(state);
    host->fail(host->context, HEADLIGHT_INTERNAL, "no memory for the grid");
    return HEADLIGHT_INTERNAL;
  }
  state->host = host;
  *out = state;
  return HEADLIGHT_OK;
}

static headlight_code begin_prompt(void* opaque, const headlight_prompt* prompt) {
  ((state_t*)opaque)->last = prompt->n_tokens - 1;
  return HEADLIGHT_OK;
}

static headlight_code observe(void* opaque, const headlight_capture* capture) {
  state_t* state = opaque;
  const int query = state->last - capture->query_begin;
  if (query < 0 || query >= capture->n_queries) return HEADLIGHT_OK;
  for (int head = 0; head < capture->n_heads; ++head)
    state->values[capture->layer * state->host->model->n_heads + head] =
        capture->values[((size_t)head * (size_t)capture->n_queries + (size_t)query) * (size_t)capture->n_keys + (size_t)state->last];
  return HEADLIGHT_OK;
}

static headlight_code end_prompt(void* opaque) {
  const state_t* state = opaque;
  return state->host->emit(state->host->context, 0, state->values, NULL);
}

static void close_family(void* opaque) {
  free(((state_t*)opaque)->values);
  free(opaque);
}

static const headlight_reference references[] = {{sizeof(headlight_reference), "Attention Heads of Large Language Models", "https://arxiv.org/abs/2409.03752"}};
static const headlight_output outputs[] = {{.size = sizeof(headlight_output),
                                            .name = "attention",
                                            .doc = "attention of the last query to itself",
                                            .unit = "share",
                                            .min = 0,
                                            .max = 1,
                                            .threshold_source = ""}};
static const headlight_site sites[] = {HEADLIGHT_SITE_PATTERN};
static const char* const tasks[] = {"repeated-random"};
static const headlight_manifest manifest = {.size = sizeof(headlight_manifest),
                                            .kind = HEADLIGHT_FAMILY,
                                            .stage = HEADLIGHT_STAGE_ICI,
                                            .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
                                            .id = "last-token-1-0",
                                            .version = "1.0.0",
                                            .title = "Last-token head",
                                            .summary = "What the last query gives to itself.",
                                            .formula = "A[T-1, T-1]",
                                            .formula_source = "R",
                                            .references = references,
                                            .n_references = 1,
                                            .outputs = outputs,
                                            .n_outputs = 1,
                                            .n_sites = 1,
                                            .sites = sites,
                                            .tasks = tasks,
                                            .n_tasks = 1};
static const headlight_family family = {.size = sizeof(headlight_family),
                                        .open = open_family,
                                        .begin_prompt = begin_prompt,
                                        .observe = observe,
                                        .end_prompt = end_prompt,
                                        .close = close_family};
HEADLIGHT_EXPORT const headlight_plugin headlight_plugin_v1 = {.size = sizeof(headlight_plugin), .abi_minor = HEADLIGHT_ABI_MINOR, .manifest = &manifest, .family = &family};
