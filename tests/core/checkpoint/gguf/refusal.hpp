// Why a GGUF file is not opened.
#pragma once

#include <string>

#include "core/base/files.hpp"
#include "core/checkpoint/checkpoint.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/gguf_bytes.hpp"
#include "tests/support/temporary_folder.hpp"

namespace headlight {

inline std::string gguf_refusal(const testing_support::GgufBytes& bytes) {
  const testing_support::TemporaryFolder folder;
  write_file(folder / "m.gguf", bytes.file());
  return testing_support::message_of([&] { open_checkpoint(folder / "m.gguf"); });
}

}  // namespace headlight
