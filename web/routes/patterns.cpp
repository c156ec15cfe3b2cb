// /models/NAME/patterns: attention patterns as numbers, for drawing. Little-endian float32, row-major.
#include <bit>
#include <span>

#include "core/base/error.hpp"
#include "web/routes/all.hpp"
#include "web/routes/sample.hpp"

namespace headlight {
namespace {

static_assert(std::endian::native == std::endian::little, "the numbers are sent as they lie in memory");

constexpr Parameter kPatternsParameters[] = {
    {"model", "string", "name or fingerprint of the model; may hold slashes", true},
    {"task", "string", "id or hash of the task; required"},
    {"prompt", "integer", "place among the prompts, from 0; required"},
    {"layer", "integer", "from 0; required"},
    {"head", "integer", "query head in the layer, from 0; all of them when left out"},
    {"seed", "integer", "of the prompts; that of the newest whose patterns were kept when left out"},
    {"n_prompts", "integer", "of the prompts, likewise"},
};

std::string shape_text(const std::vector<int>& shape) {
  std::string text;
  for (const int axis : shape) text += (text.empty() ? "" : ",") + std::to_string(axis);
  return text;
}

// One head of [head, query, key].
void keep_head(ActivationRecord& pattern, std::int64_t head) {
  if (pattern.shape.size() != 3)
    throw Error(ErrorCode::corrupt, "the pattern has " + std::to_string(pattern.shape.size()) + " axes, not 3");
  if (head >= pattern.shape[0])
    throw Error(ErrorCode::not_found,
                "the pattern has heads 0 to " + std::to_string(pattern.shape[0] - 1) + ", not " + std::to_string(head));
  const auto size = static_cast<std::ptrdiff_t>(pattern.shape[1]) * pattern.shape[2];
  pattern.values = std::vector<float>(pattern.values.begin() + head * size, pattern.values.begin() + (head + 1) * size);
  pattern.shape.erase(pattern.shape.begin());
}

Response answer_patterns(Catalogue& catalogue, const Arguments& arguments) {
  const std::string model = catalogue.model(arguments.required("model")).record.name;
  const std::string& task = arguments.required("task");
  arguments.required("prompt");
  arguments.required("layer");
  const auto prompt = static_cast<int>(arguments.integer("prompt", 0, 0, INT32_MAX));
  const auto layer = static_cast<int>(arguments.integer("layer", 0, 0, INT32_MAX));
  catalogue.task(task);
  const auto sample = chosen_sample(catalogue, model, task, arguments);
  if (!sample) throw Error(ErrorCode::not_found, "'" + model + "' was never scanned on '" + task + "'");
  ActivationRecord pattern = catalogue.activation(model, *sample, prompt, layer, pattern_site(layer));
  if (arguments.has("head")) keep_head(pattern, arguments.integer("head", 0, 0, INT32_MAX));
  const std::span<const std::byte> bytes = std::as_bytes(std::span(pattern.values));
  Response response{.type = "application/octet-stream",
                    .body = std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size())};
  response.headers.emplace_back("X-Headlight-Shape", shape_text(pattern.shape));
  response.headers.emplace_back("X-Headlight-Axes", pattern.shape.size() == 2 ? "query,key" : "head,query,key");
  return response;
}

}  // namespace

const Route kPatternsRoute{
    .pattern = "/models/{model}/patterns",
    .summary =
        "Attention patterns of a prompt as little-endian float32; X-Headlight-Shape and X-Headlight-Axes say what they are.",
    .parameters = kPatternsParameters,
    .media_type = "application/octet-stream",
    .raw = answer_patterns};

}  // namespace headlight
