// headlight pull: fetches a model from the hub into the hub cache.
#include <atomic>
#include <csignal>
#include <iostream>

#include "cli/commands.hpp"
#include "cli/pull_progress.hpp"
#include "core/base/error.hpp"

namespace headlight {
namespace {

std::atomic<bool> interrupted{false};

PullRequest request_from(const ParsedOptions& options) {
  const std::string& argument = options.positionals[0];
  const auto name = parse_hub_name(argument);
  if (!name)
    throw Error(ErrorCode::bad_input, "\"" + argument + "\" is no name of a model on the hub: those are ORG/NAME or ORG/NAME@REVISION, "
                                      "as in openai-community/gpt2");
  PullRequest request{.name = *name,
                      .gguf = options.text("gguf"),
                      .include = options.all("include"),
                      .n_retries = static_cast<int>(options.integer("retries", 5, 0, 1000))};
  if (!name->file.empty() && request.gguf.empty()) request.gguf = name->file;
  request.name.file.clear();
  if (!request.gguf.empty() && !request.include.empty())
    throw Error(ErrorCode::bad_input, "--gguf names one file and --include others: give one of them");
  return request;
}

int run(const ParsedOptions& options, const Environment&) {
  const PullRequest request = request_from(options);
  const HubSettings settings = hub_settings_from_environment();
  std::signal(SIGINT, [](int) { interrupted = true; });
  std::signal(SIGTERM, [](int) { interrupted = true; });
  PullProgress progress(std::cerr);
  try {
    const PullReport report = pull(settings, request, progress, [] { return interrupted.load(); });
    progress.finish();
    if (request.gguf.empty() && request.include.empty())
      std::cerr << "look at it with: headlight doctor " << request.name.text() << ", or headlight scan " << request.name.text() << "\n";
    std::cout << (request.gguf.empty() ? report.snapshot : report.snapshot / report.files.front()).string() << "\n";
    return kDone;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::cancelled) throw;
    progress.interrupted();
    return kInterrupted;
  }
}

}  // namespace

Command pull_command() {
  return {.spec = {.name = "pull",
                   .summary = "Fetches a model from the hub, so that other commands find it by its name.",
                   .positionals = "ORG/NAME[@REVISION]",
                   .min_positionals = 1,
                   .max_positionals = 1,
                   .options = {{"gguf", "FILE", "one GGUF file of the repository, by its name or a pattern that fits one, instead of the safetensors"},
                               {"include", "PATTERN", "exactly the files that fit, * being any text; may be given again (default: config, tokenizer and safetensors)"},
                               {"retries", "N", "tries in a row without a byte gained (default: 5)"}},
                   .notes = "Files go into the cache of Hugging Face's own tools ($HF_HUB_CACHE, else hub in $HF_HOME, else "
                            "~/.cache/huggingface/hub), which find them too. Every file is checked against the hub's hash before it gets its "
                            "name. The same command goes on with what was interrupted.\n"
                            "Environment: HF_TOKEN (or the token file of $HF_HOME) for private and gated models, HF_ENDPOINT for another hub, "
                            "HF_HUB_OFFLINE=1 to ask none, HF_HUB_DOWNLOAD_TIMEOUT, and https_proxy, http_proxy, no_proxy. The folder of the "
                            "model is printed."},
          .run = run};
}

}  // namespace headlight
