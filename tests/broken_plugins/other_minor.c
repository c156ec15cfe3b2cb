/* Zero ablation as a plugin of another minor version writes it. With OLDER it sees the header of version 1.0, frozen in
 * tests/consumer: its structs end where they ended then. Without, every struct that it makes has a field more than today's. */
#include <headlight/plugin.h>
#include <stdlib.h>

#ifdef OLDER
#define GROWN(name) typedef struct name##_here { headlight_##name known; } name##_here
#define MORE
#define OF_THE_FIRST_OUTPUT
#define ID "older-structs"
#else
#define GROWN(name) typedef struct name##_here { headlight_##name known; double more; } name##_here
#define MORE , .more = 0.5
#define OF_THE_FIRST_OUTPUT , .output = 0
#define ID "newer-structs"
#endif
GROWN(output);
GROWN(edit);
GROWN(cell);
GROWN(manifest);
GROWN(method);
GROWN(plugin);

typedef struct sweep {
  const headlight_session* session;
  const cell_here* cells;
} sweep;

static headlight_code on_value(void* user, size_t index, double metric) {
  const sweep* all = user;
  const headlight_cell* cell = &all->cells[index].known;
  double clean = 0;
  const headlight_code code = all->session->clean_metric(all->session->context, cell->prompt, &clean);
  if (code != HEADLIGHT_OK) return code;
  return all->session->emit(all->session->context, 0, cell->head_layer, cell->head, cell->prompt, metric - clean);
}

/* Zero at [begin, end). */
static edit_here zero(int32_t layer, int32_t head, int32_t begin, int32_t end) {
  return (edit_here){.known = {.size = sizeof(edit_here),
                               .op = HEADLIGHT_EDIT_ZERO,
                               .site = HEADLIGHT_SITE_Z,
                               .layer = layer,
                               .head = head,
                               .position_begin = begin,
                               .position_end = end,
                               .factor = 1} MORE};
}

static headlight_code run(const headlight_host* host, const headlight_session* session) {
  const int32_t n_per_layer = host->model->n_heads, n_heads = host->model->n_layers * n_per_layer;
  const size_t n_cells = (size_t)n_heads * (size_t)session->n_prompts;
  edit_here* edits = calloc(n_cells, 2 * sizeof *edits); /* two a cell, so that their array is walked too */
  cell_here* cells = calloc(n_cells, sizeof *cells);
  for (size_t i = 0; i < n_cells; ++i) {
    const int32_t place = (int32_t)(i % (size_t)n_heads), layer = place / n_per_layer, head = place % n_per_layer;
    edits[2 * i] = zero(layer, head, 0, 10);
    edits[2 * i + 1] = zero(layer, head, 10, -1);
    cells[i] = (cell_here){.known = {.size = sizeof(cell_here),
                                     .prompt = (int32_t)(i / (size_t)n_heads),
                                     .head_layer = layer,
                                     .head = head,
                                     .n_edits = 2,
                                     .edits = &edits[2 * i].known OF_THE_FIRST_OUTPUT} MORE};
  }
  sweep all = {session, cells};
  const headlight_code code = session->evaluate(session->context, &cells[0].known, n_cells, on_value, &all);
  free(cells);
  free(edits);
  return code;
}

static const output_here kOutputs[] = {{.known = {.size = sizeof(output_here),
                                                  .name = "effect",
                                                  .doc = "effect of zeroing",
                                                  .unit = "metric",
                                                  .min = -1e9,
                                                  .max = 1e9} MORE},
                                       {.known = {.size = sizeof(output_here),
                                                  .name = "nothing",
                                                  .doc = "never emitted",
                                                  .unit = "1",
                                                  .min = 0,
                                                  .max = 1} MORE}};
static const manifest_here kManifest = {.known = {.size = sizeof(manifest_here),
                                                  .kind = HEADLIGHT_METHOD,
                                                  .null_kind = HEADLIGHT_NULL_OTHER_HEADS,
                                                  .id = ID,
                                                  .version = "1.0.0-other+minor",
                                                  .title = "Another minor version",
                                                  .summary = "Zero ablation by a plugin of another minor version.",
                                                  .formula = "metric(z_h := 0) - metric(clean)",
                                                  .formula_source = "R",
                                                  .outputs = &kOutputs[0].known,
                                                  .n_outputs = 2} MORE};
static const method_here kMethod = {.known = {.size = sizeof(method_here), .run = run} MORE};
HEADLIGHT_EXPORT const plugin_here headlight_plugin_v1 = {.known = {.size = sizeof(plugin_here),
                                                                    .abi_minor = HEADLIGHT_ABI_MINOR,
                                                                    .manifest = &kManifest.known,
                                                                    .method = &kMethod.known} MORE};
