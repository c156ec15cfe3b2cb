/* The boundary between Headlight and its plugins, in C. A plugin is a shared library that exports one constant,
 *
 *     const headlight_plugin headlight_plugin_v1;
 *
 * whose name carries the major version. Rules that hold for ever within a major version:
 *   - every struct begins with `size`, set by whoever fills it to sizeof(the struct it was compiled with);
 *     fields are appended, never moved, and a field is read only when `size` covers it;
 *   - enums are append only;
 *   - memory never changes owner across the boundary: pointers are borrowed for the duration of the call,
 *     unless a comment says longer;
 *   - a function that can fail returns a headlight_code; before it returns anything but HEADLIGHT_OK it calls
 *     host->fail(host->context, code, message), which copies the message;
 *   - the manifest is constant data, readable before any code of the plugin runs;
 *   - [run thread]: all functions of one open family or method are called from one thread.
 * In C++ include <headlight/sdk.hpp> instead and never see any of this. */
#ifndef HEADLIGHT_PLUGIN_H
#define HEADLIGHT_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HEADLIGHT_ABI_MAJOR 1
#define HEADLIGHT_ABI_MINOR 1
#if defined(__GNUC__)
#define HEADLIGHT_EXPORT __attribute__((visibility("default"), used))
#else
#define HEADLIGHT_EXPORT
#endif

typedef int32_t headlight_code;
enum {
  HEADLIGHT_OK = 0,
  HEADLIGHT_INTERNAL = 1,       /* a defect of the plugin or of Headlight */
  HEADLIGHT_BAD_INPUT = 2,      /* parameters or data that make no sense */
  HEADLIGHT_UNSUPPORTED = 4,    /* not for this model or task */
  HEADLIGHT_OUT_OF_MEMORY = 7,  /* the memory budget does not hold it */
  HEADLIGHT_CANCELLED = 8,      /* the user stopped the run */
  HEADLIGHT_NOT_MEASURABLE = 10 /* the model cannot show it */
};

typedef int32_t headlight_kind;
enum { HEADLIGHT_FAMILY = 1, HEADLIGHT_METHOD = 2 };

/* The four stages of the survey (arXiv 2409.03752). */
typedef int32_t headlight_stage;
enum { HEADLIGHT_STAGE_NONE = 0, HEADLIGHT_STAGE_KR = 1, HEADLIGHT_STAGE_ICI = 2, HEADLIGHT_STAGE_LR = 3, HEADLIGHT_STAGE_EP = 4 };

/* Places of the forward pass that can be captured or edited, with the field's names. */
typedef int32_t headlight_site;
enum {
  HEADLIGHT_SITE_EMBED = 1,
  HEADLIGHT_SITE_RESID_PRE = 2,   /* blocks.L.hook_resid_pre            [query, d_model] */
  HEADLIGHT_SITE_RESID_MID = 3,
  HEADLIGHT_SITE_RESID_POST = 4,
  HEADLIGHT_SITE_Q = 5,           /* blocks.L.attn.hook_q               [query, head, d_head], after the rotation */
  HEADLIGHT_SITE_K = 6,           /*                                    [query, kv head, d_head], after the rotation */
  HEADLIGHT_SITE_V = 7,           /*                                    [query, kv head, d_head] */
  HEADLIGHT_SITE_ATTN_SCORES = 8, /* blocks.L.attn.hook_attn_scores     [head, query, key], before the softmax */
  HEADLIGHT_SITE_PATTERN = 9,     /* blocks.L.attn.hook_pattern         [head, query, key], after the softmax */
  HEADLIGHT_SITE_Z = 10,          /* blocks.L.attn.hook_z               [query, head, d_head] */
  HEADLIGHT_SITE_RESULT = 11,     /* blocks.L.attn.hook_result          [query, head, d_model] */
  HEADLIGHT_SITE_ATTN_OUT = 12,
  HEADLIGHT_SITE_MLP_OUT = 13,
  HEADLIGHT_SITE_FINAL_NORM = 14, /* ln_final.hook_normalized           [query, d_model] */
  HEADLIGHT_SITE_LOGITS = 15      /*                                    [query, vocabulary] */
};

typedef int32_t headlight_edit_op;
enum {
  HEADLIGHT_EDIT_ZERO = 1,
  HEADLIGHT_EDIT_MEAN = 2,       /* the site's mean over the task's prompts and positions */
  HEADLIGHT_EDIT_REPLACE = 3,    /* by `values` */
  HEADLIGHT_EDIT_SCALE = 4,      /* times `factor` */
  HEADLIGHT_EDIT_ADD = 5,        /* plus factor * values */
  HEADLIGHT_EDIT_PROJECT_OUT = 6 /* minus its component along `values` */
};

