// For the browser tests. `serve_fixture FILE [PORT]` writes the test catalogue where there is none, serves it (on a free port,
// unless one is given) and prints the URL; `serve_fixture add FILE` writes one more model into it meanwhile.
#include <csignal>
#include <iostream>

#include "core/base/error.hpp"
#include "tests/web/fixture.hpp"
#include "web/server.hpp"

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
    if (what == "add" && argc > 2) return headlight::testing_support::add_hostile_model(argv[2]), 0;
    if (!what.empty()) return serve(what, argc > 2 ? std::stoi(argv[2]) : 0);
  } catch (const headlight::Error& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
  std::cerr << "use: serve_fixture FILE [PORT] | serve_fixture add FILE\n";
  return 1;
}
