#include "cli/options.hpp"

#include <boost/program_options.hpp>
#include <algorithm>
#include <charconv>
#include <iostream>
#include <sstream>

#include "core/base/error.hpp"

namespace headlight {
namespace {

namespace po = boost::program_options;

constexpr size_t kWidth = 110;      // columns of the help
constexpr size_t kHelpColumn = 28;  // where what an option does begins

[[noreturn]] void refuse(const CommandSpec& spec, const std::string& why) {
  throw Error(ErrorCode::bad_input, why + (why.ends_with('?') ? " " : ". ") + "Usage: " + usage(spec) + "; `headlight " + spec.name + " --help` says more");
}

// Letters to change, add, drop or swap with their neighbour to turn one word into the other.
size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<size_t>> steps(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i)
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        steps[i][j] = i + j;
        continue;
      }
      steps[i][j] = std::min({steps[i - 1][j] + 1, steps[i][j - 1] + 1, steps[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) steps[i][j] = std::min(steps[i][j], steps[i - 2][j - 2] + 1);
    }
  return steps[a.size()][b.size()];
}

[[noreturn]] void refuse_unknown(const CommandSpec& spec, const std::string& word) {
  std::string known;
  for (const OptionSpec& option : spec.options) known += (known.empty() ? "--" : ", --") + option.name;
  std::vector<std::string> names;
  for (const OptionSpec& option : spec.options) names.push_back(option.name);
  const auto near = nearest(word.substr(word.find_first_not_of('-')), names);
  refuse(spec, spec.name + " has no option " + word + "; " + (near ? "did you mean --" + *near + "?" : known.empty() ? "it has none" : "it has " + known));
}

std::string padded(const std::string& text, size_t width) { return text + std::string(text.size() < width ? width - text.size() : 1, ' '); }

// The text in lines of at most kWidth columns, cut at spaces; all lines but the first begin with `indent` spaces.
std::string wrapped(const std::string& text, size_t indent) {
  std::istringstream paragraphs(text);
  std::string result;
  for (std::string paragraph; std::getline(paragraphs, paragraph);) {
    std::istringstream words(paragraph);
    size_t column = indent;
    if (!result.empty()) result += "\n" + std::string(indent, ' ');
    for (std::string word; words >> word; column += word.size()) {
      const bool begins = column == indent;
      if (!begins && column + 1 + word.size() > kWidth) {
        result += "\n" + std::string(indent, ' ');
        column = indent;
      } else if (!begins) {
        result += " ";
        ++column;
      }
      result += word;
    }
  }
  return result;
}

po::options_description described(const CommandSpec& spec) {
  po::options_description description;
  description.add_options()("help", "");
  for (const OptionSpec& option : spec.options) {
    if (option.value.empty())
      description.add_options()(option.name.c_str(), "");
    else
      description.add_options()(option.name.c_str(), po::value<std::vector<std::string>>()->composing(), "");
  }
  description.add_options()("positional", po::value<std::vector<std::string>>()->composing(), "");
  return description;
}

}  // namespace

std::string ParsedOptions::text(const std::string& name, const std::string& fallback) const {
  const auto found = values_.find(name);
  return found == values_.end() || found->second.empty() ? fallback : found->second.back();
}

std::vector<std::string> ParsedOptions::all(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>{} : found->second;
}

std::vector<std::string> ParsedOptions::list(const std::string& name) const {
  std::vector<std::string> items;
  for (const std::string& value : all(name)) {
    std::istringstream words(value);
    for (std::string item; std::getline(words, item, ',');)
      if (!item.empty()) items.push_back(item);
  }
  if (items.empty() && has(name)) throw Error(ErrorCode::bad_input, "--" + name + " names nothing: leave it out, or give it names with commas between");
  return items;
}

std::int64_t ParsedOptions::integer(const std::string& name, std::int64_t fallback, std::int64_t min, std::int64_t max) const {
  if (!has(name)) return fallback;
  const std::string word = text(name);
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (failure != std::errc() || end != word.data() + word.size() || value < min || value > max)
    throw Error(ErrorCode::bad_input, "--" + name + " takes a whole number from " + std::to_string(min) + " to " + std::to_string(max) + ", not \"" + word + "\"");
  return value;
}

