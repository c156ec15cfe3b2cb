// libFuzzer's entry to one target, HEADLIGHT_FUZZ_TARGET, and to nothing else: libFuzzer looks through all code that is linked in after every
// input.
#include <cstdint>

#include "tests/fuzz/contract.hpp"

// A short trace of every allocation, a small quarantine and few frames that outlive their function: most of an input's time is spent on these
// otherwise, the last at every exception.
extern "C" const char* __asan_default_options() { return "malloc_context_size=4:quarantine_size_mb=16:max_uar_stack_size_log=16"; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  headlight::fuzz::try_input(headlight::fuzz::HEADLIGHT_FUZZ_TARGET, {reinterpret_cast<const char*>(bytes), size});
  return 0;
}
