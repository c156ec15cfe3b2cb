// Whether the machine can hold what quantised tensors become.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace headlight {

std::string mebibytes(std::size_t n_bytes);  // "12 MiB", rounded up

// Throws Error{out_of_memory}: `<what> are 90000 MiB as <form>, and the machine has 65000 MiB`, unless it has more than `n_bytes`.
void check_memory(std::size_t n_bytes, std::string_view what, std::string_view form);

}  // namespace headlight