std::optional<double> ParsedOptions::number(const std::string& name) const {
  if (!has(name)) return std::nullopt;
  const std::string word = text(name);
  double value = 0;
  const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (failure != std::errc() || end != word.data() + word.size())
    throw Error(ErrorCode::bad_input, "--" + name + " takes a number, not \"" + word + "\"");
  return value;
}

std::int64_t ParsedOptions::size(const std::string& name, std::int64_t fallback) const {
  if (!has(name)) return fallback;
  const std::string word = text(name);
  double value = 0;
  const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), value);
  const std::string unit(end, word.data() + word.size());
  const std::map<std::string, double> factors = {{"", 1}, {"K", 1024.0}, {"M", 1048576.0}, {"G", 1073741824.0}, {"T", 1099511627776.0}};
  const auto factor = factors.find(unit);
  if (failure != std::errc() || factor == factors.end() || !(value * factor->second >= 1 << 20) || value * factor->second > 1e15)
    throw Error(ErrorCode::bad_input, "--" + name + " takes a size such as 512M or 8G (1M at least), not \"" + word + "\"");
  return static_cast<std::int64_t>(value * factor->second);
}

std::optional<std::string> nearest(const std::string& word, const std::vector<std::string>& words) {
  const std::string* best = nullptr;
  size_t least = std::max<size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : words)
    if (const size_t steps = distance(word, candidate); steps < least) {
      least = steps;
      best = &candidate;
    }
  return best ? std::optional(*best) : std::nullopt;
}

std::optional<ParsedOptions> parse_options(const CommandSpec& spec, const std::vector<std::string>& words) {
  ParsedOptions parsed;
  try {
    po::positional_options_description positionals;
    positionals.add("positional", -1);
    // No guessing: a long option is written out. "--" ends the options.
    const auto style = po::command_line_style::allow_long | po::command_line_style::long_allow_next | po::command_line_style::long_allow_adjacent;
    const auto result = po::command_line_parser(words).options(described(spec)).positional(positionals).style(style).run();
    for (const auto& option : result.options) {
      if (option.string_key == "positional")
        parsed.positionals.insert(parsed.positionals.end(), option.value.begin(), option.value.end());
      else
        parsed.values_[option.string_key].insert(parsed.values_[option.string_key].end(), option.value.begin(), option.value.end());
    }
  } catch (const po::unknown_option& error) {
    refuse_unknown(spec, error.get_option_name());
  } catch (const po::error& error) {
    refuse(spec, error.what());
  }
  if (std::find(words.begin(), words.end(), "--") == words.end())
    for (const std::string& word : parsed.positionals) {
      if (word == "-h") parsed.values_["help"];
      else if (word.size() > 1 && word.front() == '-') refuse_unknown(spec, word);
    }
  if (parsed.has("help")) {
    std::cout << help(spec);
    return std::nullopt;
  }
  const int n = static_cast<int>(parsed.positionals.size());
  if (n < spec.min_positionals) refuse(spec, spec.name + " needs " + (spec.max_positionals < 0 ? "at least one " : "") + spec.positionals.substr(0, spec.positionals.find("...")));
  if (spec.max_positionals >= 0 && n > spec.max_positionals)
    refuse(spec, "\"" + parsed.positionals[static_cast<size_t>(spec.max_positionals)] + "\" is one word too many");
  return parsed;
}

std::string usage(const CommandSpec& spec) {
  return "headlight " + spec.name + (spec.positionals.empty() ? "" : " " + spec.positionals) + (spec.options.empty() ? "" : " [options]");
}

std::string help(const CommandSpec& spec) {
  std::ostringstream out;
  out << "Usage: " << usage(spec) << "\n\n" << spec.summary << "\n";
  if (!spec.options.empty()) out << "\nOptions:\n";
  for (const OptionSpec& option : spec.options)
    out << "  " << padded("--" + option.name + (option.value.empty() ? "" : " " + option.value), kHelpColumn - 2) << wrapped(option.help, kHelpColumn) << "\n";
  if (!spec.notes.empty()) out << "\n" << wrapped(spec.notes, 0) << "\n";
  return out.str();
}

}  // namespace headlight
