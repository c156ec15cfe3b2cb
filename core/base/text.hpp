// Words for people.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

// "a, b, c"; "none" for an empty list; "a, b and 7 more" beyond `most`.
std::string listed(const std::vector<std::string>& words, size_t most = 40);

// "512 bytes", "1.2 MB", "34 GB": decimal units, as disks and hubs count.
std::string size_text(std::int64_t bytes);

// "0.5 s", "20 s"
std::string seconds_text(std::chrono::milliseconds time);

// With quotation marks around it.
std::string in_quotes(std::string_view text);

}  // namespace headlight
