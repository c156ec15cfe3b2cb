// headlight forward: logits and any site of the forward pass, with any edit, as a safetensors file.
#include <algorithm>

#include "cli/commands.hpp"
#include "core/base/error.hpp"
#include "core/host/forward_run.hpp"
#include "core/host/model_source.hpp"
#include "core/host/plugin_search.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace headlight {
namespace {

ForwardJob job_from_text(const std::string& text, const Model& model, const std::filesystem::path& folder) {
  const Tokenizer tokenizer = Tokenizer::open(folder);
  std::vector<TokenId> tokens = tokenizer.encode(text).ids;
  const auto bos = model.description().bos_token;
  if (bos && (tokens.empty() || tokens.front() != *bos)) tokens.insert(tokens.begin(), *bos);
  ForwardJob job;
  job.n_columns = tokens.size();
  job.places.emplace_back();
  for (size_t i = 0; i < tokens.size(); ++i) job.places[0].push_back(static_cast<int>(i));
  job.prompts = {std::move(tokens)};
  return job;
}

bool is_floating(DType dtype) { return dtype == DType::f32 || dtype == DType::f16 || dtype == DType::bf16 || dtype == DType::f64; }

Edit read_edit(const std::string& text, size_t n_columns) {
  EditText parsed = parse_edit(text);
  if (std::max(parsed.edit.begin, parsed.edit.end - 1) >= static_cast<int>(n_columns))
    throw Error(ErrorCode::bad_input, "the edit \"" + text + "\" is beyond the last position: the batch has positions 0 to " + std::to_string(n_columns - 1));
  if (parsed.values_file.empty()) return parsed.edit;
  const SafetensorsFile file(parsed.values_file);
  const TensorEntry& tensor = file.at(parsed.values_tensor);
  if (!is_floating(tensor.dtype))
    throw Error(ErrorCode::bad_input, parsed.values_file + ": \"" + parsed.values_tensor + "\" is " + std::string(to_string(tensor.dtype)) + "; an edit takes floating-point values");
  parsed.edit.values.resize(static_cast<size_t>(n_elements(tensor.shape)));
  widen(tensor.bytes.data(), tensor.dtype, parsed.edit.values.size(), parsed.edit.values.data());
  return parsed.edit;
}

int run(const ParsedOptions& options, const Environment& environment) {
  if (options.has("tokens") == options.has("text")) throw Error(ErrorCode::bad_input, "forward needs either --tokens FILE or --text TEXT");
  if (!options.has("out")) throw Error(ErrorCode::bad_input, "forward needs --out FILE.safetensors to write to");
  const std::string dtype = options.text("dtype", "f32");
  if (dtype != "f32" && dtype != "f64") throw Error(ErrorCode::bad_input, "--dtype is f32 or f64, not \"" + dtype + "\"");

  const auto sources = resolve_models(options.positionals[0], search_folders(environment.executable).models);
  if (sources.size() != 1) throw Error(ErrorCode::bad_input, options.positionals[0] + " holds " + std::to_string(sources.size()) + " models: name one");
  const Model model = Model::open(sources.front().folder);
  ForwardJob job = options.has("tokens") ? read_token_file(options.text("tokens")) : job_from_text(options.text("text"), model, sources.front().folder);
  for (const std::string& name : options.list("capture"))
    for (const Site& site : parse_sites(name, model.description().n_layers)) job.captures.insert(site);
  for (const std::string& text : options.all("edit")) job.edits.push_back(read_edit(text, job.n_columns));
  job.n_threads = static_cast<int>(options.integer("threads", 0, 1, 1024));

  SafetensorsWriter out;
  ForwardTensors memory;
  if (dtype == "f32")
    run_forward<float>(model, job, out, memory);
  else
    run_forward<double>(model, job, out, memory);
  out.write(options.text("out"));
  return kDone;
}

}  // namespace

Command forward_command() {
  return {.spec = {.name = "forward",
                   .summary = "Runs a model once and writes logits and captured sites to a safetensors file.",
                   .positionals = "MODEL",
                   .min_positionals = 1,
                   .max_positionals = 1,
                   .options = {{"tokens", "FILE", "safetensors with input_ids int64 [prompt, token] and optionally attention_mask"},
                               {"text", "TEXT", "one prompt; the beginning-of-text token is put before it where the model has one"},
                               {"capture", "SITE,..", "blocks.L.attn.hook_pattern, hook_z, hook_q|k|v, hook_attn_scores, hook_result; blocks.L.hook_resid_pre|mid|post, hook_attn_out, hook_mlp_out; ln_final.hook_normalized; hook_embed; * for every layer"},
                               {"edit", "EDIT", "may be given again; see below"},
                               {"dtype", "f32|f64", "the arithmetic (default: f32)"},
                               {"threads", "N", "default: one per core"},
                               {"out", "FILE", "where to write"}},
                   .notes = "An edit is " + std::string(kEditGrammar) +
                            ".\nmean is the mean over all prompts and positions of the batch. Positions count the columns of the batch."},
          .run = run};
}

}  // namespace headlight