/* What a statistic is compared with when nothing is there to find. */
typedef int32_t headlight_null;
enum {
  HEADLIGHT_NULL_SHUFFLED_TOKENS = 1, /* the same prompts with their tokens in random order */
  HEADLIGHT_NULL_RANDOM_WEIGHTS = 2,  /* the same prompts in models of this shape with random weights */
  HEADLIGHT_NULL_OTHER_HEADS = 3      /* the same effect of the other heads of the layer */
};

typedef int32_t headlight_type;
enum { HEADLIGHT_TYPE_NUMBER = 1, HEADLIGHT_TYPE_INTEGER = 2 };

typedef struct headlight_reference {
  uint32_t size;
  const char* title;
  const char* url;
} headlight_reference;

typedef struct headlight_parameter {
  uint32_t size;
  headlight_type type;
  const char* name; /* lower-case words joined by '-' */
  const char* doc;
  double default_value, min, max;
} headlight_parameter;

/* 1.1: a number that only many prompts together have. With pairs of outputs x_k = across_first + k, y_k = across_second + k for
 * 0 <= k < across_count, and over the prompts of one half on which both are measured: */
typedef int32_t headlight_across;
enum {
  HEADLIGHT_ACROSS_NOTHING = 0,
  HEADLIGHT_ACROSS_CORRELATION = 1, /* Pearson's correlation of all (x_k, y_k) taken together */
  HEADLIGHT_ACROSS_INFORMATION = 2, /* mutual information of x_k and y_k in nats, less what it is when shuffled (Vinh et al. 2010); both
                                     * are small whole numbers, such as which of four letters */
  HEADLIGHT_ACROSS_STEADINESS = 3,  /* 1 - mean over k of the standard deviation of x_k; y_k is not looked at */
  HEADLIGHT_ACROSS_LEAST = 4        /* for each head that x_k whose mean over the selecting half is smallest */
};

/* One number per head and prompt. The first output is the detector's score. */
typedef struct headlight_output {
  uint32_t size;
  int32_t has_threshold;
  const char* name;
  const char* doc;
  const char* unit;
  double min, max; /* the declared range: a value outside it is a defect of the plugin */
  double threshold;
  const char* threshold_source;
  /* 1.1: with best_of_count > 0 the output is not emitted. For each head it is the one of the outputs
   * [best_of_first, best_of_first + best_of_count) whose mean over the selecting half of the prompts is largest. */
  uint32_t best_of_first, best_of_count;
  /* 1.1: with `across` the output is not emitted. The host makes it of outputs that are; its value of a prompt is what the prompt
   * contributes, so that the mean over the half is the number. */
  headlight_across across;
  uint32_t across_first, across_second, across_count;
} headlight_output;

/* 1.1: what a family uses besides captures. */
enum { HEADLIGHT_NEEDS_CIRCUITS = 1 /* host->circuits */ };

typedef struct headlight_manifest {
  uint32_t size;
  headlight_kind kind;
  headlight_stage stage;      /* of a family */
  headlight_null null_kind;
  const char* id;             /* lower-case words joined by '-', unique among plugins of its kind */
  const char* version;        /* semantic; changed whenever results change */
  const char* title;
  const char* summary;        /* one sentence */
  const char* formula;
  const char* formula_source; /* how sure the formula is: one of C P S 2 M R (code, paper, survey, second hand, memory, reconstruction) */
  const headlight_reference* references;
  uint32_t n_references;
  uint32_t n_parameters;
  const headlight_parameter* parameters;
  const headlight_output* outputs;
  uint32_t n_outputs;
  uint32_t n_sites;
  const headlight_site* sites; /* of a family: what it wants to observe */
  const char* const* tasks;    /* of a family: the ids of the tasks it is looked for on, best first */
  uint32_t n_tasks;
  int32_t measures_family;     /* of a method: its values are the family's statistic, so it runs once per family */
  uint32_t needs;              /* 1.1, of a family: HEADLIGHT_NEEDS_... */
  int32_t n_decoded;           /* 1.1, of a family: prompts are continued greedily by up to so many tokens before it sees them */
} headlight_manifest;

typedef struct headlight_model {
  uint32_t size;
  int32_t n_layers, n_heads, n_kv_heads, d_model, d_head, vocab_size;
  int32_t bos_token; /* valid when has_bos */
  int32_t has_bos;   /* whether prompts begin with the beginning-of-text token */
} headlight_model;

