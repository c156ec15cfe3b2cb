#include "cli/options.hpp"

#include <boost/program_options.hpp>
#include <algorithm>
#include <charconv>
#include <iostream>
#include <sstream>

#include "core/base/error.hpp"
#include "core/base/nearest.hpp"

namespace headlight {
namespace {

namespace po = boost::program_options;

constexpr size_t kWidth = 110;      // columns of the help
constexpr size_t kHelpColumn = 28;  // where what an option does begins

[[noreturn]] void refuse(const CommandSpec& spec, const std::string& why) {
  throw Error(ErrorCode::bad_input, why + (why.ends_with('?') ? " " : ". ") + "Usage: " + usage(spec) + "; `headlight " + spec.name + " --help` says more");
}

[[noreturn]] void refuse_unknown(const CommandSpec& spec, const std::string& word) {
  std::string known;
  for (const OptionSpec& option : spec.options) known += (known.empty() ? "--" : ", --") + option.name;
  std::vector<std::string> names;
  for (const OptionSpec& option : spec.options) names.push_back(option.name);
  const auto near = nearest(word.substr(word.find_first_not_of('-')), names);
  refuse(spec, spec.name + " has no option " + word + "; " + (near ? "did you mean --" + *near + "?" : known.empty() ? "it has none" : "it has " + known));
}

// Boost takes the next word for the value whatever it is, and `--db --help` makes a file of that name. What begins with "--" is an
// option, or was meant to be one; `--db=--help` says otherwise.
void require_values(const CommandSpec& spec, const std::vector<std::string>& words) {
  for (size_t i = 0; i + 1 < words.size() && words[i] != "--"; ++i) {
    const auto option = std::find_if(spec.options.begin(), spec.options.end(), [&](const OptionSpec& one) { return "--" + one.name == words[i]; });
    if (option == spec.options.end() || option->value.empty()) continue;
    const std::string& value = words[++i];
    if (value.starts_with("--"))
      refuse(spec, words[i - 1] + " " + option->value + " is without its value: \"" + value + "\" is an option (should it be the value, write " +
                       words[i - 1] + "=" + value + ")");
  }
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

std::optional<ParsedOptions> parse_options(const CommandSpec& spec, const std::vector<std::string>& words) {
  require_values(spec, words);
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
