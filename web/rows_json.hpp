// The catalogue's rows as JSON, in the shapes of row_shapes.cpp.
#pragma once

#include <optional>
#include <span>

#include "core/base/json.hpp"
#include "storage/head_query.hpp"
#include "storage/rows.hpp"

namespace headlight {

// null for nothing, and for "" where that means nothing.
Json json_or_null(const std::optional<double>& value);
Json json_or_null(const std::optional<int>& value);
Json json_or_null(const std::optional<std::int64_t>& value);
Json text_or_null(const std::string& text);
// The shortest decimal that reads back as the same float; null for NaN.
Json float_json(float value);

template <typename Rows, typename ToJson>
Json list_json(const Rows& rows, ToJson to_json) {
  Json list = Json::array();
  for (const auto& row : rows) list.push(to_json(row));
  return list;
}

Json model_json(const ModelRow& row);
Json detector_json(const DetectorRow& row);
Json head_row_json(const HeadRow& row);
Json run_json(const RunRow& row);
Json output_json(const OutputRecord& output);
Json plugin_json(const PluginRow& row);
Json task_json(const TaskRow& row);
Json task_result_json(const RunRow& row);
Json prompt_json(const PromptRecord& prompt, bool has_patterns);
Json sample_json(const Sample& sample);
Json verdict_counts_json(const std::map<Verdict, int>& counts);

}  // namespace headlight
