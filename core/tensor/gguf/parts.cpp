#include "core/tensor/gguf/parts.hpp"

#include <algorithm>
#include <string_view>

namespace headlight::gguf {
namespace {

constexpr std::string_view kExample = "-00001-of-00003.gguf";
constexpr std::size_t kNumberAt = 1, kCountAt = 10, kDigits = 5;

int number_at(std::string_view ending, std::size_t place) { return std::stoi(std::string(ending.substr(place, kDigits))); }

std::string five_digits(int number) {
  const std::string digits = std::to_string(number);
  return std::string(kDigits - std::min(kDigits, digits.size()), '0') + digits;
}

}  // namespace

std::optional<PartName> part_name(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  if (name.size() <= kExample.size()) return std::nullopt;
  const std::string_view ending = std::string_view(name).substr(name.size() - kExample.size());
  for (std::size_t i = 0; i < kExample.size(); ++i) {
    const bool is_digit = (i >= kNumberAt && i < kNumberAt + kDigits) || (i >= kCountAt && i < kCountAt + kDigits);
    if (is_digit ? ending[i] < '0' || ending[i] > '9' : ending[i] != kExample[i]) return std::nullopt;
  }
  const PartName part{.number = number_at(ending, kNumberAt), .count = number_at(ending, kCountAt)};
  if (part.number < 1 || part.number > part.count) return std::nullopt;
  return part;
}

std::string part_ending(int number, int count) { return "-" + five_digits(number) + "-of-" + five_digits(count) + ".gguf"; }

std::filesystem::path part_path(const std::filesystem::path& file, int number) {
  const std::string name = file.filename().string();
  return file.parent_path() / (name.substr(0, name.size() - kExample.size()) + part_ending(number, part_name(file)->count));
}

}  // namespace headlight::gguf
