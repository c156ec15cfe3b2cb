#include "core/checkpoint/widened_memory.hpp"

#include <unistd.h>

#include "core/base/error.hpp"

namespace headlight {

std::string mebibytes(std::size_t n_bytes) { return std::to_string((n_bytes + (1 << 20) - 1) >> 20) + " MiB"; }

void check_memory(std::size_t n_bytes, std::string_view what, std::string_view form) {
  const auto pages = static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES));
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  if (n_bytes / page < pages) return;
  throw Error(ErrorCode::out_of_memory, std::string(what) + " are " + mebibytes(n_bytes) + " as " + std::string(form) +
                                            ", and the machine has " + mebibytes(pages * page));
}

}  // namespace headlight
