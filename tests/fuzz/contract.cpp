#include "tests/fuzz/contract.hpp"

#include <stdexcept>
#include <string>

#include "core/base/error.hpp"
#include "core/base/utf8.hpp"
#include "tests/fuzz/allocations.hpp"

namespace headlight::fuzz {
namespace {

// An input of n bytes may ask for so much: for what has a fixed size, and for a multiple of the input.
std::size_t allowed_together(const Target& target, std::size_t n_bytes) { return (target.fixed_mb << 20) + 512 * n_bytes; }
std::size_t allowed_at_once(const Target& target, std::size_t n_bytes) { return allowed_together(target, n_bytes) / 2; }

void check_message(std::string_view message) {
  const bool has_words = message.size() >= 8 && message.find(' ') != std::string_view::npos;
  if (!has_words || message.size() > Error::kLongest || find_invalid_utf8(message) != std::string_view::npos)
    throw std::logic_error("a refusal without readable words: " + std::string(message));
}

void check_allocations(const Allocations& found, const Target& target, std::size_t n_bytes) {
  if (found.largest > allowed_at_once(target, n_bytes) || found.peak > allowed_together(target, n_bytes))
    throw std::logic_error("an input of " + std::to_string(n_bytes) + " bytes asked for " + std::to_string(found.largest) + " bytes at once and " +
                           std::to_string(found.peak) + " together; allowed: " + std::to_string(allowed_at_once(target, n_bytes)) + " and " +
                           std::to_string(allowed_together(target, n_bytes)));
}

}  // namespace

bool try_input(const Target& target, std::string_view input) {
  start_counting_allocations();
  bool is_read = true;
  try {
    target.read(input);
  } catch (const Error& error) {
    is_read = false;
    check_message(error.what());
  }
  check_allocations(counted_allocations(), target, input.size());
  return is_read;
}

}  // namespace headlight::fuzz
