// headlight references: published lists of heads, which of them the catalogue holds, and how the detectors compare with them.
#include <algorithm>
#include <iostream>
#include <map>

#include "cli/commands.hpp"
#include "cli/table.hpp"
#include "core/base/error.hpp"
#include "core/base/nearest.hpp"
#include "core/base/text.hpp"
#include "core/host/plugin_search.hpp"
#include "storage/catalogue.hpp"
#include "storage/open.hpp"
#include "storage/reference_comparison.hpp"
#include "storage/reference_store.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;

int print(const Table& table, const ParsedOptions& options) {
  if (options.has("json")) table.print_json(std::cout);
  else if (options.has("csv")) table.print_csv(std::cout);
  else table.print(std::cout);
  return kDone;
}

// The lists that ship with the models, by id; files that are none are told of.
std::map<std::string, ReferenceList> shipped_lists(const Environment& environment) {
  std::map<std::string, ReferenceList> lists;
  for (const fs::path& folder : search_folders(environment.executable).models) {
    std::error_code unreadable;
    for (const auto& entry : fs::directory_iterator(folder / "references", unreadable)) {
      if (entry.path().extension() != ".json") continue;
      try {
        ReferenceList list = read_reference_list(entry.path());
        lists.try_emplace(list.id, std::move(list));
      } catch (const Error& error) {
        std::cerr << "headlight: " << error.what() << "\n";
      }
    }
  }
  return lists;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

int list_all(const ParsedOptions& options, const Environment& environment) {
  std::map<std::string, ImportedList> imported;
  if (fs::exists(catalogue_path(options)))
    for (ImportedList& list : imported_references(Catalogue(catalogue_path(options)).connection())) imported.emplace(list.id, std::move(list));
  const auto shipped = shipped_lists(environment);
  Table table({{"list"}, {"about"}, {"families", true}, {"heads", true}, {"held_against"}, {"paper"}});
  const auto held_against = [&](const std::string& id) {
    const auto place = imported.find(id);
    return place == imported.end() ? Json() : Json(joined(place->second.models));
  };
  for (const auto& [id, list] : shipped) {
    std::int64_t n_heads = 0;
    for (const ReferenceFamily& family : list.families) n_heads += static_cast<std::int64_t>(family.heads.size());
    table.add({id, list.models.front(), list.families.size(), n_heads, held_against(id), list.paper});
  }
  for (const auto& [id, list] : imported)
    if (!shipped.contains(id)) table.add({id, Json(), list.families.size(), list.n_heads, held_against(id), list.paper});
  return print(table, options);
}

struct Attachment {
  ReferenceList list;
  std::vector<std::string> models;
};

// The models of the catalogue that the list is about, by name and shape. One with the name alone is told of.
std::vector<std::string> models_for(const ReferenceList& list, const std::vector<ModelRow>& models) {
  std::vector<std::string> fitting;
  for (const ModelRow& row : models) {
    if (!names(list, row.record)) continue;
    if (fits(list.shape, shape_of(row.record))) fitting.push_back(row.record.name);
    else
      std::cerr << "headlight: " << list.id << " is of a model of another shape than " << row.record.name << ": " << to_string(list.shape) << "; it has "
                << to_string(shape_of(row.record)) << "\n";
  }
  return fitting;
}

ReferenceList named_list(const std::string& word, const std::map<std::string, ReferenceList>& shipped) {
  if (const auto known = shipped.find(word); known != shipped.end()) return known->second;
  if (fs::is_regular_file(word)) return read_reference_list(word);
  std::vector<std::string> ids;
  for (const auto& [id, list] : shipped) ids.push_back(id);
  const auto near = nearest(word, ids);
  throw Error(ErrorCode::not_found, "there is no list and no file \"" + word + "\"; " +
                                        (near ? "did you mean " + *near + "?" : "`headlight references` says which lists there are"));
}

std::vector<Attachment> attachments(const ParsedOptions& options, const Environment& environment) {
  const auto shipped = shipped_lists(environment);
  Catalogue catalogue(catalogue_path(options));
  const auto models = catalogue.models();
  std::vector<Attachment> all;
  const std::vector<std::string> words(options.positionals.begin() + 1, options.positionals.end());
  if (options.has("model") && words.empty())
    throw Error(ErrorCode::bad_input, "--model says what to hold a list against: which list? headlight references import LIST --model " + options.text("model"));
  for (const std::string& word : words) {
    ReferenceList list = named_list(word, shipped);
    auto fitting = options.has("model") ? std::vector{catalogue.model(options.text("model")).record.name} : models_for(list, models);
    if (fitting.empty()) {
      std::vector<std::string> known;
      for (const ModelRow& row : models) known.push_back(row.record.name);
      throw Error(ErrorCode::not_found, list.id + " is about " + list.models.front() + " (" + to_string(list.shape) +
                                            "), and no model of the catalogue has that name and shape: it has " + listed(known, 10) +
                                            ". If one of them is that model, say so with --model NAME");
    }
    all.push_back({std::move(list), std::move(fitting)});
  }
  if (words.empty())
    for (const auto& [id, list] : shipped)
      if (auto fitting = models_for(list, models); !fitting.empty()) all.push_back({list, std::move(fitting)});
  return all;
}

int import(const ParsedOptions& options, const Environment& environment) {
  const auto wanted = attachments(options, environment);
  if (wanted.empty()) {
    std::cerr << "no shipped list is about a model of this catalogue, by name and shape. `headlight references` lists them; one is held against a model "
                 "of another name by: headlight references import LIST --model NAME\n";
    return kDone;
  }
  std::set<std::string> detectors;
  for (const PluginInfo& family : index_plugins(search_folders(environment.executable).plugins, environment.executable).families)
    detectors.insert(family.id);
  const auto connection = open_for_writing(catalogue_path(options));
  Table table({{"list"}, {"model"}, {"family"}, {"heads", true}, {"detector"}});
  for (const auto& [list, models] : wanted) {
    import_references(*connection, list, models, detectors);
    for (const std::string& model : models)
      for (const ReferenceFamily& family : list.families)
        table.add({list.id, model, family.family, family.heads.size(), detectors.contains(family.family) ? "yes" : "not yet"});
  }
  return print(table, options);
}

int remove(const ParsedOptions& options) {
  if (options.positionals.size() < 2) throw Error(ErrorCode::bad_input, "which list is to be removed? headlight references remove LIST");
  Catalogue(catalogue_path(options));  // says when there is none
  const auto connection = open_for_writing(catalogue_path(options));
  for (size_t i = 1; i < options.positionals.size(); ++i) remove_references(*connection, options.positionals[i], options.text("model"));
  return kDone;
}

Json heads_json(const std::vector<ComparedHead>& heads) {
  Json list = Json::array();
  for (const ComparedHead& head : heads)
    list.push(Json::object({{"head", to_string(head.head)}, {"found", head.found}, {"rank", json_or_null(head.rank)}, {"score", json_or_null(head.score)},
                            {"published_score", json_or_null(head.published_score)}}));
  return list;
}

std::string heads_text(const std::vector<ComparedHead>& heads) {
  std::vector<std::string> words;
  for (const ComparedHead& head : heads) words.push_back(to_string(head.head));
  return joined(words);
}

std::vector<ComparedHead> missed_of(const ReferenceComparison& row) {
  std::vector<ComparedHead> missed;
  if (row.status == ReferenceStatus::compared)
    std::copy_if(row.published.begin(), row.published.end(), std::back_inserter(missed), [](const ComparedHead& head) { return !head.found; });
  return missed;
}

Json low(const std::optional<WilsonInterval>& interval) { return interval ? Json(interval->low) : Json(); }
Json high(const std::optional<WilsonInterval>& interval) { return interval ? Json(interval->high) : Json(); }

Table table_for_programs(const std::vector<ReferenceComparison>& rows, bool nested) {
  Table table({{"model"}, {"list"}, {"family"}, {"status"}, {"complete"}, {"sureness"}, {"n_heads"}, {"n_published"}, {"n_found"}, {"n_both"}, {"precision"},
               {"precision_low"}, {"precision_high"}, {"recall"}, {"recall_low"}, {"recall_high"}, {"average_precision"}, {"chance"}, {"published"}, {"extra"},
               {"why_not"}, {"paper"}, {"url"}});
  for (const ReferenceComparison& row : rows) {
    const bool done = row.status == ReferenceStatus::compared;
    const auto heads = [&](const std::vector<ComparedHead>& list) { return nested ? heads_json(list) : Json(heads_text(list)); };
    table.add({row.model, row.list, row.family, to_string(row.status), row.complete, row.sureness, done ? Json(row.n_heads) : Json(), row.n_published,
               done ? Json(row.n_found) : Json(), done ? Json(row.n_both) : Json(), json_or_null(row.precision), low(row.precision_interval),
               high(row.precision_interval), json_or_null(row.recall), low(row.recall_interval), high(row.recall_interval),
               json_or_null(row.average_precision), json_or_null(row.chance), heads(row.published), done ? heads(row.extra) : Json(),
               row.why_not.empty() ? Json() : Json(row.why_not), row.paper, row.url});
  }
  return table;
}

Json with_interval(const std::optional<double>& share, const std::optional<WilsonInterval>& interval) {
  if (!share || !interval) return Json();
  return short_text(*share) + " [" + short_text(interval->low) + ", " + short_text(interval->high) + "]";
}

void print_heads(const std::vector<ReferenceComparison>& rows) {
  constexpr size_t kMostExtra = 8;
  for (const ReferenceComparison& row : rows) {
    std::vector<std::string> missed, extra;
    for (const ComparedHead& head : missed_of(row))
      missed.push_back(to_string(head.head) + (head.rank ? " (rank " + std::to_string(*head.rank) + ", " + short_text(json_or_null(head.score)) + ")" : " (not measured)"));
    for (const ComparedHead& head : row.extra) extra.push_back(to_string(head.head));
    const std::string name = "\n" + row.model + " " + row.list + " " + row.family;
    if (!missed.empty() || !extra.empty())
      std::cout << name << "\n  missed: " << listed(missed) << "\n  found besides: " << listed(extra, kMostExtra) << "\n";
    if (!row.why_not.empty()) std::cout << name << "\n  not measurable: " << row.why_not << "\n";
  }
}

int compare(const ParsedOptions& options) {
  Catalogue catalogue(catalogue_path(options));
  const auto rows = compare_references(catalogue, {.model = options.text("model"), .family = options.text("family")});
  if (options.has("json") || options.has("csv")) return print(table_for_programs(rows, options.has("json")), options);
  Table table({{"model"}, {"list"}, {"family"}, {"status"}, {"published", true}, {"found", true}, {"both", true}, {"precision"}, {"recall"},
               {"average_precision", true}, {"chance", true}});
  for (const ReferenceComparison& row : rows) {
    const bool done = row.status == ReferenceStatus::compared;
    table.add({row.model, row.list, row.family, to_string(row.status), row.n_published, done ? Json(row.n_found) : Json(), done ? Json(row.n_both) : Json(),
               with_interval(row.precision, row.precision_interval), with_interval(row.recall, row.recall_interval), json_or_null(row.average_precision),
               json_or_null(row.chance)});
  }
  table.print(std::cout);
  print_heads(rows);
  if (rows.empty()) std::cerr << "no list is held against a model of this catalogue: headlight references import\n";
  return kDone;
}

int run(const ParsedOptions& options, const Environment& environment) {
  const std::string what = options.positionals.empty() ? "" : options.positionals[0];
  if (what == "import") return import(options, environment);
  if (what == "remove") return remove(options);
  if (!what.empty() && what != "compare")
    throw Error(ErrorCode::bad_input, "references knows import, compare and remove, not \"" + what + "\"");
  if (options.positionals.size() > 1) throw Error(ErrorCode::bad_input, "\"" + options.positionals[1] + "\" is one word too many: name a model with --model");
  return what.empty() ? list_all(options, environment) : compare(options);
}

}  // namespace

Command references_command() {
  return {.spec = {.name = "references",
                   .summary = "Holds the detectors against heads that papers have published.",
                   .positionals = "[import [LIST|FILE]... | compare | remove LIST...]",
                   .max_positionals = -1,
                   .options = {{"model", "M", "import: hold the lists against this model; compare, remove: only this model"},
                               {"family", "F", "compare: only this family"},
                               json_option(),
                               csv_option(),
                               db_option()},
                   .notes = "Without a word: the lists that ship with Headlight. import without a list takes all that are about a model of the catalogue, by name "
                            "and shape. models/references/README.md says what a FILE is.\n"
                            "found: heads that look like the family (confirmed or correlational). recall: of the published heads, those found; precision: of those "
                            "found, the published ones, where the authors looked at all heads of the model; both with Wilson's 95 % interval. average_precision: of "
                            "the published heads in the order of our scores, without any threshold; chance: what it would be if the scores said nothing."},
          .run = run};
}

}  // namespace headlight
