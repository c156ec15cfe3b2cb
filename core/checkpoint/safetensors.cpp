#include "core/checkpoint/safetensors.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/checkpoint/safetensors_dtype.hpp"

static_assert(std::endian::native == std::endian::little, "safetensors are mapped as they are: little-endian");

namespace headlight {
namespace {

constexpr std::uint64_t kMaxHeaderSize = 100'000'000;  // the format's own bound
constexpr std::size_t kLengthSize = 8;
constexpr std::string_view kMetadata = "__metadata__";
constexpr std::string_view kLfsPointer = "version https://git-lfs";

struct Extent {
  std::uint64_t begin = 0, end = 0;
  const TensorEntry* tensor = nullptr;
};

std::string number(std::uint64_t value) { return std::to_string(value); }

[[noreturn]] void fail(const std::string& message) { throw Error(ErrorCode::corrupt, message); }

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The JSON text of the header.
std::string_view header_of(std::span<const std::byte> file) {
  if (as_text(file).starts_with(kLfsPointer))
    fail("this is a Git LFS pointer, not the tensors themselves: fetch them with \"git lfs pull\"");
  if (file.size() < kLengthSize)
    fail("the file is " + number(file.size()) + " bytes long and a safetensors file at least 8: an incomplete download?");
  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), kLengthSize);
  if (length > kMaxHeaderSize)
    fail("the JSON header would be " + number(length) + " bytes long and the format allows " + number(kMaxHeaderSize) +
         ": not a safetensors file?");
  if (length > file.size() - kLengthSize)
    fail("The JSON header is " + number(length) + " bytes long but the file has only " + number(file.size() - kLengthSize) +
         ": an incomplete download?");
  return as_text(file.subspan(kLengthSize, length));
}

Shape read_shape(const Json& value) {
  Shape shape;
  std::uint64_t product = 1;  // of all sizes but 0, so that any part of the shape can be multiplied
  for (const Json& item : value.as_array()) {
    const std::int64_t size = item.as_integer();
    if (size < 0) fail("the shape has a negative size, " + std::to_string(size));
    shape.push_back(size);
    if (__builtin_mul_overflow(product, static_cast<std::uint64_t>(std::max<std::int64_t>(size, 1)), &product) || product > INT64_MAX / 8)
      fail("the shape " + to_text(value) + " has more elements than can be addressed");
  }
  return shape;
}

std::uint64_t read_offset(const Json& value) {
  const std::int64_t offset = value.as_integer();
  if (offset < 0) fail("a data offset is negative, " + std::to_string(offset));
  return static_cast<std::uint64_t>(offset);
}

TensorEntry read_entry(const std::string& name, const Json& fields, std::span<const std::byte> numbers) {
  const std::string& dtype_name = fields.at("dtype").as_string();
  const auto dtype = dtype_from_safetensors(dtype_name);
  if (!dtype)
    throw Error(ErrorCode::unsupported, "the dtype \"" + dtype_name + "\" is not one that Headlight reads: " + readable_dtypes());
  TensorEntry entry{.name = name, .dtype = *dtype, .shape = read_shape(fields.at("shape")), .bytes = {}};

  const Json& offsets = fields.at("data_offsets");
  if (offsets.as_array().size() != 2) fail("data_offsets has " + number(offsets.size()) + " numbers instead of 2");
  const std::uint64_t begin = read_offset(offsets[0]), end = read_offset(offsets[1]);
  if (begin > end) fail("it begins at byte " + number(begin) + " and ends before that, at " + number(end));
  if (end > numbers.size())
    fail("it ends at byte " + number(end) + " of the tensors' bytes but the file has only " + number(numbers.size()) +
         ": an incomplete download?");
  const std::uint64_t size = static_cast<std::uint64_t>(n_elements(entry.shape)) * size_of(*dtype);
  if (size != end - begin)
    fail("its shape " + to_string(entry.shape) + " of " + dtype_name + " needs " + number(size) + " bytes but its offsets give " +
         number(end - begin));
  entry.bytes = numbers.subspan(begin, end - begin);
  return entry;
}

