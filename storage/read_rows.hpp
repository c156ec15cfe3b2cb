// From rows of the database to records: shared by the parts of Catalogue.
#pragma once

#include <string>

#include "core/base/text.hpp"

#include "storage/connection.hpp"
#include "storage/rows.hpp"

namespace headlight {

// A SELECT of models, to which a WHERE may be added; read_model takes its rows.
extern const char* const kSelectModels;
ModelRow read_model(const Statement& row);

// The same of runs.
extern const char* const kSelectRuns;
RunRow read_run(const Statement& row);

// A SELECT of outputs: name, unit, doc, threshold, threshold_source at columns 0 to 4.
extern const char* const kOutputColumns;
OutputRecord read_output(const Statement& row);

// By name or fingerprint. Throws Error{not_found} that says which models there are.
ModelRow find_model(const Connection& connection, const std::string& name);
std::int64_t find_model_id(const Connection& connection, const std::string& name);

// Throws Error{corrupt} for an unknown word.
RunStatus run_status_from(const std::string& word);

// JSON written by the writer. Throws Error{corrupt} that names `what`.
Json read_json(const Statement& row, int column, const char* what);
std::vector<int> integers_from(const Json& list);

}  // namespace headlight
