// A published list of heads: what one paper says of one model. One JSON file each; models/references/README.md documents the fields.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/head_id.hpp"
#include "core/base/results.hpp"

namespace headlight {

struct PublishedHead {
  HeadId head;
  std::optional<double> score = {};  // as published
};

struct ReferenceFamily {
  std::string family;     // as the plugin is named; there need not be one
  std::string sureness;   // "C", "P", "S", "2", "M" or "R"
  bool complete = false;  // the authors looked at all heads and name all that they found: other heads are none
  std::string score_name, note;  // "" without
  std::vector<PublishedHead> heads;
};

struct ModelShape {
  std::string architecture;  // "" when it is not said
  int n_layers = 0, n_heads = 0, d_model = 0;
};

struct ReferenceList {
  std::string id, title, paper, url;
  std::vector<std::string> models;  // names of the one model that it is about: "openai-community/gpt2", "gpt2"
  ModelShape shape;
  std::vector<ReferenceFamily> families;
  std::string content_hash;  // of the text
};

// Throws Error{bad_input} (Error{corrupt} for text that is no JSON) that says where in the text: unknown and missing fields, heads
// outside of the shape, heads and families that stand there twice.
ReferenceList parse_reference_list(std::string_view text);
// The same of a file; errors name it.
ReferenceList read_reference_list(const std::filesystem::path& path);

ModelShape shape_of(const ModelRecord& model);
// "gpt2, 12 layers of 12 heads, width 768"
std::string to_string(const ModelShape& shape);
// Whether a model of the shape `model` can be the one that `published` is of.
bool fits(const ModelShape& published, const ModelShape& model);
// Whether the model has one of the list's names; capitals do not matter.
bool names(const ReferenceList& list, const ModelRecord& model);

}  // namespace headlight
