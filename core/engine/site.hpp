// The places of a forward pass that can be captured or edited, with the names of the field (TransformerLens).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

// Values equal HEADLIGHT_SITE_* of the plugin boundary. Append only.
enum class SiteKind {
  embed = 1,         // hook_embed                          [position, d_model], after everything that precedes block 0
  resid_pre = 2,     // blocks.L.hook_resid_pre             [position, d_model]
  resid_mid = 3,     // blocks.L.hook_resid_mid             after attention; absent in parallel blocks
  resid_post = 4,    // blocks.L.hook_resid_post
  q = 5,             // blocks.L.attn.hook_q                [position, head, d_head], as it meets the keys: normed and rotated
  k = 6,             // blocks.L.attn.hook_k                [position, kv head, d_head], normed and rotated
  v = 7,             // blocks.L.attn.hook_v                [position, kv head, d_head]
  attn_scores = 8,   // blocks.L.attn.hook_attn_scores      [head, query, key], scaled, before the softmax
  pattern = 9,       // blocks.L.attn.hook_pattern          [head, query, key]
  z = 10,            // blocks.L.attn.hook_z                [position, head, d_head], before the output projection
  result = 11,       // blocks.L.attn.hook_result           [position, head, d_model], z times the head's output weights
  attn_out = 12,     // blocks.L.hook_attn_out              [position, d_model], as it is added to the residual stream
  mlp_out = 13,      // blocks.L.hook_mlp_out
  final_norm = 14,   // ln_final.hook_normalized            [position, d_model]
  logits = 15,       // logits                              [position, vocabulary]
};

struct Site {
  SiteKind kind = SiteKind::z;
  int layer = 0;  // 0 for the sites outside the blocks
  auto operator<=>(const Site&) const = default;
};

bool is_in_block(SiteKind kind);
bool is_attention_matrix(SiteKind kind);  // pattern and attn_scores
bool has_heads(SiteKind kind);
bool has_kv_heads(SiteKind kind);  // k and v

// "hook_pattern"; "ln_final.hook_normalized"
std::string_view short_name(SiteKind kind);
std::optional<SiteKind> site_kind_of(std::string_view short_name);  // with or without "hook_"

// "blocks.5.attn.hook_pattern"
std::string to_string(Site site);

// One name, or with `*` for every layer: "blocks.*.attn.hook_z", "blocks.3.hook_z" and "hook_z" (every layer) are understood.
// Throws Error{bad_input} that lists the names.
std::vector<Site> parse_sites(std::string_view name, int n_layers);

}  // namespace headlight
