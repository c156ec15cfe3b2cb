/* Zero ablation as a plugin of a later minor version would write it: every struct that it makes has a field more at its end. */
#include <headlight/plugin.h>
#include <stdlib.h>

typedef struct newer_output {
  headlight_output known;
  double more;
} newer_output;
typedef struct newer_edit {
  headlight_edit known;
  double more;
} newer_edit;
typedef struct newer_cell {
  headlight_cell known;
  double more;
} newer_cell;
typedef struct newer_manifest {
  headlight_manifest known;
  double more;
} newer_manifest;
typedef struct newer_method {
  headlight_method known;
  double more;
} newer_method;
typedef struct newer_plugin {
  headlight_plugin known;
  double more;
} newer_plugin;

typedef struct sweep {
  const headlight_session* session;
  const newer_cell* cells;
} sweep;

static headlight_code on_value(void* user, size_t index, double metric) {
  const sweep* all = user;
  const headlight_cell* cell = &all->cells[index].known;
  double clean = 0;
  const headlight_code code = all->session->clean_metric(all->session->context, cell->prompt, &clean);
  if (code != HEADLIGHT_OK) return code;
  return all->session->emit(all->session->context, 0, cell->head_layer, cell->head, cell->prompt, metric - clean);
}

static headlight_code run(const headlight_host* host, const headlight_session* session) {
  const size_t n_heads = (size_t)(host->model->n_layers * host->model->n_heads), n_cells = n_heads * (size_t)session->n_prompts;
  newer_edit* edits = calloc(n_cells, 2 * sizeof *edits);
  newer_cell* cells = calloc(n_cells, sizeof *cells);
  for (size_t i = 0; i < n_cells; ++i) {
    const int32_t head = (int32_t)(i % n_heads);
    for (int half = 0; half < 2; ++half) /* two edits, so that their array is walked too */
      edits[2 * i + half] = (newer_edit){.known = {.size = sizeof(newer_edit),
                                                   .op = HEADLIGHT_EDIT_ZERO,
                                                   .site = HEADLIGHT_SITE_Z,
                                                   .layer = head / host->model->n_heads,
                                                   .head = head % host->model->n_heads,
                                                   .position_begin = half ? 10 : 0,
                                                   .position_end = half ? -1 : 10,
                                                   .factor = 1},
                                         .more = 0.5};
    cells[i] = (newer_cell){.known = {.size = sizeof(newer_cell),
                                      .prompt = (int32_t)(i / n_heads),
                                      .head_layer = head / host->model->n_heads,
                                      .head = head % host->model->n_heads,
                                      .n_edits = 2,
                                      .edits = &edits[2 * i].known,
                                      .output = 0},
                            .more = 0.5};
  }
  sweep all = {session, cells};
  const headlight_code code = session->evaluate(session->context, &cells[0].known, n_cells, on_value, &all);
  free(cells);
  free(edits);
  return code;
}

static const newer_output kOutputs[] = {
    {.known =
         {.size = sizeof(newer_output), .name = "effect", .doc = "effect of zeroing", .unit = "metric", .min = -1e9, .max = 1e9},
     .more = 0.5},
    {.known = {.size = sizeof(newer_output), .name = "nothing", .doc = "never emitted", .unit = "1", .min = 0, .max = 1},
     .more = 0.5}};
static const newer_manifest kManifest = {.known = {.size = sizeof(newer_manifest),
                                                   .kind = HEADLIGHT_METHOD,
                                                   .null_kind = HEADLIGHT_NULL_OTHER_HEADS,
                                                   .id = "newer-structs",
                                                   .version = "1.0.0-next+1",
                                                   .title = "Newer structs",
                                                   .summary = "Zero ablation by a newer plugin.",
                                                   .formula = "metric(z_h := 0) - metric(clean)",
                                                   .formula_source = "R",
                                                   .outputs = &kOutputs[0].known,
                                                   .n_outputs = 2},
                                         .more = 0.5};
static const newer_method kMethod = {.known = {.size = sizeof(newer_method), .run = run}, .more = 0.5};
HEADLIGHT_EXPORT const newer_plugin headlight_plugin_v1 = {.known = {.size = sizeof(newer_plugin),
                                                                     .abi_minor = HEADLIGHT_ABI_MINOR + 1,
                                                                     .manifest = &kManifest.known,
                                                                     .method = &kMethod.known},
                                                           .more = 0.5};
