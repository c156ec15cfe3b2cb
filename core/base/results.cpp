#include "core/base/results.hpp"

#include "core/base/hash.hpp"

namespace headlight {

std::string_view to_string(RunStatus status) {
  switch (status) {
    case RunStatus::running: return "running";
    case RunStatus::done: return "done";
    case RunStatus::failed: return "failed";
    case RunStatus::interrupted: return "interrupted";
  }
  return "failed";
}

std::string RunKey::hash() const {
  Hasher hasher;
  for (const std::string* part : {&model, &tokenizer, &family, &family_version, &family_build, &method, &method_version, &method_build,
                                  &task, &task_hash, &engine_version})
    hasher.add(*part);
  hasher.add(to_text(parameters)).add(std::to_string(seed)).add(std::to_string(n_prompts));
  return hasher.digest();
}

}  // namespace headlight
