// SentencePiece's character map as a normalizer.
#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/normalizer.hpp"
#include "core/tokenizer/precompiled_map.hpp"
#include "core/tokenizer/text_changes.hpp"

namespace headlight::tokenization {
namespace {

void check(UErrorCode failure) {
  if (U_FAILURE(failure))
    throw Error(ErrorCode::internal, std::string("ICU cannot find grapheme clusters: ") + u_errorName(failure));
}

// Walks the extended grapheme clusters of a text.
class Graphemes {
 public:
  explicit Graphemes(std::string_view text) : text_(text) {
    UErrorCode failure = U_ZERO_ERROR;
    iterator_ = ubrk_open(UBRK_CHARACTER, "", nullptr, 0, &failure);
    check(failure);
    utext_ = utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &failure);
    ubrk_setUText(iterator_, utext_, &failure);
    check(failure);
  }
  ~Graphemes() {
    utext_close(utext_);
    ubrk_close(iterator_);
  }
  Graphemes(const Graphemes&) = delete;

  // Empty at the end.
  std::string_view next() {
    const size_t begin = end_;
    const std::int32_t boundary = ubrk_next(iterator_);
    end_ = boundary == UBRK_DONE ? text_.size() : static_cast<size_t>(boundary);
    return text_.substr(begin, end_ - begin);
  }

 private:
  std::string_view text_;
  size_t end_ = 0;
  UBreakIterator* iterator_ = nullptr;
  UText* utext_ = nullptr;
};

// As Hugging Face tokenizers applies the map: to short clusters as a whole, else to each character; what the shortest
// key at the front of a cluster says holds for all of it.
class Precompiled : public Normalizer {
 public:
  explicit Precompiled(PrecompiledMap map) : map_(std::move(map)) {}

  void apply(AlignedText& text) const override {
    constexpr size_t kLongCluster = 6;  // bytes
    std::vector<Change> changes;
    bool is_changed = false;
    const auto exchange = [&](std::string_view part) {
      const auto match = map_.shortest(part);
      if (match) add_exchange(part, match->result, changes);
      is_changed = is_changed || match;
      return match.has_value();
    };
    Graphemes graphemes(text.text());
    for (std::string_view cluster; !(cluster = graphemes.next()).empty();) {
      if (cluster.size() < kLongCluster && exchange(cluster)) continue;
      for (size_t i = 0; i < cluster.size();) {
        const size_t begin = i;
        const char32_t code = next_code_point(cluster, i);
        if (!exchange(cluster.substr(begin, i - begin))) changes.push_back({code, 0});
      }
    }
    if (is_changed) apply_changes(text, changes);
  }

 private:
  static void add_exchange(std::string_view old_part, std::string_view new_part, std::vector<Change>& changes) {
    const auto n_old = static_cast<int>(count_code_points(old_part)), n_new = static_cast<int>(count_code_points(new_part));
    int n = 0;
    for (size_t i = 0; i < new_part.size(); ++n) changes.push_back({next_code_point(new_part, i), n >= n_old ? 1 : 0});
    if (n_new < n_old && !changes.empty()) changes.back().change -= n_old - n_new;
  }

  PrecompiledMap map_;
};

}  // namespace

std::unique_ptr<Normalizer> read_precompiled_normalizer(const Json& definition) {
  const std::string& map = required_string(definition, "precompiled_charsmap");
  return within("precompiled_charsmap", [&] { return std::make_unique<Precompiled>(PrecompiledMap(decode_base64(map))); });
}

}  // namespace headlight::tokenization
