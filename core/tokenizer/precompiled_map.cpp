#include "core/tokenizer/precompiled_map.hpp"

#include "core/base/error.hpp"
#include "core/tokenizer/utf8.hpp"

namespace headlight::tokenization {
namespace {

std::uint32_t little_endian(std::string_view bytes, size_t at) {
  std::uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// The parts of a unit of a Darts-clone double array.
bool has_leaf(std::uint32_t unit) { return (unit >> 8 & 1) != 0; }
std::uint32_t value_of(std::uint32_t unit) { return unit & 0x7fffffff; }
std::uint32_t label_of(std::uint32_t unit) { return unit & 0x800000ff; }
std::uint32_t offset_of(std::uint32_t unit) { return unit >> 10 << ((unit & 0x200) >> 6); }

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

}  // namespace

PrecompiledMap::PrecompiledMap(std::string_view bytes) {
  const auto fail = [&](const std::string& what) {
    throw Error(ErrorCode::corrupt, "the precompiled character map of " + std::to_string(bytes.size()) + " bytes " + what);
  };
  if (bytes.size() < 4) fail("is too short for its size field");
  const std::uint32_t trie_size = little_endian(bytes, 0);
  if (trie_size % 4 != 0 || trie_size < 4 || trie_size > bytes.size() - 4)
    fail("says that its trie has " + std::to_string(trie_size) + " bytes");
  for (size_t i = 0; i < trie_size; i += 4) units_.push_back(little_endian(bytes, 4 + i));
  results_ = bytes.substr(4 + trie_size);
  if (find_invalid_utf8(results_) != std::string::npos) fail("has results that are no UTF-8");
}

std::optional<PrecompiledMap::Match> PrecompiledMap::find(std::string_view text, bool stop_at_first) const {
  std::optional<Match> best;
  std::uint32_t node = offset_of(units_[0]);
  for (size_t i = 0; i < text.size() && text[i] != '\0'; ++i) {
    const auto label = static_cast<unsigned char>(text[i]);
    node ^= label;
    if (node >= units_.size() || label_of(units_[node]) != label) break;
    const std::uint32_t unit = units_[node];
    node ^= offset_of(unit);
    if (!has_leaf(unit)) continue;
    if (node >= units_.size()) break;
    if (i + 1 < text.size() && is_continuation(text[i + 1]))
      throw Error(ErrorCode::corrupt, "the precompiled character map has a string that ends amid a character, " + std::to_string(i + 1) + " bytes long");
    best = Match{i + 1, result_at(value_of(units_[node]))};
    if (stop_at_first) break;
  }
  return best;
}

std::string_view PrecompiledMap::result_at(size_t place) const {
  const std::string_view results = results_;
  if (place >= results.size() || is_continuation(results[place])) {
    throw Error(ErrorCode::corrupt, "the precompiled character map points to place " + std::to_string(place) + " of its " +
                                        std::to_string(results.size()) + " bytes of results");
  }
  return results.substr(place, results.find('\0', place) - place);
}

std::string decode_base64(std::string_view text) {
  std::string bytes;
  std::uint32_t buffer = 0;
  int n_bits = 0;
  while (text.ends_with('=')) text.remove_suffix(1);
  for (size_t i = 0; i < text.size(); ++i) {
    const int value = base64_value(text[i]);
    if (value < 0) throw Error(ErrorCode::corrupt, "no base64 at its character " + std::to_string(i));
    buffer = buffer << 6 | static_cast<std::uint32_t>(value);
    n_bits += 6;
    if (n_bits < 8) continue;
    n_bits -= 8;
    bytes.push_back(static_cast<char>(static_cast<unsigned char>(buffer >> n_bits & 0xff)));
  }
  return bytes;
}

}  // namespace headlight::tokenization
