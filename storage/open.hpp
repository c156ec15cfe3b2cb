// Opening a catalogue: what the file is gets checked first, so that one clear error says why it cannot be used.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "storage/connection.hpp"

namespace headlight {

// "HLGT": marks a SQLite file as a catalogue (PRAGMA application_id).
inline constexpr std::int32_t kApplicationId = 0x484C4754;

// Creates the file where there is none, and brings an older schema up to date. Other processes may read and write meanwhile.
// Throws Error: a folder that is not there or cannot be written, another program's database, a newer schema, a damaged file.
std::unique_ptr<Connection> open_for_writing(const std::filesystem::path& path);

// For queries only; other processes may read and write meanwhile, and a file in a read-only folder will do. An older schema is
// brought up to date first. Throws Error{not_found} where there is no catalogue, and as above.
std::unique_ptr<Connection> open_for_reading(const std::filesystem::path& path);

}  // namespace headlight