std::map<std::string, std::string> read_metadata(const Json& fields) {
  std::map<std::string, std::string> metadata;
  for (const auto& [key, value] : fields.as_object()) metadata[key] = value.as_string();
  return metadata;
}

// The tensors must tile their part of the file: nothing twice, nothing left out.
void check_tiling(const std::vector<TensorEntry>& tensors, std::span<const std::byte> numbers) {
  std::vector<Extent> extents;
  for (const TensorEntry& tensor : tensors) {
    const auto begin = static_cast<std::uint64_t>(tensor.bytes.data() - numbers.data());
    extents.push_back({begin, begin + tensor.bytes.size(), &tensor});
  }
  std::sort(extents.begin(), extents.end(),
            [](const Extent& a, const Extent& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  std::uint64_t covered = 0;
  const TensorEntry* before = nullptr;
  for (const Extent& extent : extents) {
    if (extent.begin < covered)
      fail("the tensors \"" + before->name + "\" and \"" + extent.tensor->name + "\" overlap: one ends at byte " +
           number(covered) + ", the other begins at " + number(extent.begin));
    if (extent.begin > covered)
      fail("no tensor holds the bytes " + number(covered) + " to " + number(extent.begin) + ", before \"" + extent.tensor->name +
           "\"");
    covered = extent.end;
    before = extent.tensor;
  }
  if (covered < numbers.size())
    fail(number(numbers.size() - covered) + " bytes follow the last tensor, which ends at byte " + number(covered));
}

}  // namespace

std::string to_string(const Shape& shape) {
  std::string text;
  for (const std::int64_t size : shape) text += (text.empty() ? "" : ", ") + std::to_string(size);
  return "[" + text + "]";
}

std::int64_t n_elements(const Shape& shape) {
  std::int64_t product = 1;
  for (const std::int64_t size : shape) product *= size;
  return product;
}

SafetensorsContent parse_safetensors(std::span<const std::byte> file) {
  const std::string_view text = header_of(file);
  const auto numbers = file.subspan(kLengthSize + text.size());
  SafetensorsContent content;
  Json header;
  try {
    header = parse_json(text);
    for (const auto& [name, fields] : header.as_object()) {
      if (name == kMetadata)
        content.metadata = read_metadata(fields);
      else
        try {
          content.tensors.push_back(read_entry(name, fields, numbers));
        } catch (const Error& error) {
          throw error.at("tensor \"" + name + "\"");
        }
    }
  } catch (const Error& error) {
    const auto code = error.code() == ErrorCode::unsupported ? error.code() : ErrorCode::corrupt;
    throw Error(code, std::string("the JSON header: ") + error.what());
  }
  std::sort(content.tensors.begin(), content.tensors.end(),
            [](const TensorEntry& a, const TensorEntry& b) { return a.name < b.name; });
  check_tiling(content.tensors, numbers);
  return content;
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : path_(path), map_(path) {
  try {
    content_ = parse_safetensors(map_.bytes());
  } catch (const Error& error) {
    throw error.at(path.string());
  }
}

const TensorEntry* SafetensorsFile::find(std::string_view name) const {
  const auto& tensors = content_.tensors;
  const auto found = std::lower_bound(tensors.begin(), tensors.end(), name,
                                      [](const TensorEntry& tensor, std::string_view wanted) { return tensor.name < wanted; });
  return found != tensors.end() && found->name == name ? &*found : nullptr;
}

const TensorEntry& SafetensorsFile::at(std::string_view name) const {
  if (const TensorEntry* tensor = find(name)) return *tensor;
  constexpr std::size_t kShown = 8;
  std::string present;
  for (std::size_t i = 0; i < tensors().size() && i < kShown; ++i) present += (i ? ", " : "") + tensors()[i].name;
  if (tensors().size() > kShown) present += ", ... (" + number(tensors().size()) + " in all)";
  throw Error(ErrorCode::not_found, path_.string() + ": has no tensor \"" + std::string(name) + "\"; it has " +
                                        (present.empty() ? "none" : present));
}

}  // namespace headlight
