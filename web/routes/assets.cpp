// What the pages load: the files of web/ui, which are part of the program, and the stream that says when the catalogue changed.
#include <memory>
#include <thread>

#include "core/base/error.hpp"
#include "web/routes/all.hpp"
#include "web/ui_files.hpp"

namespace headlight {
namespace {

constexpr auto kPollTime = std::chrono::milliseconds(500);
constexpr int kPollsUntilComment = 30;  // 15 seconds

constexpr Parameter kUiParameters[] = {{"file", "string", "name of the file", true}};

std::string type_of(std::string_view name) {
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  return "text/plain; charset=utf-8";
}

Response answer_ui(Catalogue&, const Arguments& arguments) {
  const std::string& name = arguments.required("file");
  for (const UiFile& file : ui_files())
    if (file.name == name) return {.type = type_of(name), .body = std::string(file.content)};
  throw Error(ErrorCode::not_found, "the program holds no file '" + name + "'");
}

// Server-sent events: "change" with a number that differs from the last whenever another connection has written to the file. A
// comment every 15 seconds keeps the connection alive.
Response answer_events(Catalogue& catalogue, const Arguments&) {
  struct Watch {
    explicit Watch(const std::filesystem::path& path) : catalogue(path) {}
    Catalogue catalogue;
    std::int64_t version = -1;
    int quiet_polls = 0;
  };
  auto watch = std::make_shared<Watch>(catalogue.connection().path());
  Response response{.type = "text/event-stream"};
  response.next_chunk = [watch]() -> std::optional<std::string> {
    if (watch->version >= 0) std::this_thread::sleep_for(kPollTime);
    const std::int64_t version = watch->catalogue.connection().integer("PRAGMA data_version");
    if (version != watch->version) {
      const bool first = watch->version < 0;
      watch->version = version;
      watch->quiet_polls = 0;
      return std::string(first ? "event: hello" : "event: change") + "\ndata: " + std::to_string(version) + "\n\n";
    }
    if (++watch->quiet_polls < kPollsUntilComment) return "";
    watch->quiet_polls = 0;
    return ": still here\n\n";
  };
  return response;
}

}  // namespace

const Route kUiRoute{.pattern = "/ui/{file}",
                     .summary = "Style sheets, modules and pictures of the pages.",
                     .parameters = kUiParameters,
                     .media_type = "text/javascript, text/css, image/svg+xml",
                     .raw = answer_ui};

const Route kEventsRoute{
    .pattern = "/events",
    .summary = "Server-sent events: \"hello\" at the beginning, \"change\" whenever the catalogue has changed.",
    .media_type = "text/event-stream",
    .raw = answer_events};

}  // namespace headlight
