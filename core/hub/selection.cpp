#include "core/hub/selection.hpp"

#include <algorithm>
#include <set>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"

namespace headlight {
namespace {

// What is taken besides the weights, where it is there; small, and all that Headlight and transformers read of a model.
constexpr const char* kSmallFiles[] = {"config.json",           "generation_config.json",  "tokenizer.json", "tokenizer.model",
                                       "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
                                       "vocab.json",            "merges.txt",              "reference.json"};
constexpr size_t kMostListed = 8;

std::vector<std::string> those_ending_with(const std::vector<std::string>& held, std::initializer_list<std::string_view> endings) {
  std::vector<std::string> found;
  for (const std::string& name : held) {
    const auto ends = [&](std::string_view ending) { return name.ends_with(ending); };
    if (std::any_of(endings.begin(), endings.end(), ends)) found.push_back(name);
  }
  return found;
}

std::vector<std::string> those_that_fit(const std::vector<std::string>& held, const std::string& pattern) {
  std::vector<std::string> found;
  for (const std::string& name : held)
    if (fits_pattern(name, pattern)) found.push_back(name);
  return found;
}

std::string select_gguf(const std::vector<std::string>& held, const SelectionRequest& request) {
  const auto ggufs = those_ending_with(held, {".gguf"});
  if (std::find(ggufs.begin(), ggufs.end(), request.gguf) != ggufs.end()) return request.gguf;
  const auto fitting = those_that_fit(ggufs, request.gguf);
  if (fitting.size() == 1) return fitting.front();
  const std::string n = fitting.empty() ? "no GGUF file is" : std::to_string(fitting.size()) + " GGUF files are";
  throw Error(ErrorCode::not_found, request.repository + ": " + n + " called \"" + request.gguf + "\"; it holds " +
                                        listed(fitting.empty() ? ggufs : fitting, kMostListed));
}

// Says what stands in the repository instead of safetensors, and what to do about it.
[[noreturn]] void refuse(const std::vector<std::string>& held, const std::string& repository) {
  if (const auto adapters = those_ending_with(held, {"adapter_config.json", "adapter_model.safetensors"}); !adapters.empty())
    throw Error(ErrorCode::unsupported, repository + ": holds an adapter (" + adapters.front() + "), not a model: merge it into its base "
                                            "model first (peft: merge_and_unload(), then save_pretrained())");
  if (const auto pickled = those_ending_with(held, {".bin", ".pt", ".pth", ".ckpt"}); !pickled.empty())
    throw Error(ErrorCode::unsupported,
                repository + ": the weights are pickled (" + pickled.front() +
                    ") and there are no safetensors; reading them would run the code in them, so nothing was fetched. See whether "
                    "another revision has safetensors (often @refs/pr/1), or convert them where you trust them: python3 -c "
                    "'import sys, transformers as t; [c.from_pretrained(sys.argv[1]).save_pretrained(sys.argv[2]) "
                    "for c in (t.AutoModelForCausalLM, t.AutoTokenizer)]' " +
                    repository + " FOLDER");
  if (const auto ggufs = those_ending_with(held, {".gguf"}); !ggufs.empty())
    throw Error(ErrorCode::unsupported, repository + ": holds GGUF files and no safetensors: take one of them with --gguf FILE: " +
                                            listed(ggufs, kMostListed));
  throw Error(ErrorCode::unsupported, repository + ": holds no weights that Headlight reads (neither model.safetensors nor " + kShardIndex +
                                          "), but " + listed(held, kMostListed) + "; --include PATTERN fetches files by name");
}

}  // namespace

std::vector<std::string> select_files(const std::vector<std::string>& held, const SelectionRequest& request) {
  if (!request.gguf.empty()) return {select_gguf(held, request)};
  if (!request.patterns.empty()) {
    std::set<std::string> chosen;
    for (const std::string& pattern : request.patterns) {
      const auto fitting = those_that_fit(held, pattern);
      if (fitting.empty())
        throw Error(ErrorCode::not_found, request.repository + ": no file fits \"" + pattern + "\"; it holds " + listed(held, 20));
      chosen.insert(fitting.begin(), fitting.end());
    }
    return {chosen.begin(), chosen.end()};
  }
  const auto has = [&](const char* name) { return std::find(held.begin(), held.end(), name) != held.end(); };
  const char* const weights = has("model.safetensors") ? "model.safetensors" : kShardIndex;
  if (!has(weights)) refuse(held, request.repository);
  if (!has("config.json"))
    throw Error(ErrorCode::unsupported, request.repository + ": has " + weights + " but no config.json, which says what the weights mean; "
                                            "--include PATTERN fetches files by name");
  std::vector<std::string> chosen;
  for (const char* name : kSmallFiles)
    if (has(name)) chosen.push_back(name);
  chosen.push_back(weights);
  return chosen;
}

std::vector<std::string> shards_of(const std::string& index) {
  std::set<std::string> shards;
  try {
    const Json content = parse_json(index);
    for (const auto& [tensor, shard] : content.at("weight_map").as_object()) shards.insert(shard.as_string());
  } catch (const Error& error) {
    throw Error(ErrorCode::corrupt, std::string(kShardIndex) + ": " + error.what());
  }
  return {shards.begin(), shards.end()};
}

bool fits_pattern(std::string_view name, std::string_view pattern) {
  size_t n = 0, p = 0, star = pattern.npos, behind = 0;  // the last "*" and where its text ends
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      behind = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p, ++n;
    } else if (star != pattern.npos) {
      p = star + 1;
      n = ++behind;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace headlight
