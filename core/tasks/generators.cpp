#include "core/tasks/generators.hpp"

#include "core/base/text.hpp"
#include "core/tasks/data_prompts.hpp"
#include "core/tasks/haystack.hpp"
#include "core/tasks/markov_chain.hpp"
#include "core/tasks/repeated_random.hpp"
#include "core/tasks/schema.hpp"
#include "core/tasks/template_prompts.hpp"

namespace headlight::tasks {
namespace {

constexpr Generator kNamed[] = {
    {"haystack", [](const Json& definition) { rehearse_haystack(read_haystack(definition)); },
     [](const Json& definition, const std::string& id, const PromptContext& context, int count, std::uint64_t seed) {
       return make_haystack(read_haystack(definition), id, context, count, seed);
     }},
    {"markov-chain", [](const Json& definition) { read_markov_chain(definition); },
     [](const Json& definition, const std::string& id, const PromptContext& context, int count, std::uint64_t seed) {
       return make_markov_chain(read_markov_chain(definition), id, context, count, seed);
     }},
    {"repeated-random", [](const Json& definition) { read_repeated_random(definition); },
     [](const Json& definition, const std::string& id, const PromptContext& context, int count, std::uint64_t seed) {
       return make_repeated_random(read_repeated_random(definition), id, context, count, seed);
     }},
};

constexpr Generator kTemplates = {
    "templates", [](const Json& definition) { rehearse(read_template_task(definition)); },
    [](const Json& definition, const std::string& id, const PromptContext& context, int count, std::uint64_t seed) {
      return make_template_prompts(read_template_task(definition), id, context, count, seed);
    }};

constexpr Generator kData = {
    "data", [](const Json& definition) { read_data_task(definition); },
    [](const Json& definition, const std::string& id, const PromptContext& context, int count, std::uint64_t seed) {
      return make_data_prompts(read_data_task(definition), id, context, count, seed);
    }};

}  // namespace

std::vector<std::string> generator_names() {
  std::vector<std::string> names;
  for (const Generator& generator : kNamed) names.push_back(generator.name);
  return names;
}

const Generator& generator_of(const Json& definition) {
  const bool is_named = definition.contains("generator"), has_templates = definition.contains("templates"),
             has_data = definition.contains("data");
  if (!is_named && !has_templates && !has_data) fail_at("", "a task needs a \"generator\", \"templates\" or \"data\"");
  if (has_data && (is_named || has_templates)) fail_at("", "a task with \"data\" has neither a \"generator\" nor \"templates\"");
  if (has_data) return kData;
  if (!is_named) return kTemplates;
  const std::string name = read_at("generator", [&] { return definition["generator"].as_string(); });
  for (const Generator& generator : kNamed) {
    if (generator.name != name) continue;
    if (has_templates && name != "haystack") fail_at("", "a task has a \"generator\" or \"templates\", not both");
    return generator;
  }
  fail_at("generator", "\"" + name + "\" is not known; allowed: " + listed(generator_names()));
}

}  // namespace headlight::tasks
