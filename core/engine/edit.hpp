// Edits are data: what is done to which numbers of a forward pass. Because they are data, the planner can order them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/checkpoint/model_description.hpp"
#include "core/engine/site.hpp"

namespace headlight {

// Values equal HEADLIGHT_EDIT_* of the plugin boundary. Append only.
enum class EditOp {
  zero = 1,
  mean = 2,         // by the site's mean over all prompts and positions of the unedited run
  replace = 3,      // by `values`
  scale = 4,        // times `factor`
  add = 5,          // plus factor * values
  project_out = 6,  // minus the component along `values`
};
std::string_view to_string(EditOp op);

struct Edit {
  EditOp op = EditOp::zero;
  SiteKind site = SiteKind::z;
  int layer = 0;
  int head = -1;           // a kv head for k and v; -1: every head, or a site without heads
  int begin = 0, end = -1;  // positions [begin, end); queries for attention matrices; end -1: to the prompt's end
  float factor = 1;
  std::vector<float> values;  // one vector for all positions, or one after another for each position of [begin, end)
  bool operator==(const Edit&) const = default;
};

// An edit as it is written: OP:TARGET[=VALUE][@POSITIONS]
//   OP         zero, mean, scale, replace, add, project_out
//   TARGET     L1H2 (its z; also 1.2, a1.h2, ...), L1H2.q, L1H2.pattern, L1KV0.k, L1KV0.v, L1.resid_pre, L1.mlp_out, L1.attn_out, ...
//   VALUE      scale: a number; replace, add, project_out: FILE.safetensors:TENSOR
//   POSITIONS  3 or 3..7 (7 not included); all when left out
struct EditText {
  Edit edit;                               // without values
  std::string values_file, values_tensor;  // where they are to be read from; "" when the op needs none
};
inline constexpr std::string_view kEditGrammar =
    "OP:TARGET[=VALUE][@POSITIONS], with OP zero, mean, scale, replace, add or project_out; TARGET L1H2 (its z), L1H2.q, L1H2.pattern, "
    "L1KV0.k, L1KV0.v, L1.resid_pre, L1.resid_mid, L1.resid_post, L1.attn_out, L1.mlp_out; VALUE a number for scale, "
    "FILE.safetensors:TENSOR for replace, add and project_out; POSITIONS 3, or 3..7 for 3 to 6";

// Throws Error{bad_input} with the grammar.
EditText parse_edit(std::string_view text);

// Throws Error{bad_input} when the model has no such layer or head, when an op does not fit its site, or when the number of
// values does not fit. `width_of` a site's vector: d_head for q, k, v and z of one head, d_model for residual sites.
void check_edit(const Edit& edit, const ModelDescription& model);
size_t vector_width(const Edit& edit, const ModelDescription& model);

}  // namespace headlight