/* A named place of a prompt: the tokens [begin, end). */
typedef struct headlight_role {
  const char* name;
  int32_t begin, end;
} headlight_role;

/* 1.1: an arc of a sentence's grammar: the tokens of the dependent and of its head. */
typedef struct headlight_arc {
  const char* relation; /* "nsubj", "acl:relcl", as Universal Dependencies call it */
  int32_t dependent_begin, dependent_end;
  int32_t head_begin, head_end;
} headlight_arc;

typedef struct headlight_prompt {
  uint32_t size;
  int32_t index; /* within the task */
  int32_t n_tokens;
  int32_t n_roles;
  const int32_t* tokens; /* [n_tokens] */
  const headlight_role* roles; /* several of one name are several places */
  /* 1.1 */
  int32_t n_given;             /* the tokens [n_given, n_tokens) were decoded greedily from those before them */
  int32_t n_answers, n_wrong;
  const int32_t* answers;      /* [n_answers]: first tokens that are right at the last given position, */
  const int32_t* wrong;        /* [n_wrong]: and those that they are compared with; none where the task asks at many positions */
  const char* const* pieces;   /* [n_tokens]: the text of each token */
  const int32_t* words;        /* [n_tokens]: the word that each token belongs to, counted from 0; -1: none */
  int32_t n_arcs;
  const headlight_arc* arcs;   /* [n_arcs]: the grammar, of tasks that give it */
} headlight_prompt;

/* Part of one site of one layer of the current prompt: the queries [query_begin, query_begin + n_queries).
 * values: for PATTERN and ATTN_SCORES [n_heads, n_queries, n_keys], keys 0 .. n_keys-1, zero (or -infinity) where a query
 * may not look; for the others [n_queries, n_heads, width], with n_heads = 1 for sites of the residual stream. */
typedef struct headlight_capture {
  uint32_t size;
  headlight_site site;
  int32_t layer;
  int32_t query_begin, n_queries;
  int32_t n_heads, n_keys, width;
  const float* values;
} headlight_capture;

/* 1.1: the weights at work, for families that say HEADLIGHT_NEEDS_CIRCUITS. All heads of a layer at once; every array is of the
 * caller's, rows packed, `n` rows. Each function returns HEADLIGHT_UNSUPPORTED where the model's layout does not define it. */
typedef struct headlight_circuits {
  uint32_t size;
  void* context;
  /* out [n, d_model]: embeddings as they enter block 0, without positions; `effective`: after block 0 with its attention left out. */
  headlight_code (*embed)(void* context, const int32_t* tokens, size_t n, int32_t effective, float* out);
  /* out [n, d_model]: rows of the residual stream through the norm before the attention of `layer`. */
  headlight_code (*head_input)(void* context, int32_t layer, const float* residual, size_t n, float* out);
  /* out [n, n_heads, d_head]: W_V x + b_V of head inputs [n, d_model]. */
  headlight_code (*values)(void* context, int32_t layer, const float* input, size_t n, float* out);
  /* out [n, n_heads, d_model]: W_O z of z [n, n_heads, d_head], without bias. */
  headlight_code (*results)(void* context, int32_t layer, const float* z, size_t n, float* out);
  /* out [n_heads, n_queries, n_keys]: scaled scores of head inputs [n, d_model], without rotation. */
  headlight_code (*scores)(void* context, int32_t layer, const float* queries, size_t n_queries, const float* keys, size_t n_keys, float* out);
  /* out [n, n_tokens] (n_tokens 0: [n, vocab_size]): logits of rows of the residual stream, each through its own final norm. */
  headlight_code (*logits)(void* context, const float* residual, size_t n, const int32_t* tokens, size_t n_tokens, float* out);
  /* From end_prompt only. out [n, n_heads, n_tokens]: the share of the tokens' logits at `position` of the current prompt that
   * z [n, n_heads, d_head] makes, with the final norm's scale frozen there. Linear in z. */
  headlight_code (*direct_effects)(void* context, int32_t layer, const float* z, size_t n, int32_t position, const int32_t* tokens,
                                   size_t n_tokens, float* out);
  /* out [n, d_model]: the directions of the residual stream that raise the tokens' logits, the final norm's weight folded in. */
  headlight_code (*unembed)(void* context, const int32_t* tokens, size_t n, float* out);
  /* out [n_heads]: sum l / sum |l| over the eigenvalues l of W_E W_OV W_U, norms' weights folded in: 1 for a head that raises what it
   * sees, -1 for one that lowers it. `effective`: of embeddings after block 0 with its attention left out. */
  headlight_code (*copying)(void* context, int32_t layer, int32_t effective, double* out);
} headlight_circuits;

