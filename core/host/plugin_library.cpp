#include "core/host/plugin_library.hpp"

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "core/base/hash.hpp"
#include "core/base/utf8.hpp"
#include "core/host/grown_struct.hpp"

namespace headlight {
namespace {

[[noreturn]] void refuse_plugin(const std::string& why) { throw Error(ErrorCode::plugin, why); }

const headlight_plugin* find_plugin(boost::dll::shared_library& library) {
  const std::string symbol = "headlight_plugin_v";
  const std::string ours = symbol + std::to_string(HEADLIGHT_ABI_MAJOR);
  if (library.has(ours)) return &library.get<const headlight_plugin>(ours);
  for (int major = 0; major <= 9; ++major)
    if (library.has(symbol + std::to_string(major)))
      refuse_plugin("it was built for version " + std::to_string(major) + " of the plugin boundary, this program speaks version " +
             std::to_string(HEADLIGHT_ABI_MAJOR) + ": rebuild it against this program's SDK");
  refuse_plugin("it exports no " + ours + ": end its source with HEADLIGHT_EXPORT_FAMILY or HEADLIGHT_EXPORT_METHOD");
}

// Element i of an array whose structs may be longer than those of this program, or end at `least`, as version 1.0 has them.
template <typename Struct>
Struct element(const Struct* array, uint32_t i, size_t least = sizeof(Struct)) {
  if (array->size < least)
    refuse_plugin("a struct of its manifest is " + std::to_string(array->size) + " bytes long where version 1.0 has " + std::to_string(least));
  return grown(array, i, least);
}

std::string text(const char* value, const char* field, bool required = true) {
  if (value && *value) {
    if (find_invalid_utf8(value) != std::string::npos) refuse_plugin(std::string("the ") + field + " in its manifest is no UTF-8 text");
    return value;
  }
  if (required) refuse_plugin(std::string("its manifest has no ") + field);
  return "";
}

std::string name(const char* value, const char* field) {
  const std::string id = text(value, field);
  for (const char c : id)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
      refuse_plugin(std::string("its ") + field + " \"" + id + "\" has other signs than lower-case letters, digits, '-' and '_'");
  return id;
}

// MAJOR.MINOR.PATCH, with whatever semantic versioning allows behind it.
std::string version(const char* value) {
  const std::string whole = text(value, "version");
  const std::string_view core = std::string_view(whole).substr(0, whole.find_first_of("-+"));
  const bool digits_between_dots = std::count(core.begin(), core.end(), '.') == 2 && core.find_first_not_of("0123456789.") == core.npos &&
                                   !core.starts_with('.') && !core.ends_with('.') && core.find("..") == core.npos;
  if (!digits_between_dots) refuse_plugin("its version \"" + whole + "\" is no semantic version such as 1.0.0");
  return whole;
}

std::string stage_name(headlight_stage stage) {
  switch (stage) {
    case HEADLIGHT_STAGE_KR: return "KR";
    case HEADLIGHT_STAGE_ICI: return "ICI";
    case HEADLIGHT_STAGE_LR: return "LR";
    case HEADLIGHT_STAGE_EP: return "EP";
    default: return "";
  }
}

Across copy_across(const headlight_output& raw, uint32_t n_outputs, const std::string& name) {
  if (raw.across == HEADLIGHT_ACROSS_NOTHING) return {};
  if (raw.across < HEADLIGHT_ACROSS_NOTHING || raw.across > HEADLIGHT_ACROSS_LEAST)
    refuse_plugin("its output \"" + name + "\" is the number " + std::to_string(raw.across) + " across prompts, which is not known");
  const bool pairs = raw.across == HEADLIGHT_ACROSS_CORRELATION || raw.across == HEADLIGHT_ACROSS_INFORMATION;
  const auto has = [&](uint32_t first) { return raw.across_count > 0 && raw.across_count <= n_outputs && first <= n_outputs - raw.across_count; };
  if (!has(raw.across_first) || (pairs && !has(raw.across_second)))
    refuse_plugin("its output \"" + name + "\" is made of outputs that it does not have");
  if (raw.best_of_count > 0) refuse_plugin("its output \"" + name + "\" is both the best of others and a number across prompts");
  return {.kind = static_cast<AcrossKind>(raw.across),
          .first = static_cast<int>(raw.across_first),
          .second = pairs ? static_cast<int>(raw.across_second) : static_cast<int>(raw.across_first),
          .count = static_cast<int>(raw.across_count)};
}

PluginOutput copy(const headlight_output& raw, uint32_t n_outputs) {
  PluginOutput output{.name = name(raw.name, "output's name"), .doc = text(raw.doc, "output's doc"), .unit = text(raw.unit, "output's unit"),
                      .min = raw.min, .max = raw.max, .threshold = std::nullopt, .threshold_source = text(raw.threshold_source, "", false)};
  if (!std::isfinite(raw.min) || !std::isfinite(raw.max)) refuse_plugin("the range of its output \"" + output.name + "\" is not finite");
  if (!(raw.min < raw.max)) refuse_plugin("the range of its output \"" + output.name + "\" is empty");
  if (raw.best_of_count > n_outputs || raw.best_of_first > n_outputs - raw.best_of_count)
    refuse_plugin("its output \"" + output.name + "\" is the best of outputs that it does not have");
  output.best_of_first = static_cast<int>(raw.best_of_first);
  output.best_of_count = static_cast<int>(raw.best_of_count);
  output.across = copy_across(raw, n_outputs, output.name);
  if (!raw.has_threshold) return output;
  if (!(raw.threshold >= raw.min && raw.threshold <= raw.max)) refuse_plugin("the threshold of its output \"" + output.name + "\" lies outside its range");
  if (output.threshold_source.empty()) refuse_plugin("the threshold of its output \"" + output.name + "\" has no source");
  output.threshold = raw.threshold;
  return output;
}

PluginParameter copy(const headlight_parameter& raw) {
  PluginParameter parameter{.name = name(raw.name, "parameter's name"), .doc = text(raw.doc, "parameter's doc"),
                            .is_integer = raw.type == HEADLIGHT_TYPE_INTEGER, .default_value = raw.default_value, .min = raw.min, .max = raw.max};
  if (raw.type != HEADLIGHT_TYPE_NUMBER && raw.type != HEADLIGHT_TYPE_INTEGER)
    refuse_plugin("the type " + std::to_string(raw.type) + " of its parameter \"" + parameter.name + "\" is neither number nor integer");
  if (!std::isfinite(raw.min) || !std::isfinite(raw.max)) refuse_plugin("the range of its parameter \"" + parameter.name + "\" is not finite");
  if (!(raw.default_value >= raw.min && raw.default_value <= raw.max))
    refuse_plugin("the default of its parameter \"" + parameter.name + "\" lies outside its range");
  if (parameter.is_integer && raw.default_value != std::round(raw.default_value))
    refuse_plugin("the default of its parameter \"" + parameter.name + "\" is no integer");
  return parameter;
}

SiteKind site(headlight_site raw) {
  if (raw < HEADLIGHT_SITE_EMBED || raw > HEADLIGHT_SITE_FINAL_NORM) refuse_plugin("its site " + std::to_string(raw) + " is none that can be observed");
  return static_cast<SiteKind>(raw);
}

template <typename Item>
void check_unique(const std::vector<Item>& items, const std::string& what) {
  for (size_t i = 0; i < items.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (items[i].name == items[j].name) refuse_plugin("it has two " + what + " of the name \"" + items[i].name + "\"");
}

void check_present(const void* array, uint32_t n, const std::string& what) {
  if (n > 0 && !array) refuse_plugin("its manifest counts " + std::to_string(n) + " " + what + " but has none");
}

void copy_lists(const headlight_manifest& raw, PluginInfo& info) {
  check_present(raw.references, raw.n_references, "references");
  check_present(raw.parameters, raw.n_parameters, "parameters");
  check_present(raw.outputs, raw.n_outputs, "outputs");
  check_present(raw.sites, raw.n_sites, "sites");
  check_present(raw.tasks, raw.n_tasks, "tasks");
  for (uint32_t i = 0; i < raw.n_references; ++i) {
    const headlight_reference item = element(raw.references, i);
    info.references.push_back({text(item.title, "reference's title"), text(item.url, "reference's url")});
  }
  for (uint32_t i = 0; i < raw.n_parameters; ++i) info.parameters.push_back(copy(element(raw.parameters, i)));
  for (uint32_t i = 0; i < raw.n_outputs; ++i) info.outputs.push_back(copy(element(raw.outputs, i, offsetof(headlight_output, best_of_first)), raw.n_outputs));
  for (uint32_t i = 0; i < raw.n_sites; ++i) info.sites.push_back(site(raw.sites[i]));
  for (uint32_t i = 0; i < raw.n_tasks; ++i) info.tasks.push_back(name(raw.tasks[i], "task's id"));
  check_unique(info.parameters, "parameters");
  check_unique(info.outputs, "outputs");
  for (const PluginOutput& output : info.outputs) {
    const auto check_emitted = [&](int first, int count) {
      for (int i = first; i < first + count; ++i)
        if (info.outputs[static_cast<size_t>(i)].is_derived())
          refuse_plugin("its output \"" + output.name + "\" is made of outputs that are themselves made of others");
    };
    check_emitted(output.best_of_first, output.best_of_count);
    check_emitted(output.across.first, output.across.count);
    check_emitted(output.across.second, output.across.count);
  }
}

void check_kind(const headlight_plugin& plugin, const PluginInfo& info) {
  if (info.kind == PluginKind::family) {
    const headlight_family* f = plugin.family;
    if (!f || f->size < sizeof(headlight_family) || !f->open || !f->begin_prompt || !f->observe || !f->end_prompt || !f->close)
      refuse_plugin("it calls itself a family but does not bring all functions of one");
    if (info.stage.empty()) refuse_plugin("its manifest has no stage (KR, ICI, LR or EP)");
    if (info.sites.empty()) refuse_plugin("its manifest names no site to observe");
    if (info.tasks.empty()) refuse_plugin("its manifest names no task");
    if (info.references.empty()) refuse_plugin("its manifest has no reference");
  } else {
    if (!plugin.method || plugin.method->size < sizeof(headlight_method) || !plugin.method->run)
      refuse_plugin("it calls itself a method but does not bring its function");
  }
  if (!info.measures_family && info.outputs.empty()) refuse_plugin("its manifest declares no output");
  if (std::string("CPS2MR").find(info.formula_source) == std::string::npos || info.formula_source.size() != 1)
    refuse_plugin("its formula_source \"" + info.formula_source + "\" is none of C, P, S, 2, M, R");
}

PluginInfo read_manifest(const headlight_plugin& plugin) {
  if (plugin.size < sizeof(headlight_plugin) || !plugin.manifest || plugin.manifest->size < offsetof(headlight_manifest, needs))
    refuse_plugin("its manifest is missing or shorter than version 1 has it");
  const headlight_manifest raw = grown(plugin.manifest, 0, offsetof(headlight_manifest, needs));
  PluginInfo info;
  if (raw.kind != HEADLIGHT_FAMILY && raw.kind != HEADLIGHT_METHOD) refuse_plugin("its kind " + std::to_string(raw.kind) + " is neither family nor method");
  if (raw.null_kind < 1 || raw.null_kind > 3) refuse_plugin("its null " + std::to_string(raw.null_kind) + " is not known");
  info.kind = static_cast<PluginKind>(raw.kind);
  info.null_kind = static_cast<NullKind>(raw.null_kind);
  info.id = name(raw.id, "id");
  info.version = version(raw.version);
  info.title = text(raw.title, "title");
  info.summary = text(raw.summary, "summary");
  info.stage = stage_name(raw.stage);
  info.formula = text(raw.formula, "formula");
  info.formula_source = text(raw.formula_source, "formula_source");
  info.measures_family = raw.measures_family != 0;
  if (raw.needs & ~static_cast<uint32_t>(HEADLIGHT_NEEDS_CIRCUITS)) refuse_plugin("it needs what this program does not have: it was built for a newer one");
  info.needs_circuits = raw.needs & HEADLIGHT_NEEDS_CIRCUITS;
  if (raw.n_decoded < 0) refuse_plugin("its manifest asks for " + std::to_string(raw.n_decoded) + " decoded tokens");
  info.n_decoded = raw.n_decoded;
  copy_lists(raw, info);
  check_kind(plugin, info);
  return info;
}

// What the system's loader said, out of what Boost.DLL says around it.
std::string loader_words(const std::string& message) {
  static constexpr std::string_view kBefore = "dlerror system message: ";
  const size_t begin = message.find(kBefore), end = message.rfind("): ");
  if (begin == message.npos || end == message.npos || end < begin) return message;
  return message.substr(begin + kBefore.size(), end - begin - kBefore.size());
}

}  // namespace

LoadedPlugin load_plugin(const std::filesystem::path& path) {
  // Never unloaded, not at the end of the process either: threads and statics of a plugin may outlive its use.
  static auto& loaded = *new std::vector<boost::dll::shared_library>;
  try {
    loaded.emplace_back(std::filesystem::absolute(path), boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  } catch (const std::exception& failure) {
    refuse_plugin("it cannot be loaded: " + loader_words(failure.what()));
  }
  LoadedPlugin result{.plugin = find_plugin(loaded.back()), .info = {}};
  result.info = read_manifest(*result.plugin);
  result.info.path = path;
  result.info.build_id = content_hash(read_file(path));
  return result;
}

}  // namespace headlight
