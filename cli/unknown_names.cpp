#include "cli/unknown_names.hpp"

#include <algorithm>
#include <vector>

#include "core/base/nearest.hpp"

namespace headlight {
namespace {

constexpr size_t kMostNames = 12;

bool tell(const char* kind, const std::string& name, std::vector<std::string> known, std::ostream& out) {
  known.erase(std::unique(known.begin(), known.end()), known.end());
  if (name.empty() || std::find(known.begin(), known.end(), name) != known.end()) return false;
  out << "the catalogue has no " << kind << " \"" << name << "\"" << instead_of(name, known, kMostNames) << "\n";
  return true;
}

}  // namespace

bool tell_unknown_names(Catalogue& catalogue, const DetectorName& asked, std::ostream& out) {
  std::vector<std::string> models, families, methods, tasks;
  for (const ModelRow& row : catalogue.models()) models.push_back(row.record.name);
  for (const PluginRow& row : catalogue.plugins()) (row.record.kind == "family" ? families : methods).push_back(row.record.id);
  for (const TaskRow& row : catalogue.tasks()) tasks.push_back(row.record.id);
  bool any = tell("model", asked.model, std::move(models), out);
  any |= tell("family", asked.family, std::move(families), out);
  any |= tell("method", asked.method, std::move(methods), out);
  any |= tell("task", asked.task, std::move(tasks), out);
  return any;
}

}  // namespace headlight
