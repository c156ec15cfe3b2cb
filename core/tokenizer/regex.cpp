#define PCRE2_CODE_UNIT_WIDTH 8
#include "core/tokenizer/regex.hpp"

#include <pcre2.h>

#include <algorithm>
#include <new>

#include "core/base/error.hpp"
#include "core/tokenizer/regex_syntax.hpp"
#include "core/tokenizer/unicode.hpp"

namespace headlight::tokenization {
namespace {

constexpr size_t kJitStackStart = 32 * 1024;
constexpr unsigned char kFirstByteOfNew = 0xe0;  // or a later one begins every code point that is exchanged
constexpr size_t kJitStackMax = 4 * 1024 * 1024;

std::string message_of(int code) {
  PCRE2_UCHAR text[256];
  pcre2_get_error_message(code, text, sizeof text);
  return reinterpret_cast<const char*>(text);
}

// What a match writes into; one for each thread, for all patterns.
struct Scratch {
  pcre2_match_data* match = pcre2_match_data_create(1, nullptr);
  pcre2_match_context* context = pcre2_match_context_create(nullptr);
  pcre2_jit_stack* stack = pcre2_jit_stack_create(kJitStackStart, kJitStackMax, nullptr);

  Scratch() {
    if (match == nullptr || context == nullptr || stack == nullptr) throw std::bad_alloc();
    pcre2_jit_stack_assign(context, nullptr, stack);
  }
  ~Scratch() {
    pcre2_jit_stack_free(stack);
    pcre2_match_context_free(context);
    pcre2_match_data_free(match);
  }
  Scratch(const Scratch&) = delete;
};

Scratch& scratch() {
  thread_local Scratch kScratch;
  return kScratch;
}

struct CompileContext {
  pcre2_compile_context* context = pcre2_compile_context_create(nullptr);
  CompileContext() {
    if (context == nullptr) throw std::bad_alloc();
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
  }
  ~CompileContext() { pcre2_compile_context_free(context); }
  CompileContext(const CompileContext&) = delete;
};

}  // namespace

struct Regex::Code {
  std::string pattern;  // as the user wrote it
  pcre2_code* compiled = nullptr;
  bool has_jit = false;
  std::string literal;                       // the whole of a pattern of Kind::literal: found without PCRE2 where not empty
  const std::uint8_t* first_bytes = nullptr;  // [bit of a byte]: whether a match may begin with it; null where that is not known
  ~Code() { pcre2_code_free(compiled); }
};

Regex::Regex(std::string_view pattern, Kind kind) : code_(std::make_unique<Code>()) {
  code_->pattern = pattern;
  const std::string text = kind == Kind::literal ? std::string(pattern) : pcre2_syntax_of(pattern);
  // Oniguruma's ^ and $ are those of lines; its classes are those of Unicode.
  const std::uint32_t options = kind == Kind::literal ? PCRE2_LITERAL | PCRE2_UTF : PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE;
  int failure = 0;
  PCRE2_SIZE offset = 0;
  const CompileContext context;
  code_->compiled =
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), options, &failure, &offset, context.context);
  if (code_->compiled == nullptr) {
    throw Error(ErrorCode::bad_input, "the pattern \"" + std::string(pattern) + "\" does not compile: " + message_of(failure) +
                                          ", at byte " + std::to_string(offset) + " of \"" + text + "\"");
  }
  code_->has_jit = pcre2_jit_compile(code_->compiled, PCRE2_JIT_COMPLETE) == 0;
  if (kind == Kind::literal) code_->literal = pattern;
  std::uint32_t may_be_empty = 1;
  pcre2_pattern_info(code_->compiled, PCRE2_INFO_MATCHEMPTY, &may_be_empty);
  if (may_be_empty == 0) pcre2_pattern_info(code_->compiled, PCRE2_INFO_FIRSTBITMAP, &code_->first_bytes);
}

Regex::Regex(Regex&&) noexcept = default;
Regex::~Regex() = default;

bool Regex::may_match(std::string_view text) const {
  const std::uint8_t* first_bytes = code_->first_bytes;
  if (first_bytes == nullptr) return true;
  return std::any_of(text.begin(), text.end(), [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= kFirstByteOfNew || (first_bytes[byte / 8] >> byte % 8 & 1) != 0;
  });
}

Regex::Walk::Walk(const Regex& regex, std::string_view text) : regex_(regex), text_(text) {
  if (!regex.may_match(text)) {
    from_ = text.size() + 1;
  } else if (regex.code_->literal.empty() && exchange_new_code_points(text, substitute_)) {
    text_ = substitute_;
  }
}

bool Regex::Walk::next(ByteSpan& match) {
  while (from_ <= text_.size() && search(from_, match)) {
    if (match.begin == match.end && match.end == last_end_) {
      from_ += from_ < text_.size() ? code_point_length(text_[from_]) : 1;
      continue;
    }
    from_ = last_end_ = match.end;
    return true;
  }
  return false;
}

bool Regex::Walk::search(size_t from, ByteSpan& match) {
  const Code& code = *regex_.code_;
  if (!code.literal.empty()) {
    const size_t found = text_.find(code.literal, from);
    if (found == std::string_view::npos) return false;
    match = {static_cast<std::uint32_t>(found), static_cast<std::uint32_t>(found + code.literal.size())};
    return true;
  }
  Scratch& memory = scratch();
  const auto* text = reinterpret_cast<PCRE2_SPTR>(text_.data());
  int result = PCRE2_ERROR_JIT_STACKLIMIT;
  if (code.has_jit) {
    result = pcre2_jit_match(code.compiled, text, text_.size(), from, PCRE2_NO_UTF_CHECK, memory.match, memory.context);
  }
  if (result == PCRE2_ERROR_JIT_STACKLIMIT) {
    result =
        pcre2_match(code.compiled, text, text_.size(), from, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, memory.match, memory.context);
  }
  if (result == PCRE2_ERROR_NOMATCH) return false;
  if (result < 0) {
    throw Error(ErrorCode::bad_input, "the pattern \"" + code.pattern + "\" gave up on a text of " +
                                          std::to_string(text_.size()) + " bytes: " + message_of(result) +
                                          "; give the text in shorter pieces");
  }
  const PCRE2_SIZE* found = pcre2_get_ovector_pointer(memory.match);
  match = {static_cast<std::uint32_t>(found[0]), static_cast<std::uint32_t>(found[1])};
  return true;
}

}  // namespace headlight::tokenization
