// The detectors against the literature: which published heads they find, and which they find besides. Over the families' own
// statistics, each head's largest over the tasks; a run of a model that does not solve its task does not count.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/head_id.hpp"
#include "storage/wilson.hpp"

namespace headlight {

class Catalogue;

struct ComparedHead {
  HeadId head;
  std::optional<double> published_score = {};  // what ReferenceComparison::score_name says
  std::optional<double> score = {};            // of our statistic; none: not measured
  std::optional<int> rank = {};                // of that score among the model's heads, from 1; ties share the best
  bool found = false;                          // confirmed or correlational
};

enum class ReferenceStatus { compared, not_scanned, not_measurable, no_detector };
// "compared", "not scanned", "not measurable", "no detector yet"
std::string_view to_string(ReferenceStatus status);

// One family of one list, held against one model.
struct ReferenceComparison {
  std::string model, list, title, paper, url;
  std::string family, sureness, score_name, note;  // the last two "" without
  bool complete = false;  // the list names all heads that there are
  ReferenceStatus status = ReferenceStatus::not_scanned;
  std::string why_not;    // one sentence when not measurable
  std::vector<ComparedHead> published;  // by rank, then by head
  std::vector<ComparedHead> extra;      // found and not published, by rank, then by head
  int n_published = 0;
  // The rest is there when it was compared.
  int n_heads = 0;           // of the model, with a score
  int n_found = 0;           // heads that the detectors find
  int n_both = 0;            // of these, published
  std::optional<double> precision = {};  // n_both / n_found; none for a list that is not complete, or when none was found
  std::optional<WilsonInterval> precision_interval = {};
  std::optional<double> recall = {};     // n_both / n_published
  std::optional<WilsonInterval> recall_interval = {};
  // Of the published heads when all heads are ordered by score: 1 when they come first, `chance` when scores say nothing.
  std::optional<double> average_precision = {};
  std::optional<double> chance = {};     // n_published / all heads of the model
};

struct ReferenceQuery {
  std::string model = {}, family = {};  // exact; "" is any
};

// By model, list, place in the list. Throws Error{not_found} for a model that is not there.
std::vector<ReferenceComparison> compare_references(Catalogue& catalogue, const ReferenceQuery& query);

// sum over k of (recall at k - recall at k - 1) * precision at k, where k runs through the distinct scores, the largest first: heads of
// one score come together. Heads without a score come last. [head]; REQUIRES as many of both.
// Nothing when no head is published.
std::optional<double> average_precision(const std::vector<std::optional<double>>& scores, const std::vector<bool>& published);

// A head that lists name, for its own page.
struct Publication {
  std::string list, title, paper, url, family, sureness, score_name;
  std::optional<double> published_score = {};
};
std::vector<Publication> publications_of(const Catalogue& catalogue, const std::string& model, HeadId head);  // by family, list

}  // namespace headlight
