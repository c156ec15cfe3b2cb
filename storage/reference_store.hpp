// Published lists of heads in the catalogue: importing, listing, removing. What they say of the detectors: reference_comparison.hpp.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "storage/connection.hpp"
#include "storage/reference_list.hpp"

namespace headlight {

struct ImportedList {
  std::string id, title, paper, url;
  std::string content_hash, imported_at;
  std::vector<std::string> models;    // of the catalogue, that it is held against; by name
  std::vector<std::string> families;  // in the order of the file
  int n_heads = 0;                    // published, count; a head of two families counts twice
};

// Holds the list against these models of the catalogue (and those that it was held against before), in one transaction. What was
// there of the same id is replaced. `detectors`: the families that there are detectors of.
// Throws Error{bad_input} for a model of another shape, Error{not_found} for one that is not there.
void import_references(const Connection& connection, const ReferenceList& list, const std::vector<std::string>& models,
                       const std::set<std::string>& detectors);

// Takes the list from one model, or from all of them ("") and out of the catalogue. A list that no model has left goes too.
// Throws Error{not_found} that says which there are.
void remove_references(const Connection& connection, const std::string& id, const std::string& model = "");

std::vector<ImportedList> imported_references(const Connection& connection);  // by id

}  // namespace headlight
