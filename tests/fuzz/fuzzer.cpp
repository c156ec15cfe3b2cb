// libFuzzer's entry to one target, named by HEADLIGHT_FUZZ_TARGET.
#include <cstdint>

#include "tests/fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const headlight::fuzz::Target& target = headlight::fuzz::find_target(HEADLIGHT_FUZZ_TARGET);
  headlight::fuzz::accepts(target, {reinterpret_cast<const char*>(bytes), size});
  return 0;
}
