// headlight serve: the catalogue as pages in a local browser.
#include <spawn.h>

#include <csignal>
#include <iostream>

#include "cli/commands.hpp"
#include "web/server.hpp"

extern char** environ;

namespace headlight {
namespace {

WebServer* running = nullptr;  // for the signal handler

void open_browser(const std::string& url) {
  std::string program = "xdg-open", argument = url;
  char* words[] = {program.data(), argument.data(), nullptr};
  pid_t unused = 0;
  if (::posix_spawnp(&unused, "xdg-open", nullptr, nullptr, words, environ) != 0) std::cerr << "no browser could be opened (xdg-open is missing): open " << url << "\n";
}

int run(const ParsedOptions& options, const Environment&) {
  const auto path = catalogue_path(options);
  WebServer server({.catalogue = path, .port = static_cast<int>(options.integer("port", 8765, 0, 65535))});
  running = &server;
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int) { running->stop(); });
  server.listen([&](const std::string& url) {
    std::cerr << "serving " << path.string() << " at " << url << " (Ctrl-C ends it)\n";
    if (options.has("open")) open_browser(url);
  });
  return kDone;
}

}  // namespace

Command serve_command() {
  return {.spec = {.name = "serve",
                   .summary = "Serves the catalogue as pages to a browser on this machine.",
                   .positionals = "",
                   .options = {{"port", "P", "0 takes any free one (default: 8765)"}, {"open", "", "also open the page in a browser"}, db_option()},
                   .notes = "It answers only this machine, and only reads. A scan may write to the catalogue meanwhile."},
          .run = run};
}

}  // namespace headlight
