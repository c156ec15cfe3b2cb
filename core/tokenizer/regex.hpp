// Regular expressions as tokenizer.json has them (Oniguruma's syntax and matching order), run by PCRE2's JIT.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/tokenizer/aligned_text.hpp"

namespace headlight::tokenization {

class Regex {
 public:
  enum class Kind { oniguruma, literal };

  // Throws Error{unsupported} for syntax outside the translated subset, Error{bad_input} for a broken pattern.
  Regex(std::string_view pattern, Kind kind);
  Regex(Regex&&) noexcept;
  ~Regex();

  // False only where the text surely holds no match, judged by its bytes alone; cheap.
  bool may_match(std::string_view text) const;

  // Walks the matches of one text from left to right, as Oniguruma's find_iter does: no overlaps, and no empty match
  // right behind the previous one. Each thread has one scratch, so walks of one thread must not be interleaved.
  class Walk {
   public:
    Walk(const Regex& regex, std::string_view text);  // borrows both
    bool next(ByteSpan& match);                       // false at the end; throws Error{bad_input} beyond PCRE2's limits

   private:
    bool search(size_t from, ByteSpan& match);
    const Regex& regex_;
    std::string_view text_;
    std::string substitute_;  // text_ with the code points that PCRE2 does not know exchanged
    size_t from_ = 0;
    size_t last_end_ = std::string_view::npos;
  };

 private:
  struct Code;
  std::unique_ptr<Code> code_;
};

}  // namespace headlight::tokenization
