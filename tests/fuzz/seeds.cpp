// fuzz_seeds FOLDER: the seeds of every target as FOLDER/TARGET/NUMBER, for libFuzzer; says "TARGET LONGEST-INPUT" of each.
#include <iostream>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "tests/fuzz/targets.hpp"

int main(int n_words, char** words) {
  if (n_words != 2) {
    std::cerr << "usage: fuzz_seeds FOLDER\n";
    return 1;
  }
  try {
    for (const headlight::fuzz::Target* target : headlight::fuzz::targets()) {
      const std::filesystem::path folder = std::filesystem::path(words[1]) / target->name;
      std::filesystem::create_directories(folder);
      std::size_t number = 0;
      for (const std::string& seed : target->seeds()) headlight::write_file(folder / std::to_string(number++), seed);
      std::cout << target->name << ' ' << target->max_input << '\n';
    }
  } catch (const headlight::Error& error) {
    std::cerr << "fuzz_seeds: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
