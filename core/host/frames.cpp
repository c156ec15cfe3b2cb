#include "core/host/frames.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/base/error.hpp"

namespace headlight {
namespace {

constexpr size_t kHeader = 8;
constexpr std::uint32_t kLongest = 1u << 30;

struct PackedCell {
  std::int32_t part, output, layer, head, prompt, replicate;
  double value;
};

}  // namespace

void FrameWriter::write(const Json& message, std::string_view blob) {
  const std::string json = to_text(message);
  if (json.size() > kLongest || blob.size() > kLongest)
    throw Error(ErrorCode::internal, "a message of " + std::to_string(json.size() + blob.size()) + " bytes is longer than one may be");
  const std::array<std::uint32_t, 2> sizes = {static_cast<std::uint32_t>(json.size()), static_cast<std::uint32_t>(blob.size())};
  std::string frame(reinterpret_cast<const char*>(sizes.data()), kHeader);
  frame.append(json).append(blob);
  for (size_t sent = 0; sent < frame.size();) {
    const ssize_t n = ::write(descriptor_, frame.data() + sent, frame.size() - sent);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw Error(ErrorCode::io, std::string("the other process is gone: ") + std::strerror(errno));
    sent += static_cast<size_t>(n);
  }
}

std::optional<Frame> FrameReader::next() {
  const std::string_view rest = std::string_view(pending_).substr(used_);
  if (rest.size() < kHeader) return std::nullopt;
  std::array<std::uint32_t, 2> sizes;
  std::memcpy(sizes.data(), rest.data(), kHeader);
  if (sizes[0] > kLongest || sizes[1] > kLongest) throw Error(ErrorCode::corrupt, "a frame of " + std::to_string(sizes[0]) + " bytes: its writer is broken");
  const size_t size = kHeader + sizes[0] + sizes[1];
  if (rest.size() < size) return std::nullopt;
  Frame frame{.message = parse_json(rest.substr(kHeader, sizes[0])), .blob = std::string(rest.substr(kHeader + sizes[0], sizes[1]))};
  used_ += size;
  if (used_ == pending_.size() || used_ > (1u << 20)) {
    pending_.erase(0, used_);
    used_ = 0;
  }
  return frame;
}

std::optional<Frame> read_frame(int descriptor, FrameReader& reader) {
  std::string buffer(1 << 16, '\0');
  while (true) {
    if (auto frame = reader.next()) return frame;
    const ssize_t n = ::read(descriptor, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return std::nullopt;
    reader.add(std::string_view(buffer).substr(0, static_cast<size_t>(n)));
  }
}

std::string to_blob(std::span<const CellValue> values) {
  std::string blob;
  blob.reserve(values.size() * sizeof(PackedCell));
  for (const CellValue& v : values) {
    const PackedCell packed{static_cast<std::int32_t>(v.part), v.output, v.head.layer, v.head.head, v.prompt, v.replicate, v.value};
    blob.append(reinterpret_cast<const char*>(&packed), sizeof(packed));
  }
  return blob;
}

std::vector<CellValue> cell_values_from(std::string_view blob) {
  if (blob.size() % sizeof(PackedCell) != 0) throw Error(ErrorCode::corrupt, "cell values cut short: its writer is broken");
  std::vector<CellValue> values;
  values.reserve(blob.size() / sizeof(PackedCell));
  for (size_t at = 0; at < blob.size(); at += sizeof(PackedCell)) {
    PackedCell packed;
    std::memcpy(&packed, blob.data() + at, sizeof(packed));
    values.push_back({.part = static_cast<Part>(packed.part), .output = packed.output, .head = {packed.layer, packed.head},
                      .prompt = packed.prompt, .replicate = packed.replicate, .value = packed.value});
  }
  return values;
}

}  // namespace headlight
