// SentencePiece's precompiled character map: which strings are normalized to which.
// Layout: the size of the trie in bytes (32 bit, little-endian), the trie (a Darts-clone double array of 32-bit units), and
// the results, each ended by a zero byte; a trie value is the place of its result.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headlight::tokenization {

class PrecompiledMap {
 public:
  // Throws Error{corrupt} with the sizes found and expected.
  explicit PrecompiledMap(std::string_view bytes);

  struct Match {
    size_t size = 0;          // bytes of the text
    std::string_view result;  // borrowed from the map
  };
  // The shortest and the longest string of the map with which the text, valid UTF-8, begins. Throw Error{corrupt} for one that is no UTF-8.
  std::optional<Match> shortest(std::string_view text) const { return find(text, true); }
  std::optional<Match> longest(std::string_view text) const { return find(text, false); }

 private:
  std::optional<Match> find(std::string_view text, bool stop_at_first) const;
  std::string_view result_at(size_t place) const;

  std::vector<std::uint32_t> units_;
  std::string results_;
};

// The bytes that base64 text stands for. Throws Error{corrupt}.
std::string decode_base64(std::string_view text);

}  // namespace headlight::tokenization
