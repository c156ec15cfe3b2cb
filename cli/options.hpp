// The words of a command line, declared as data: names, values, help. (Boost.Program_options behind it.)
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace headlight {

struct OptionSpec {
  std::string name;   // "min-score"
  std::string value;  // what stands for the value in the help, "X"; "" for a flag
  std::string help;
};

struct CommandSpec {
  std::string name;        // "heads"
  std::string summary;     // one sentence
  std::string positionals; // "MODEL..." for the usage line; "" for none
  int min_positionals = 0, max_positionals = 0;  // max -1: any number
  std::vector<OptionSpec> options;
  std::string notes;       // stands under the options in the help
};

class ParsedOptions {
 public:
  bool has(const std::string& name) const { return values_.contains(name); }
  std::string text(const std::string& name, const std::string& fallback = "") const;
  std::vector<std::string> all(const std::string& name) const;   // every occurrence
  std::vector<std::string> list(const std::string& name) const;  // every occurrence, cut at commas; throws when it is given but names nothing
  // Throw Error{bad_input} that names the option and the word when it is no number in the range.
  std::int64_t integer(const std::string& name, std::int64_t fallback, std::int64_t min, std::int64_t max) const;
  std::optional<double> number(const std::string& name) const;
  // "512M", "8G", "1T" or bytes.
  std::int64_t size(const std::string& name, std::int64_t fallback) const;

  std::vector<std::string> positionals;

 private:
  friend std::optional<ParsedOptions> parse_options(const CommandSpec& spec, const std::vector<std::string>& words);
  std::map<std::string, std::vector<std::string>> values_;
};

// Nothing when --help was asked for (and has been printed). Throws Error{bad_input} with the usage line.
std::optional<ParsedOptions> parse_options(const CommandSpec& spec, const std::vector<std::string>& words);

std::string usage(const CommandSpec& spec);
std::string help(const CommandSpec& spec);

}  // namespace headlight
