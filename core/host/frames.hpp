// What a worker and its parent say to each other over pipes: frames of a JSON message and raw bytes.
//   [u32 bytes of JSON][u32 bytes of blob][JSON][blob], little-endian
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/results.hpp"

namespace headlight {

struct Frame {
  Json message;
  std::string blob;
};

// Writes whole frames; throws Error{io} when the other side is gone, Error{internal} for more than 1 GiB.
class FrameWriter {
 public:
  explicit FrameWriter(int descriptor) : descriptor_(descriptor) {}
  void write(const Json& message, std::string_view blob = {});

 private:
  int descriptor_;
};

// Collects bytes as they come and cuts frames off. A frame longer than 1 GiB is an Error{corrupt}.
class FrameReader {
 public:
  void add(std::string_view bytes) { pending_.append(bytes); }
  std::optional<Frame> next();

 private:
  std::string pending_;
  size_t used_ = 0;
};

// Reads one frame, waiting for it; nothing at the end of the stream.
std::optional<Frame> read_frame(int descriptor, FrameReader& reader);

// Cell values as a blob and back.
std::string to_blob(std::span<const CellValue> values);
std::vector<CellValue> cell_values_from(std::string_view blob);

}  // namespace headlight
