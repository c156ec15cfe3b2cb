// Part of every run's key: changed whenever the engine's numbers change beyond rounding.
#pragma once

#include <string_view>

namespace headlight {
inline constexpr std::string_view kEngineVersion = "3";
}
