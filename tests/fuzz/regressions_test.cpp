// The fuzz targets without a fuzzer: their seeds, what fuzzing has found (regressions/TARGET/*), and some thousand mutations.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/files.hpp"
#include "core/base/random.hpp"
#include "tests/fuzz/contract.hpp"
#include "tests/fuzz/targets.hpp"

namespace headlight::fuzz {
namespace {

namespace fs = std::filesystem;

const fs::path kRegressions = HEADLIGHT_SOURCE_DIR "/tests/fuzz/regressions";

std::string mutated(std::string input, Random& random, const std::vector<std::string>& others) {
  for (std::uint64_t n = 1 + random.below(4); n > 0; --n) {
    const auto at = static_cast<std::size_t>(random.below(input.size() + 1));
    switch (random.below(6)) {
      case 0: input.insert(at, 1, static_cast<char>(random.below(256))); break;
      case 1: input.erase(at, static_cast<std::size_t>(random.below(16))); break;
      case 2: input.insert(at, input.substr(at, static_cast<std::size_t>(random.below(32)))); break;
      case 3: input.resize(at); break;
      case 4: {
        const std::string& other = others[static_cast<std::size_t>(random.below(others.size()))];
        input.insert(at, other.substr(static_cast<std::size_t>(random.below(other.size() + 1)), static_cast<std::size_t>(random.below(64))));
        break;
      }
      default:
        if (at < input.size()) input[at] = static_cast<char>(random.below(3) == 0 ? 0xff : random.below(256));
    }
  }
  return input;
}

class FuzzTarget : public testing::TestWithParam<const Target*> {};

TEST_P(FuzzTarget, ReadsItsSeeds) {
  const std::vector<std::string> seeds = GetParam()->seeds();
  ASSERT_GE(seeds.size(), GetParam()->name == "tokenizer-json" ? 60U : 1U);
  for (const std::string& seed : seeds) EXPECT_NO_THROW(GetParam()->read(seed)) << seed.substr(0, 300);
}

TEST_P(FuzzTarget, ReadsOrRefusesWhatFuzzingHasFound) {
  const fs::path folder = kRegressions / GetParam()->name;
  if (!fs::exists(folder)) return;
  for (const auto& entry : fs::directory_iterator(folder)) {
    SCOPED_TRACE(entry.path());
    EXPECT_NO_THROW(try_input(*GetParam(), read_file(entry.path())));
  }
}

TEST_P(FuzzTarget, ReadsOrRefusesMutations) {
  constexpr int kMutations = 2000;
  const std::vector<std::string> seeds = GetParam()->seeds();
  Random random(20240607);
  for (int i = 0; i < kMutations; ++i) {
    const std::string input = mutated(seeds[static_cast<std::size_t>(i) % seeds.size()], random, seeds);
    EXPECT_NO_THROW(try_input(*GetParam(), input)) << "mutation " << i << ": " << input.substr(0, 300);
  }
}

INSTANTIATE_TEST_SUITE_P(Every, FuzzTarget, testing::ValuesIn(targets()), [](const auto& target) {
  std::string name(target.param->name);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace

void PrintTo(const Target* target, std::ostream* out) { *out << target->name; }

}  // namespace headlight::fuzz
