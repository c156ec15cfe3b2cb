// A small catalogue for tests: models of 2 layers with 3 heads, and runs whose numbers follow from their head.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/base/results.hpp"
#include "storage/catalogue_writer.hpp"
#include "tests/support/temporary_folder.hpp"

namespace headlight::example {

using Folder = testing_support::TemporaryFolder;

inline constexpr int kLayers = 2, kHeads = 3, kPrompts = 4;

ModelRecord model(const std::string& name);  // its fingerprint follows from its name
TaskRecord task(const std::string& id);
std::vector<PromptRecord> prompts();

// A run of "" does not depend on a family.
RunKey key(const std::string& model_name, const std::string& family, const std::string& method, const std::string& task_id = "ioi");

// All heads on one output; score 0.1 * layer + 0.01 * head, present where asked.
RunSummary summary(const std::set<HeadId>& present = {});
RunSummary not_measurable();

// The whole way of a run: model, task, run and detectors for the families.
void scan(CatalogueWriter& writer, const RunKey& key, const RunSummary& result, const std::vector<std::string>& families);

// The rows of a query as "a|b|c" lines; NULL is "-".
std::vector<std::string> rows(const Connection& connection, const std::string& sql);

// The message of the Error that `action` throws; "" and a failed test when it throws none.
template <typename Action>
std::string message_of(Action action);

}  // namespace headlight::example

#include <gtest/gtest.h>

#include "core/base/error.hpp"

template <typename Action>
std::string headlight::example::message_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + ": " + error.what();
  }
  ADD_FAILURE() << "no Error was thrown";
  return "";
}
