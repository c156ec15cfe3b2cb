#include "core/tensor/gguf/file.hpp"

#include <algorithm>
#include <bit>

#include "core/tensor/gguf/header_reader.hpp"
#include "core/tensor/gguf/parts.hpp"

static_assert(std::endian::native == std::endian::little, "GGUF files are mapped as they are: little-endian");

namespace headlight::gguf {
namespace {

constexpr std::uint32_t kMagic = 0x46554747;  // "GGUF"
constexpr std::uint64_t kMaxDimensions = 4;
constexpr std::int64_t kUsualAlignment = 32, kMaxAlignment = 1 << 20;
constexpr std::uint64_t kMinValueBytes = 8 + 4 + 1, kMinTensorBytes = 8 + 4 + 8 + 4 + 8;

std::string number(std::uint64_t value) { return std::to_string(value); }

// A key or name as an error shows it: no control characters, not too long.
std::string shown(std::string_view name) {
  std::string text(name.substr(0, 80));
  for (char& character : text)
    if (static_cast<unsigned char>(character) < 0x20 || character == 0x7f) character = '?';
  return "\"" + text + "\"";
}

std::uint32_t read_version(HeaderReader& reader, std::span<const std::byte> file) {
  if (file.size() < 24)
    fail("the file is " + number(file.size()) + " bytes long and a GGUF file at least 24: an incomplete download?");
  if (reader.u32("the first four bytes") != kMagic) fail("it does not begin with \"GGUF\": not a GGUF file");
  const std::uint32_t version = reader.u32("the version");
  if (version == 2 || version == 3) return version;
  if (version != 0 && (version & 0xffff) == 0)
    throw Error(ErrorCode::unsupported, "it is big-endian, and Headlight reads little-endian GGUF files");
  throw Error(ErrorCode::unsupported, "it has the GGUF version " + number(version) +
                                          ", and Headlight reads 2 and 3: convert the model anew with a present llama.cpp");
}

void read_metadata(HeaderReader& reader, std::uint64_t n, Content& content) {
  for (std::uint64_t i = 0; i < n; ++i) {
    const std::string_view key = reader.text("the key of value " + number(i));
    try {
      if (!content.metadata.emplace(key, reader.value()).second) fail("stands twice");
    } catch (const Error& error) {
      throw error.at("the metadata " + shown(key));
    }
  }
}

struct PlacedTensor {
  Tensor tensor;
  std::uint64_t offset = 0, n_bytes = 0;  // among the tensors' bytes
};

PlacedTensor read_tensor(HeaderReader& reader, std::string_view name) {
  PlacedTensor placed{.tensor = {.name = std::string(name), .type = {}, .shape = {}, .bytes = {}}};
  const std::uint32_t n_dimensions = reader.u32("the number of dimensions");
  if (n_dimensions == 0 || n_dimensions > kMaxDimensions)
    fail("it has " + number(n_dimensions) + " dimensions where 1 to " + number(kMaxDimensions) + " are possible");
  std::uint64_t product = 1;
  for (std::uint32_t i = 0; i < n_dimensions; ++i) {
    const std::uint64_t size = reader.u64("a dimension");
    if (size == 0 || __builtin_mul_overflow(product, size, &product) || product > INT64_MAX / 8)
      fail("its dimensions are 0 or have more numbers than can be addressed");
    placed.tensor.shape.insert(placed.tensor.shape.begin(), static_cast<std::int64_t>(size));
  }
  const std::uint32_t type = reader.u32("the type");
  placed.offset = reader.u64("the offset");
  const BlockLayout* layout = layout_of(type);
  if (!layout)
    throw Error(ErrorCode::unsupported,
                "it is stored as " + name_of_type(type) + ", which Headlight does not read: " + readable_types());
  placed.tensor.type = layout->type;
  const auto row = static_cast<std::uint64_t>(placed.tensor.shape.back());
  if (row % layout->n_numbers != 0)
    fail("its rows of " + number(row) + " numbers are no whole blocks of " + number(layout->n_numbers) + " (" +
         std::string(layout->name) + ")");
  placed.n_bytes = product / layout->n_numbers * layout->n_bytes;
  return placed;
}

std::uint64_t alignment_of(const Content& content) {
  const auto found = content.metadata.find("general.alignment");
  if (found == content.metadata.end()) return kUsualAlignment;
  const std::int64_t alignment = found->second.integer();
  if (alignment <= 0 || alignment > kMaxAlignment || !std::has_single_bit(static_cast<std::uint64_t>(alignment)))
    fail("\"general.alignment\" is " + std::to_string(alignment) + ", which is no power of two up to " + number(kMaxAlignment));
  return static_cast<std::uint64_t>(alignment);
}

std::uint64_t aligned(std::uint64_t position, std::uint64_t alignment) {
  return (position + alignment - 1) / alignment * alignment;
}

// The tensors must follow each other with no more between them than the alignment asks for.
void check_places(std::vector<PlacedTensor>& tensors, std::uint64_t alignment, std::uint64_t n_bytes) {
  std::sort(tensors.begin(), tensors.end(), [](const PlacedTensor& a, const PlacedTensor& b) { return a.offset < b.offset; });
  std::uint64_t expected = 0;
  const PlacedTensor* before = nullptr;
  for (const PlacedTensor& placed : tensors) {
    const std::string name = "the tensor " + shown(placed.tensor.name);
    if (placed.offset % alignment != 0)
      fail(name + " begins at byte " + number(placed.offset) + " of the tensors' bytes, which is no multiple of the alignment " +
           number(alignment));
    if (placed.offset > n_bytes || placed.n_bytes > n_bytes - placed.offset)
      fail(name + " begins at byte " + number(placed.offset) + " of the tensors' bytes and is " + number(placed.n_bytes) +
           " long, but the file has only " + number(n_bytes) + ": an incomplete download?");
    if (placed.offset < expected)
      fail(name + " begins at byte " + number(placed.offset) + " and overlaps " + shown(before->tensor.name) +
           ", which ends at " + number(before->offset + before->n_bytes));
    if (placed.offset > expected)
      fail("no tensor holds the bytes " + number(expected) + " to " + number(placed.offset) + ", before " +
           shown(placed.tensor.name));
    expected = aligned(placed.offset + placed.n_bytes, alignment);
    before = &placed;
  }
}

std::vector<PlacedTensor> read_tensors(HeaderReader& reader, std::uint64_t n) {
  std::vector<PlacedTensor> tensors;
  for (std::uint64_t i = 0; i < n; ++i) {
    const std::string_view name = reader.text("the name of tensor " + number(i));
    try {
      tensors.push_back(read_tensor(reader, name));
    } catch (const Error& error) {
      throw error.at("the tensor " + shown(name));
    }
  }
  return tensors;
}

}  // namespace

std::int64_t Tensor::n_numbers() const {
  std::int64_t product = 1;
  for (const std::int64_t size : shape) product *= size;
  return product;
}

Content parse(std::span<const std::byte> file) {
  HeaderReader reader(file);
  Content content;
  content.version = read_version(reader, file);
  const std::uint64_t n_tensors = reader.count("the list of tensors", kMinTensorBytes);
  read_metadata(reader, reader.count("the metadata", kMinValueBytes), content);
  const std::uint64_t alignment = alignment_of(content);
  std::vector<PlacedTensor> tensors = read_tensors(reader, n_tensors);
  const std::uint64_t begin = aligned(reader.position(), alignment);
  if (!tensors.empty() && begin > file.size())
    fail("the tensors' bytes would begin at byte " + number(begin) + " of a file of " + number(file.size()) +
         ": an incomplete download?");
  check_places(tensors, alignment, file.size() - std::min<std::uint64_t>(begin, file.size()));
  for (PlacedTensor& placed : tensors) {
    placed.tensor.bytes = file.subspan(begin + placed.offset, placed.n_bytes);
    std::string name = placed.tensor.name;
    if (!content.tensors.emplace(name, std::move(placed.tensor)).second) fail("the tensor " + shown(name) + " stands twice");
  }
  return content;
}

File::File(const std::filesystem::path& path) : path_(part_name(path) ? part_path(path, 1) : path) {
  if (path_ != path && !std::filesystem::exists(path_)) path_ = path;  // says what is missing below
  content_ = open(path_);
  try {
    if (const auto count = integer("split.count"); count && *count > 1) add_parts(static_cast<int>(std::min<std::int64_t>(*count, INT32_MAX)));
  } catch (const Error& error) {
    throw error.at(path_.string());
  }
}

Content File::open(const std::filesystem::path& path) {
  try {
    maps_.emplace_back(path);
    return parse(maps_.back().bytes());
  } catch (const Error& error) {
    if (std::string_view(error.what()).starts_with(path.string())) throw;
    throw error.at(path.string());
  }
}

void File::add_parts(int count) {
  const auto name = part_name(path_);
  if (!name || name->count != count)
    throw Error(ErrorCode::unsupported, "it is one of " + std::to_string(count) + " parts of a model, and its name does not end in \"" +
                                            part_ending(1, count) + "\" as theirs do: give the parts the names that they had, or merge "
                                            "them with llama.cpp's \"llama-gguf-split --merge FIRST-PART WHOLE.gguf\"");
  if (name->number != 1 || integer("split.no").value_or(0) != 0)
    throw Error(ErrorCode::not_found, "the first part, " + part_path(path_, 1).filename().string() + ", is missing: an incomplete download?");
  for (int part = 2; part <= count; ++part) add_part(part, count);
  const std::int64_t n_tensors = integer("split.tensors.count").value_or(static_cast<std::int64_t>(content_.tensors.size()));
  if (n_tensors != static_cast<std::int64_t>(content_.tensors.size()))
    fail("its parts have " + std::to_string(content_.tensors.size()) + " tensors, and \"split.tensors.count\" is " + std::to_string(n_tensors));
}

void File::add_part(int part, int count) {
  const std::filesystem::path path = part_path(path_, part);
  const std::string name = path.filename().string();
  if (!std::filesystem::exists(path))
    throw Error(ErrorCode::not_found, "the part " + name + " of " + std::to_string(count) + " is missing: an incomplete download?");
  Content content = open(path);
  const auto says = [&](const char* key, int expected) {
    const auto found = content.metadata.find(key);
    return found != content.metadata.end() && found->second.integer() == expected;
  };
  if (!says("split.no", part - 1) || !says("split.count", count))
    fail("the part " + name + " does not say that it is one: \"split.no\" must be " + std::to_string(part - 1) + " and \"split.count\" " +
         std::to_string(count));
  for (auto& [tensor_name, tensor] : content.tensors)
    if (!content_.tensors.emplace(tensor_name, std::move(tensor)).second) fail("the tensor " + shown(tensor_name) + " stands in two parts");
}

const Tensor* File::find_tensor(std::string_view name) const {
  const auto found = content_.tensors.find(name);
  return found == content_.tensors.end() ? nullptr : &found->second;
}

const Value* File::find(std::string_view key) const {
  const auto found = content_.metadata.find(key);
  return found == content_.metadata.end() ? nullptr : &found->second;
}

std::optional<std::filesystem::path> file_named_by(const std::filesystem::path& file_or_folder) {
  namespace fs = std::filesystem;
  constexpr const char* kEnding = ".gguf";
  if (!fs::is_directory(file_or_folder)) {
    if (file_or_folder.extension() == kEnding && fs::exists(file_or_folder)) return file_or_folder;
    return std::nullopt;
  }
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(file_or_folder))
    if (entry.path().extension() == kEnding && !entry.is_directory()) names.push_back(entry.path().filename().string());
  if (names.empty()) return std::nullopt;
  std::sort(names.begin(), names.end());
  // Of the parts of one model, the first that is there.
  std::string before;
  std::erase_if(names, [&](const std::string& name) {
    const std::string first = part_name(name) ? part_path(name, 1).string() : "";
    const bool stands_for_it = !first.empty() && first == before;
    before = first;
    return stands_for_it;
  });
  if (names.size() == 1) return file_or_folder / names.front();
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  throw Error(ErrorCode::bad_input, file_or_folder.string() + ": holds " + std::to_string(names.size()) + " GGUF files (" + all +
                                        "): name the one that is meant");
}

}  // namespace headlight::gguf
