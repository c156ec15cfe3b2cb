#include "core/host/plugin_host.hpp"

#include <cstddef>
#include <cstring>

#include "core/base/error.hpp"
#include "core/base/utf8.hpp"

namespace headlight {
namespace {

ErrorCode error_code_of(headlight_code code) {
  switch (code) {
    case HEADLIGHT_BAD_INPUT: return ErrorCode::bad_input;
    case HEADLIGHT_UNSUPPORTED: return ErrorCode::unsupported;
    case HEADLIGHT_OUT_OF_MEMORY: return ErrorCode::out_of_memory;
    case HEADLIGHT_CANCELLED: return ErrorCode::cancelled;
    case HEADLIGHT_NOT_MEASURABLE: return ErrorCode::not_measurable;
    default: return ErrorCode::plugin;
  }
}

headlight_model model_facts(const ModelDescription& model, bool has_bos) {
  return {.size = sizeof(headlight_model),
          .n_layers = model.n_layers,
          .n_heads = model.attention.n_heads,
          .n_kv_heads = model.attention.n_kv_heads,
          .d_model = model.d_model,
          .d_head = model.attention.d_head,
          .vocab_size = model.vocab_size,
          .bos_token = model.bos_token.value_or(0),
          .has_bos = has_bos};
}

}  // namespace

PluginHost::PluginHost(const ModelDescription& model, bool has_bos, std::vector<double> parameters, Emit emit)
    : model_(model_facts(model, has_bos)), parameters_(std::move(parameters)), emit_(std::move(emit)) {
  host_ = {.size = sizeof(headlight_host),
           .context = this,
           .model = &model_,
           .parameters = parameters_.data(),
           .fail = [](void* context, headlight_code code,
                      const char* message) { static_cast<PluginHost*>(context)->fail(code, message ? message : ""); },
           .emit = [](void* context, uint32_t output, const double* values, const uint8_t* present) -> headlight_code {
             auto& self = *static_cast<PluginHost*>(context);
             try {
               if (!self.emit_) throw Error(ErrorCode::plugin, "emits from a place where nothing is expected");
               self.emit_(output, values, present);
               return HEADLIGHT_OK;
             } catch (const std::exception& error) {
               self.refuse(HEADLIGHT_INTERNAL, error.what());
               return HEADLIGHT_INTERNAL;
             }
           },
           .circuits = nullptr,
           .n_prompts = 0,
           .prompts = nullptr};
}

void PluginHost::fail(headlight_code code, const std::string& message) {
  if (code_ != HEADLIGHT_OK) return;  // the first reason is the cause of the others
  code_ = code;
  message_ = repair_utf8(message);
}

void PluginHost::refuse(headlight_code code, const std::string& message) {
  fail(code, message);
  refused_ = true;
}

void PluginHost::check(headlight_code code, const std::string& doing) {
  const headlight_code cause = code_ != HEADLIGHT_OK ? code_ : code;
  const std::string said = message_.empty() ? "code " + std::to_string(code) + " without a message" : message_;
  const bool failed = code != HEADLIGHT_OK || refused_;
  code_ = HEADLIGHT_OK;
  message_.clear();
  refused_ = false;
  if (!failed) return;
  throw Error(error_code_of(cause), doing + ": " + said);
}

RawPrompt::RawPrompt(const Prompt& prompt, int index, int n_given) {
  for (const Role& role : prompt.roles) roles_.push_back({role.name.c_str(), role.begin, role.end});
  for (size_t t = 0; t < prompt.tokens.size(); ++t) {
    pieces_.push_back(t < prompt.pieces.size() ? prompt.pieces[t].c_str() : "");
    words_.push_back(t < prompt.words.size() ? prompt.words[t] : -1);
  }
  for (const Arc& arc : prompt.arcs) arcs_.push_back({arc.relation.c_str(), arc.dependent_begin, arc.dependent_end, arc.head_begin, arc.head_end});
  const auto n_tokens = static_cast<int32_t>(prompt.tokens.size());
  const int32_t given = n_given < 0 ? n_tokens : n_given;
  // Only a question about what follows the prompt has an answer of the prompt as a whole.
  const bool asks_once = prompt.questions.size() == 1 && prompt.questions.front().position == given - 1;
  const Question* question = asks_once ? &prompt.questions.front() : nullptr;
  raw_ = {.size = sizeof(headlight_prompt),
          .index = index,
          .n_tokens = n_tokens,
          .n_roles = static_cast<int32_t>(roles_.size()),
          .tokens = prompt.tokens.data(),
          .roles = roles_.data(),
          .n_given = given,
          .n_answers = question ? static_cast<int32_t>(question->answers.size()) : 0,
          .n_wrong = question ? static_cast<int32_t>(question->wrong.size()) : 0,
          .answers = question ? question->answers.data() : nullptr,
          .wrong = question ? question->wrong.data() : nullptr,
          .pieces = pieces_.data(),
          .words = words_.data(),
          .n_arcs = static_cast<int32_t>(arcs_.size()),
          .arcs = arcs_.data()};
}

RawPrompts::RawPrompts(const PromptSet& set) {
  for (size_t p = 0; p < set.prompts.size(); ++p) {
    prompts_.push_back(std::make_unique<RawPrompt>(set.prompts[p], static_cast<int>(p)));
    raw_.push_back(prompts_.back()->raw());
  }
}

void copy_prompt(const headlight_prompt& from, uint32_t abi_minor, headlight_prompt* to) {
  const size_t n_bytes = abi_minor == 0 ? offsetof(headlight_prompt, n_given) : sizeof(headlight_prompt);
  std::memcpy(to, &from, n_bytes);
  to->size = static_cast<uint32_t>(n_bytes);
}

}  // namespace headlight
