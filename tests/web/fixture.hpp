// A small catalogue for tests of the browser, written as a scan would: made-up numbers with planted heads, the same every time.
#pragma once

#include <filesystem>
#include <string>

namespace headlight::testing_support {

// tiny-gpt (4 layers, 8 heads) and steps/step00250 (3 layers, 8 heads on 4 key-value heads). On repeated-random both have a
// previous-token head, and tiny-gpt induction heads too; tiny-gpt solves ioi, the other does not. Patterns of the first three
// reported prompts. One run failed, one is still running.
inline constexpr const char* kFirstModel = "tiny-gpt";
inline constexpr const char* kSecondModel = "steps/step00250";

void write_fixture(const std::filesystem::path& path);

// A third model without runs, whose name, folder and architecture are hostile to HTML.
inline constexpr const char* kHostileName = "<img src=x onerror=alert(1)>&\"'";
void add_hostile_model(const std::filesystem::path& path);

}  // namespace headlight::testing_support