/* The host as a plugin sees it; valid while the family or method is open. */
typedef struct headlight_host {
  uint32_t size;
  void* context;
  const headlight_model* model;
  const double* parameters; /* [n_parameters], in the manifest's order */
  /* Copies the message. */
  void (*fail)(void* context, headlight_code code, const char* message);
  /* Of a family, from end_prompt: `values` [n_layers, n_heads] of one output for the current prompt;
   * `present` [n_layers, n_heads] marks measured heads, or is null when all are. */
  headlight_code (*emit)(void* context, uint32_t output, const double* values, const uint8_t* present);
  const headlight_circuits* circuits; /* 1.1: of a family that needs them, else null */
  /* 1.1, of a family: all prompts of the run as they were given, for what only many of them say; it is shown them one by one. */
  int32_t n_prompts;
  const headlight_prompt* const* prompts; /* [n_prompts] */
} headlight_host;

/* A family observes: begin_prompt, then the captures of that prompt (layer by layer, queries in order), then end_prompt. */
typedef struct headlight_family {
  uint32_t size;
  headlight_code (*open)(const headlight_host* host, void** state);
  headlight_code (*begin_prompt)(void* state, const headlight_prompt* prompt);
  headlight_code (*observe)(void* state, const headlight_capture* capture);
  headlight_code (*end_prompt)(void* state);
  void (*close)(void* state);
} headlight_family;

typedef struct headlight_edit {
  uint32_t size;
  headlight_edit_op op;
  headlight_site site;
  int32_t layer;
  int32_t head;           /* -1: all of them, or a site without heads */
  int32_t position_begin; /* tokens [begin, end) of the prompt; end -1: to its end */
  int32_t position_end;
  float factor;
  const float* values;    /* [n_values]: one vector for all positions, or one after another for each position */
  uint32_t n_values;
} headlight_edit;

/* One measurement: the task's metric on a prompt under edits. `head_layer, head` name the head it speaks of. */
typedef struct headlight_cell {
  uint32_t size;
  int32_t prompt;
  int32_t head_layer, head;
  uint32_t n_edits;
  const headlight_edit* edits;
  int32_t output; /* the output that follows from this cell alone; -1: several cells or outputs belong together */
} headlight_cell;

/* What a method drives. */
typedef struct headlight_session {
  uint32_t size;
  void* context;
  int32_t n_prompts;
  /* The prompt, borrowed until the session ends: as much of the struct as the plugin's version has. */
  headlight_code (*prompt)(void* context, int32_t index, headlight_prompt* prompt);
  /* The task's metric on the unedited prompt. */
  headlight_code (*clean_metric)(void* context, int32_t prompt, double* metric);
  /* Evaluates all cells and calls back for each, in an order of the host's choice; cells whose output (all outputs, for -1) of
   * their head and prompt an earlier, interrupted run has delivered are left out. The whole list is to be given in one call: the
   * host plans it. */
  headlight_code (*evaluate)(void* context, const headlight_cell* cells, size_t n_cells,
                             headlight_code (*on_value)(void* user, size_t cell, double metric), void* user);
  /* Runs the family of the detector over all prompts and calls back for each output and prompt with [n_layers, n_heads] values. */
  headlight_code (*statistic)(void* context,
                              headlight_code (*on_value)(void* user, int32_t prompt, uint32_t output, const double* values,
                                                         const uint8_t* present),
                              void* user);
  /* Delivers one value of one head on one prompt. */
  headlight_code (*emit)(void* context, uint32_t output, int32_t layer, int32_t head, int32_t prompt, double value);
  /* Says how far the run is; 0 when the user has cancelled it: return HEADLIGHT_CANCELLED then. */
  int32_t (*progress)(void* context, uint64_t done, uint64_t total);
} headlight_session;

typedef struct headlight_method {
  uint32_t size;
  headlight_code (*run)(const headlight_host* host, const headlight_session* session);
} headlight_method;

typedef struct headlight_plugin {
  uint32_t size;
  uint32_t abi_minor;
  const headlight_manifest* manifest;
  const headlight_family* family; /* of a family, else null */
  const headlight_method* method; /* of a method, else null */
} headlight_plugin;

#ifdef __cplusplus
}
#endif
#endif
