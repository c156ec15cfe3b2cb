// The local web server over a catalogue: the HTTP API and the browser. It answers only this machine, and only reads.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace headlight {

struct WebOptions {
  std::filesystem::path catalogue;
  std::string host = "127.0.0.1";  // or "localhost", "::1": nothing else
  int port = 8765;                 // 0: any that is free
};

class WebServer {
 public:
  // Throws Error{bad_input} for another host or a port beyond 65535, and what opening a Catalogue throws.
  explicit WebServer(const WebOptions& options);
  // REQUIRES that listen has returned, where it was called.
  ~WebServer();
  WebServer(const WebServer&) = delete;

  // Serves until stop(); once, in the calling thread. `on_ready` gets the URL ("http://127.0.0.1:8765/") when the port is bound
  // and before the first answer. Throws Error{bad_input} when the port is in use, Error{io} when it cannot be bound otherwise.
  void listen(const std::function<void(const std::string& url)>& on_ready);

  // Ends listen, now or when it is called; running answers are finished. From any thread or signal handler.
  void stop() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace headlight
