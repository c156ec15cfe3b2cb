#include "core/engine/site.hpp"

#include <array>
#include <charconv>

#include "core/base/error.hpp"

namespace headlight {
namespace {

struct SiteName {
  SiteKind kind;
  std::string_view name;  // as it is printed, without "blocks.L."
  bool in_attention;
};

constexpr std::array kNames = {
    SiteName{SiteKind::embed, "hook_embed", false},
    SiteName{SiteKind::resid_pre, "hook_resid_pre", false},
    SiteName{SiteKind::resid_mid, "hook_resid_mid", false},
    SiteName{SiteKind::resid_post, "hook_resid_post", false},
    SiteName{SiteKind::q, "hook_q", true},
    SiteName{SiteKind::k, "hook_k", true},
    SiteName{SiteKind::v, "hook_v", true},
    SiteName{SiteKind::attn_scores, "hook_attn_scores", true},
    SiteName{SiteKind::pattern, "hook_pattern", true},
    SiteName{SiteKind::z, "hook_z", true},
    SiteName{SiteKind::result, "hook_result", true},
    SiteName{SiteKind::attn_out, "hook_attn_out", false},
    SiteName{SiteKind::mlp_out, "hook_mlp_out", false},
    SiteName{SiteKind::final_norm, "ln_final.hook_normalized", false},
    SiteName{SiteKind::logits, "logits", false},
};

const SiteName& entry(SiteKind kind) {
  for (const SiteName& name : kNames)
    if (name.kind == kind) return name;
  throw Error(ErrorCode::internal, "a site without a name: " + std::to_string(static_cast<int>(kind)));
}

bool skip(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

[[noreturn]] void refuse_site(std::string_view name, const std::string& why) {
  std::string known;
  for (const SiteName& site : kNames) {
    if (site.kind == SiteKind::logits) continue;  // always given
    known += known.empty() ? "" : ", ";
    if (is_in_block(site.kind)) known += site.in_attention ? "blocks.L.attn." : "blocks.L.";
    known += site.name;
  }
  throw Error(ErrorCode::bad_input,
              "\"" + std::string(name) + "\" is no site: " + why + ". Sites are " + known + "; * stands for every layer L.");
}

}  // namespace

bool is_in_block(SiteKind kind) { return kind != SiteKind::embed && kind != SiteKind::final_norm && kind != SiteKind::logits; }
bool is_attention_matrix(SiteKind kind) { return kind == SiteKind::pattern || kind == SiteKind::attn_scores; }
bool has_kv_heads(SiteKind kind) { return kind == SiteKind::k || kind == SiteKind::v; }
bool has_heads(SiteKind kind) {
  return is_attention_matrix(kind) || kind == SiteKind::q || kind == SiteKind::z || kind == SiteKind::result || has_kv_heads(kind);
}

std::string_view short_name(SiteKind kind) { return entry(kind).name; }

std::optional<SiteKind> site_kind_of(std::string_view name) {
  for (const SiteName& site : kNames)
    if (name == site.name || (site.name.starts_with("hook_") && name == site.name.substr(5))) return site.kind;
  return std::nullopt;
}

std::string to_string(Site site) {
  const SiteName& name = entry(site.kind);
  if (!is_in_block(site.kind)) return std::string(name.name);
  return "blocks." + std::to_string(site.layer) + (name.in_attention ? ".attn." : ".") + std::string(name.name);
}

std::vector<Site> parse_sites(std::string_view name, int n_layers) {
  std::string_view rest = name;
  std::optional<int> layer;
  if (skip(rest, "blocks.")) {
    if (!skip(rest, "*.")) {
      int number = -1;
      const auto [end, failure] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
      if (failure != std::errc()) refuse_site(name, "a layer number or * follows \"blocks.\"");
      rest.remove_prefix(static_cast<size_t>(end - rest.data()));
      if (!skip(rest, ".")) refuse_site(name, "a dot follows the layer");
      if (number < 0 || number >= n_layers)
        refuse_site(name, "the model has layers 0 to " + std::to_string(n_layers - 1));
      layer = number;
    }
    skip(rest, "attn.");
  }
  const auto kind = site_kind_of(rest);
  if (!kind) refuse_site(name, "\"" + std::string(rest) + "\" is not known");
  if (!is_in_block(*kind)) return {Site{.kind = *kind, .layer = 0}};
  std::vector<Site> sites;
  for (int l = layer.value_or(0); l <= layer.value_or(n_layers - 1); ++l) sites.push_back({.kind = *kind, .layer = l});
  return sites;
}

}  // namespace headlight
