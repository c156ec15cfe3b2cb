#include "core/engine/edit.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/base/error.hpp"
#include "core/base/head_id.hpp"

namespace headlight {
namespace {

constexpr std::array kOps = {std::pair{EditOp::zero, "zero"},   std::pair{EditOp::mean, "mean"}, std::pair{EditOp::replace, "replace"},
                             std::pair{EditOp::scale, "scale"}, std::pair{EditOp::add, "add"},   std::pair{EditOp::project_out, "project_out"}};

[[noreturn]] void refuse_edit(std::string_view text, const std::string& why) {
  throw Error(ErrorCode::bad_input, "the edit \"" + std::string(text) + "\" is not understood: " + why + ". An edit is " +
                                        std::string(kEditGrammar) + ".");
}

std::optional<int> take_number(std::string_view& text) {
  int value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || value < 0) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return value;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// The part after the last `mark`, which is cut off; nothing when there is no mark.
std::optional<std::string_view> cut_from(std::string_view& text, char mark) {
  const size_t place = text.rfind(mark);
  if (place == std::string_view::npos) return std::nullopt;
  const auto rest = text.substr(place + 1);
  text = text.substr(0, place);
  return rest;
}

void parse_positions(std::string_view text, std::string_view whole, Edit& edit) {
  const auto begin = take_number(text);
  if (!begin) refuse_edit(whole, "a position is a number from 0, or two with .. between");
  edit.begin = *begin;
  edit.end = *begin + 1;
  if (take(text, "..")) {
    const auto end = take_number(text);
    if (!end || *end <= *begin) refuse_edit(whole, "the second position is not after the first");
    edit.end = *end;
  }
  if (!text.empty()) refuse_edit(whole, "\"" + std::string(text) + "\" follows the positions");
}

void parse_target(std::string_view text, std::string_view whole, Edit& edit) {
  const std::string target(text);
  edit.site = SiteKind::z;
  if (const auto id = parse_head_id(text)) {  // in any of its spellings
    edit.layer = id->layer;
    edit.head = id->head;
    return;
  }
  if (!take(text, "L") && !take(text, "l")) refuse_edit(whole, "a target begins with its layer, such as L1H2");
  const auto layer = take_number(text);
  if (!layer) refuse_edit(whole, "a layer number follows L");
  edit.layer = *layer;
  const bool kv = take(text, "KV") || take(text, "kv");
  if (kv || take(text, "H") || take(text, "h")) {
    const auto head = take_number(text);
    if (!head) refuse_edit(whole, "a head number follows H or KV");
    edit.head = *head;
  }
  if (take(text, ".")) {
    const auto kind = site_kind_of(text);
    if (!kind || !is_in_block(*kind)) refuse_edit(whole, "\"" + std::string(text) + "\" is no site of a block");
    edit.site = *kind;
  } else if (!text.empty()) {
    refuse_edit(whole, "\"" + std::string(text) + "\" follows the target");
  } else if (edit.head < 0) {
    refuse_edit(whole, "\"" + target + "\" names a layer but neither head nor site");
  }
  if (kv != (has_kv_heads(edit.site) && edit.head >= 0))
    refuse_edit(whole, kv ? "KV heads have the sites k and v" : "k and v belong to KV heads, such as L1KV0.k");
  if (edit.head >= 0 && !has_heads(edit.site)) refuse_edit(whole, std::string(short_name(edit.site)) + " has no heads");
}

bool needs_values(EditOp op) { return op == EditOp::replace || op == EditOp::add || op == EditOp::project_out; }

[[noreturn]] void mismatch(const Edit& edit, const std::string& why) {
  throw Error(ErrorCode::bad_input, "the edit " + std::string(to_string(edit.op)) + " at " +
                                        to_string(Site{.kind = edit.site, .layer = edit.layer}) + " cannot be done: " + why);
}

}  // namespace

std::string_view to_string(EditOp op) {
  for (const auto& [value, name] : kOps)
    if (value == op) return name;
  return "?";
}

EditText parse_edit(std::string_view text) {
  std::string_view rest = text;
  EditText parsed;
  const size_t colon = rest.find(':');
  if (colon == std::string_view::npos) refuse_edit(text, "there is no colon");
  const auto op_name = rest.substr(0, colon);
  const auto* op = std::find_if(kOps.begin(), kOps.end(), [&](const auto& entry) { return op_name == entry.second; });
  if (op == kOps.end()) refuse_edit(text, "\"" + std::string(op_name) + "\" is no operation");
  parsed.edit.op = op->first;
  rest.remove_prefix(colon + 1);

  if (const auto positions = cut_from(rest, '@')) parse_positions(*positions, text, parsed.edit);
  std::optional<std::string_view> value;
  if (const size_t equals = rest.find('='); equals != std::string_view::npos) {
    value = rest.substr(equals + 1);
    rest = rest.substr(0, equals);
  }
  parse_target(rest, text, parsed.edit);

  if (parsed.edit.op == EditOp::scale) {
    if (!value) refuse_edit(text, "scale needs =FACTOR");
    const auto [end, failure] = std::from_chars(value->data(), value->data() + value->size(), parsed.edit.factor);
    if (failure != std::errc() || end != value->data() + value->size()) refuse_edit(text, "\"" + std::string(*value) + "\" is no number");
  } else if (needs_values(parsed.edit.op)) {
    if (!value) refuse_edit(text, std::string(to_string(parsed.edit.op)) + " needs =FILE.safetensors:TENSOR");
    const auto tensor = cut_from(*value, ':');
    if (!tensor) refuse_edit(text, "a colon and the tensor's name follow the file");
    parsed.values_file = *value;
    parsed.values_tensor = *tensor;
  } else if (value) {
    refuse_edit(text, std::string(to_string(parsed.edit.op)) + " takes no value");
  }
  return parsed;
}

size_t vector_width(const Edit& edit, const ModelDescription& model) {
  const auto& attention = model.attention;
  if (!has_heads(edit.site)) return static_cast<size_t>(model.d_model);
  const int n_heads = has_kv_heads(edit.site) ? attention.n_kv_heads : attention.n_heads;
  return static_cast<size_t>(attention.d_head) * static_cast<size_t>(edit.head < 0 ? n_heads : 1);
}

void check_edit(const Edit& edit, const ModelDescription& model) {
  if (edit.layer < 0 || edit.layer >= model.n_layers)
    mismatch(edit, "the model has layers 0 to " + std::to_string(model.n_layers - 1));
  const int n_heads = has_kv_heads(edit.site) ? model.attention.n_kv_heads : model.attention.n_heads;
  if (has_heads(edit.site) && edit.head >= n_heads)
    mismatch(edit, "the model has heads 0 to " + std::to_string(n_heads - 1) + (has_kv_heads(edit.site) ? " for keys and values" : ""));
  if (edit.site == SiteKind::result) mismatch(edit, "edit the head's z instead, of which result is a linear image");
  if (edit.site == SiteKind::resid_mid && model.parallel_residual) mismatch(edit, "parallel blocks have no residual stream between attention and MLP");
  if (edit.site == SiteKind::embed || edit.site == SiteKind::final_norm || edit.site == SiteKind::logits)
    mismatch(edit, "only sites inside the blocks can be edited; for the embedding edit hook_resid_pre of layer 0");
  if (is_attention_matrix(edit.site)) {
    if (edit.op != EditOp::zero && edit.op != EditOp::scale) mismatch(edit, "attention matrices can be zeroed and scaled");
    return;
  }
  if (!needs_values(edit.op)) return;
  const size_t width = vector_width(edit, model);
  if (edit.values.size() == width) return;
  const size_t n_positions = edit.end < 0 ? 0 : static_cast<size_t>(edit.end - edit.begin);
  if (edit.op == EditOp::project_out || n_positions == 0 || edit.values.size() != n_positions * width)
    mismatch(edit, "it brings " + std::to_string(edit.values.size()) + " values where a vector has " + std::to_string(width) +
                       (n_positions ? " and there are " + std::to_string(n_positions) + " positions" : ""));
}

}  // namespace headlight
