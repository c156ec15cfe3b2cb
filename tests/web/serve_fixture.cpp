// Serves the test catalogue on a free port and prints the URL: serve_fixture FILE. With a catalogue that is there already, serves
// that one. "types" instead of a file prints web/ui/api.d.ts, "markdown" the tables of web/README.md.
#include <csignal>
#include <iostream>

#include "core/base/error.hpp"
#include "tests/web/fixture.hpp"
#include "web/openapi.hpp"
#include "web/server.hpp"
#include "web/shapes.hpp"

namespace {

headlight::WebServer* g_server = nullptr;

void on_signal(int) {
  if (g_server != nullptr) g_server->stop();
}

int serve(const std::string& file, int port) {
  if (!std::filesystem::exists(file)) headlight::testing_support::write_fixture(file);
  headlight::WebServer server({.catalogue = file, .port = port});
  g_server = &server;
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  server.listen([](const std::string& url) { std::cout << url << std::endl; });
  g_server = nullptr;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  try {
    if (what == "types") return std::cout << headlight::typescript_declarations(), 0;
    if (what == "markdown") return std::cout << headlight::routes_markdown(), 0;
    if (!what.empty()) return serve(what, argc > 2 ? std::stoi(argv[2]) : 0);
  } catch (const headlight::Error& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
  std::cerr << "use: serve_fixture FILE [PORT] | types | markdown\n";
  return 1;
}
