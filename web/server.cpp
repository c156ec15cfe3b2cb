// The one file that includes cpp-httplib (0.11.4): it moves requests and responses, everything else is in site.cpp.
#include "web/server.hpp"

#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>

#include "core/base/error.hpp"
#include "web/guard.hpp"
#include "web/site.hpp"

namespace headlight {
namespace {

// A connection that a browser keeps open holds a thread, and so does an event stream.
constexpr size_t kThreads = 48;
constexpr int kMostStreams = 24;
constexpr size_t kMostPayloadBytes = 64 * 1024;
constexpr time_t kKeepAliveSeconds = 3;

void require_loopback(const std::string& host) {
  if (host == "127.0.0.1" || host == "localhost" || host == "::1") return;
  throw Error(ErrorCode::bad_input,
              "the host '" + host + "' is not this machine's own: Headlight serves on 127.0.0.1, localhost or ::1 only. " +
                  "To look from another machine, forward the port: ssh -L 8765:localhost:8765 THIS-MACHINE");
}

// SO_REUSEADDR alone: cpp-httplib would set SO_REUSEPORT, with which two servers share a port and answer in turns.
void set_socket_options(socket_t socket) {
  const int yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

Error binding_error(const WebOptions& options, int reason) {
  const std::string port = std::to_string(options.port);
  if (reason == EADDRINUSE)
    return Error(ErrorCode::bad_input, "port " + port + " is in use: choose another with --port, or --port 0 for any free one");
  if (reason == EACCES)
    return Error(ErrorCode::bad_input,
                 "port " + port + " needs the rights of the system's administrator: choose one from 1024 on with --port");
  return Error(ErrorCode::io, "cannot serve on " + options.host + " port " + port + ": " +
                                  (reason == 0 ? "the system gives no reason" : std::strerror(reason)));
}

Request request_of(const httplib::Request& request) {
  return {.method = request.method,
          .target = request.target,
          .host = request.get_header_value("Host"),
          .origin = request.get_header_value("Origin"),
          .if_none_match = request.get_header_value("If-None-Match")};
}

// httplib does not catch what is thrown here: a stream that cannot go on ends.
std::optional<std::string> next_of(const std::function<std::optional<std::string>()>& next) {
  try {
    return next();
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace

struct WebServer::State {
  explicit State(const WebOptions& chosen) : options(chosen), site(chosen.catalogue) {}

  WebOptions options;
  Website site;
  httplib::Server server;
  int port = 0;
  std::atomic<bool> stopping{false};
  std::atomic<int> n_streams{0};

  void configure();
  void answer(const httplib::Request& request, httplib::Response& response);
  void stream(const Response& from, httplib::Response& response);
  void bind();
};

void WebServer::State::configure() {
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };  // httplib deletes it
  server.set_payload_max_length(kMostPayloadBytes);
  server.set_keep_alive_timeout(kKeepAliveSeconds);
  server.set_keep_alive_max_count(1000);
  server.set_tcp_nodelay(true);
  server.set_socket_options(set_socket_options);
  // Before httplib's own routing, which would match regular expressions, and before it reads a body.
  server.set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
    answer(request, response);
    return httplib::Server::HandlerResponse::Handled;
  });
  // What httplib refuses by itself: malformed requests, URLs and headers that are too long.
  const httplib::Server::HandlerWithResponse explain = [](const httplib::Request&, httplib::Response& response) {
    if (!response.body.empty() || response.status < 400) return httplib::Server::HandlerResponse::Unhandled;
    const std::string what =
        response.status == 414 ? "the URL is too long" : "the request is not HTTP as this server understands it";
    response.set_content(json_error(response.status, "bad_input", what).body, "application/json");
    for (const auto& [name, value] : security_headers()) response.set_header(name, value);
    return httplib::Server::HandlerResponse::Handled;
  };
  server.set_error_handler(explain);
  // A body that was refused is still to come on this connection, so it is closed.
  server.set_post_routing_handler([](const httplib::Request& request, httplib::Response& response) {
    if (request.method == "GET" || request.method == "HEAD") return;
    response.headers.erase("Connection");
    response.headers.erase("Keep-Alive");
    response.set_header("Connection", "close");
  });
}

void WebServer::State::answer(const httplib::Request& request, httplib::Response& response) {
  Response found = site.answer(request_of(request), port);
  if (found.next_chunk && n_streams.load() >= kMostStreams) {
    found = json_error(503, "busy",
                       std::to_string(kMostStreams) + " event streams are open already: close some pages of this catalogue");
    found.headers.emplace_back("Retry-After", "5");
  }
  response.status = found.status;
  for (const auto& [name, value] : found.headers) response.set_header(name, value);
  if (found.next_chunk) {
    stream(found, response);
  } else if (found.status != 304) {
    response.set_content(found.body, found.type);
  }
}

void WebServer::State::stream(const Response& from, httplib::Response& response) {
  ++n_streams;
  response.set_chunked_content_provider(
      from.type,
      [this, next = from.next_chunk](size_t, httplib::DataSink& sink) {
        const auto chunk = stopping.load() ? std::nullopt : next_of(next);
        if (!chunk || stopping.load()) {
          sink.done();
          return true;
        }
        return chunk->empty() || sink.write(chunk->data(), chunk->size());
      },
      [this](bool) { --n_streams; });
}

void WebServer::State::bind() {
  errno = 0;
  if (options.port == 0) {
    port = server.bind_to_any_port(options.host);
    if (port <= 0) throw binding_error(options, errno);
  } else {
    if (!server.bind_to_port(options.host, options.port)) throw binding_error(options, errno);
    port = options.port;
  }
}

WebServer::WebServer(const WebOptions& options) {
  require_loopback(options.host);
  if (options.port < 0 || options.port > 65535)
    throw Error(ErrorCode::bad_input, "the port is " + std::to_string(options.port) + ": it must be from 0 to 65535");
  state_ = std::make_unique<State>(options);
  state_->configure();
}

WebServer::~WebServer() = default;

void WebServer::listen(const std::function<void(const std::string& url)>& on_ready) {
  state_->bind();
  const std::string name = state_->options.host == "::1" ? "[::1]" : state_->options.host;
  on_ready("http://" + name + ":" + std::to_string(state_->port) + "/");

  // httplib's stop does nothing until its loop runs, so it is called until the loop has ended.
  std::atomic<bool> ended{false};
  std::thread stopper([&] {
    state_->stopping.wait(false);
    while (!ended.load()) {
      state_->server.stop();
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  });
  state_->server.listen_after_bind();
  ended.store(true);
  stop();
  stopper.join();
}

void WebServer::stop() noexcept {
  state_->stopping.store(true);
  state_->stopping.notify_all();
}

}  // namespace headlight
