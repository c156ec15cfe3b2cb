// The server with real sockets. Everything behind them is tested in routes_test.cpp.
#include "web/server.hpp"

#include <gmock/gmock.h>
#include <httplib.h>

#include <future>
#include <thread>

#include "core/base/json.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/web/fixture.hpp"

namespace headlight {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// Serves the test catalogue until it goes.
class RunningServer {
 public:
  explicit RunningServer(int port = 0) {
    path_ = folder_ / "catalogue.db";
    testing_support::write_fixture(path_);
    server_ = std::make_unique<WebServer>(WebOptions{.catalogue = path_, .port = port});
    std::promise<std::string> ready;
    auto url = ready.get_future();
    thread_ = std::thread([this, &ready] { server_->listen([&](const std::string& at) { ready.set_value(at); }); });
    url_ = url.get();
  }
  ~RunningServer() { stop(); }

  void stop() {
    server_->stop();
    if (thread_.joinable()) thread_.join();
  }
  const std::string& url() const { return url_; }
  int port() const { return std::stoi(url_.substr(url_.rfind(':') + 1)); }
  httplib::Client client() const {
    httplib::Client client("127.0.0.1", port());
    client.set_read_timeout(20);
    return client;
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  testing_support::TemporaryFolder folder_;
  std::filesystem::path path_;
  std::unique_ptr<WebServer> server_;
  std::thread thread_;
  std::string url_;
};

TEST(WebServer, ServesOnAFreePortAndSaysWhere) {
  RunningServer server;
  EXPECT_THAT(server.url(), StartsWith("http://127.0.0.1:"));
  auto client = server.client();
  const auto page = client.Get("/models/steps/step00250/heads/L1H1");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->status, 200);
  EXPECT_THAT(page->get_header_value("Content-Type"), StartsWith("text/html"));
  EXPECT_THAT(page->get_header_value("Content-Security-Policy"), HasSubstr("default-src 'self'"));
  const auto head = client.Head("/models.json");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->body, "");
}

TEST(WebServer, RefusesForeignHostsAndWriting) {
  RunningServer server;
  auto client = server.client();
  const auto foreign = client.Get("/models.json", {{"Host", "evil.example"}});
  ASSERT_TRUE(foreign);
  EXPECT_EQ(foreign->status, 403);
  EXPECT_THAT(foreign->body, HasSubstr("answers only for localhost"));
  const auto from_elsewhere = client.Get("/models.json", {{"Origin", "https://evil.example"}});
  ASSERT_TRUE(from_elsewhere);
  EXPECT_EQ(from_elsewhere->status, 403);
  const auto post = client.Post("/models.json", std::string(300'000, 'x'), "text/plain");
  if (post) {
    EXPECT_EQ(post->status, 405);  // or the connection is closed before all of it is sent
    EXPECT_EQ(post->get_header_value("Allow"), "GET, HEAD");
  }
  const auto options = client.Options("/models.json");
  ASSERT_TRUE(options);
  EXPECT_EQ(options->status, 405);
  const auto after = client.Get("/models.json");
  ASSERT_TRUE(after);
  EXPECT_EQ(after->status, 200);
}

TEST(WebServer, SaysWhatIsWrongWithARequestThatIsTooLong) {
  RunningServer server;
  auto client = server.client();
  const auto answer = client.Get("/models/" + std::string(20'000, 'a'));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 414);
  EXPECT_EQ(parse_json(answer->body).at("error").at("code").as_string(), "bad_input");
}

TEST(WebServer, SaysThatAPortIsInUse) {
  RunningServer first;
  const std::string message = testing_support::message_of([&] {
    WebServer second({.catalogue = first.path(), .port = first.port()});
    second.listen([](const std::string&) { FAIL() << "two servers share a port"; });
  });
  EXPECT_EQ(message,
            "port " + std::to_string(first.port()) + " is in use: choose another with --port, or --port 0 for any free one");
}

TEST(WebServer, ServesOnlyThisMachine) {
  testing_support::TemporaryFolder folder;
  testing_support::write_fixture(folder / "catalogue.db");
  EXPECT_THAT(testing_support::message_of([&] { WebServer server({.catalogue = folder / "catalogue.db", .host = "0.0.0.0"}); }),
              HasSubstr("the host '0.0.0.0' is not this machine's own"));
  EXPECT_THAT(testing_support::message_of([&] { WebServer server({.catalogue = folder / "catalogue.db", .port = 70000}); }),
              HasSubstr("it must be from 0 to 65535"));
  EXPECT_EQ(testing_support::code_of([&] { WebServer server({.catalogue = folder / "nothing.db"}); }), ErrorCode::not_found);
}

TEST(WebServer, StopsBeforeItBegins) {
  testing_support::TemporaryFolder folder;
  testing_support::write_fixture(folder / "catalogue.db");
  WebServer server({.catalogue = folder / "catalogue.db", .port = 0});
  server.stop();
  server.listen([](const std::string&) {});
}

// An event stream in a thread of its own.
class Listener {
 public:
  explicit Listener(const RunningServer& server) {
    thread_ = std::thread([this, port = server.port()] {
      httplib::Client client("127.0.0.1", port);
      client.set_read_timeout(30);
      client.Get("/events", [this](const char* text, size_t size) {
        const std::lock_guard lock(mutex_);
        text_.append(text, size);
        return !leaving_.load();
      });
    });
  }
  ~Listener() {
    leaving_ = true;
    thread_.join();
  }
  bool hears(const std::string& words) {
    for (int i = 0; i < 400; ++i) {
      {
        const std::lock_guard lock(mutex_);
        if (text_.find(words) != std::string::npos) return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
    return false;
  }

 private:
  std::mutex mutex_;
  std::string text_;
  std::atomic<bool> leaving_{false};
  std::thread thread_;
};

TEST(WebServer, TellsListenersThatTheCatalogueChanged) {
  RunningServer server;
  {
    Listener listener(server);
    ASSERT_TRUE(listener.hears("event: hello"));
    testing_support::add_hostile_model(server.path());
    EXPECT_TRUE(listener.hears("event: change"));
    server.stop();
  }
}

TEST(WebServer, AnswersWhileManyListenersWaitAndEndsWithThem) {
  RunningServer server;
  std::vector<std::unique_ptr<Listener>> listeners;
  for (int i = 0; i < 20; ++i) listeners.push_back(std::make_unique<Listener>(server));
  for (auto& listener : listeners) ASSERT_TRUE(listener->hears("event: hello"));
  auto client = server.client();
  const auto begin = std::chrono::steady_clock::now();
  const auto answer = client.Get("/models.json");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10)) << "it does not wait for the listeners to go";
  server.stop();
}

}  // namespace
}  // namespace headlight
