#include "core/hub/hub_client.hpp"

#include <algorithm>
#include <charconv>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/checkpoint/hub_cache.hpp"

namespace headlight {
namespace {

constexpr int kMostRedirects = 10;
constexpr size_t kLongestEtag = 128;

bool is_redirect(const HttpResponse& response) {
  const int status = response.status;
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failure == std::errc() && end == text.data() + text.size() && value >= 0 ? std::optional(value) : std::nullopt;
}

// W/"abc" -> abc: the name of the blob.
std::string plain_etag(std::string text) {
  if (text.starts_with("W/")) text.erase(0, 2);
  std::erase(text, '"');
  return text;
}

bool can_name_a_blob(const std::string& etag) {
  return !etag.empty() && etag.size() <= kLongestEtag && etag.front() != '.' &&
         std::all_of(etag.begin(), etag.end(), [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_' || c == '.'; });
}

// A path inside a snapshot, and nothing that leads out of it.
bool is_safe_path(const std::string& name) {
  if (name.empty() || name.front() == '/' || name.find('\\') != name.npos || name.find('\0') != name.npos) return false;
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('/', begin), name.size());
    const std::string part = name.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return false;
    begin = end + 1;
  }
  return true;
}

// Writes a body behind what has come before; says no to a body that is not of this file.
class PartSink final : public HttpSink {
 public:
  PartSink(PartialFile& part, const std::string& place, const std::function<void(size_t)>& on_bytes)
      : part_(part), place_(place), on_bytes_(on_bytes) {}

  bool begin(const HttpResponse& head) override {
    if (head.status == 206) {
      check_range(head.header("content-range"));
      return true;
    }
    if (head.status != 200) return false;
    if (part_.size() > 0) part_.restart();  // a server without ranges sends it from the beginning
    const auto length = number_of(head.header("content-length"));
    if (length && *length != part_.full_size()) refuse_size(*length);
    return true;
  }

  void add(std::string_view piece) override {
    const std::int64_t size = part_.size() + static_cast<std::int64_t>(piece.size());
    if (size > part_.full_size()) refuse_size(size);
    part_.add(piece);
    on_bytes_(piece.size());
  }

 private:
  [[noreturn]] void refuse_size(std::int64_t size) const {
    throw Error(ErrorCode::corrupt, place_ + ": the server sends " + std::to_string(size) + " bytes, though it said that the file has " +
                                        std::to_string(part_.full_size()) + ": a damaged mirror, or a page of a proxy?");
  }

  // "bytes 100-199/200"
  void check_range(const std::string& text) const {
    const size_t dash = text.find('-'), slash = text.find('/');
    const bool shaped = text.starts_with("bytes ") && dash != text.npos && slash != text.npos && dash < slash;
    const auto begin = shaped ? number_of(text.substr(6, dash - 6)) : std::nullopt;
    const auto total = shaped ? number_of(text.substr(slash + 1)) : std::nullopt;
    if (!begin || *begin != part_.size())
      throw Error(ErrorCode::corrupt, place_ + ": the server was asked for the bytes from " + std::to_string(part_.size()) +
                                          " on and answers with the range \"" + text + "\"");
    if (total && *total != part_.full_size()) refuse_size(*total);
  }

  PartialFile& part_;
  const std::string& place_;
  const std::function<void(size_t)>& on_bytes_;
};

}  // namespace

HubClient::HubClient(const HubSettings& settings, RetryPolicy policy)
    : settings_(settings), policy_(std::move(policy)), origin_(origin_of(settings.endpoint)),
      http_({.silence = settings.silence,
             .certificates = settings.certificates,
             .agent = "headlight",
             .cancelled = policy_.cancelled}) {}

std::string HubClient::file_url(const std::string& repository, const std::string& commit, const std::string& file) const {
  return settings_.endpoint + "/" + repository + "/resolve/" + url_escaped(commit) + "/" + url_escaped(file, true);
}

// Goes where redirects lead. What the hub says of a stored file stands in the first answer and is kept; for a question about a file
// it is the answer.
HubClient::Exchange HubClient::follow(const HttpRequest& request, HttpSink* sink) {
  HttpRequest hop = request;
  std::map<std::string, std::string> said;
  for (int n = 0; n <= kMostRedirects; ++n) {
    const bool elsewhere = origin_of(hop.url) != origin_;
    hop.headers = request.headers;
    if (!elsewhere && !settings_.token.empty()) hop.headers.push_back("Authorization: Bearer " + settings_.token);
    HttpResponse response = http_.send(hop, sink);
    if (!elsewhere)
      for (const char* name : {"x-linked-etag", "x-linked-size", "x-repo-commit"})
        if (!response.header(name).empty()) said.emplace(name, response.header(name));
    const bool answers = request.head_only && said.contains("x-linked-etag");
    if (!response.broken.empty() || !is_redirect(response) || answers) {
      for (const auto& [name, value] : said) response.headers[name] = value;
      return {std::move(response), elsewhere};
    }
    const std::string next = resolved_url(hop.url, response.header("location"));
    if (hop.url.starts_with("https://") && !next.starts_with("https://"))
      throw Error(ErrorCode::bad_input, hop.url + ": the server leads from https to " + next +
                                            ", which anybody on the way could read and change");
    hop.url = next;
  }
  throw Error(ErrorCode::io, request.url + ": more than " + std::to_string(kMostRedirects) + " redirects");
}

HttpResponse HubClient::ask(const HttpRequest& request, const std::string& what) {
  Retries retries(policy_, what);
  for (;;) {
    HttpResponse response = follow(request, nullptr).response;
    if (response.broken.empty() && !is_transient(response)) return response;
    if (response.hopeless) throw Error(ErrorCode::io, what + ": " + response.broken);
    retries.wait_after(response);
  }
}

HubRevision HubClient::revision(const std::string& repository, const std::string& revision) {
  const std::string url = settings_.endpoint + "/api/models/" + repository + "/revision/" + url_escaped(revision);
  const HttpResponse response = ask({.url = url + "?blobs=true"}, url);
  if (response.status != 200) refuse(response, repository, revision, "");
  HubRevision result;
  try {
    const Json answer = parse_json(response.body);
    result.commit = answer.at("sha").as_string();
    for (const Json& sibling : answer.at("siblings").as_array()) {
      HubFile file{.name = sibling.at("rfilename").as_string(), .size = std::nullopt};
      if (sibling["size"].is_integer()) file.size = sibling["size"].as_integer();
      if (!is_safe_path(file.name)) throw Error(ErrorCode::corrupt, "it lists a file \"" + file.name + "\", which leads out of the repository");
      result.files.push_back(std::move(file));
    }
  } catch (const Error& error) {
    throw Error(ErrorCode::corrupt, url + ": the answer is not that of a hub: " + error.what());
  }
  const std::string& commit = result.commit;
  if (commit.size() < 7 || !std::all_of(commit.begin(), commit.end(), [](unsigned char c) { return std::isxdigit(c); }))
    throw Error(ErrorCode::corrupt, url + ": the answer names the commit \"" + commit + "\", which is none");
  return result;
}

HubBlob HubClient::blob(const std::string& repository, const std::string& commit, const std::string& file) {
  const std::string url = file_url(repository, commit, file);
  const HttpResponse response = ask({.url = url, .head_only = true}, url);
  if (response.status != 200 && !is_redirect(response)) refuse(response, repository, commit, file);
  const std::string& answered = response.header("x-repo-commit");
  if (!answered.empty() && answered != commit)
    throw Error(ErrorCode::corrupt, url + ": the server answers for the commit " + answered);
  const std::string& linked = response.header("x-linked-etag");
  HubBlob blob{.etag = plain_etag(linked.empty() ? response.header("etag") : linked)};
  if (!can_name_a_blob(blob.etag))
    throw Error(ErrorCode::corrupt, url + (blob.etag.empty() ? ": the server sends no ETag: is HF_ENDPOINT the address of a hub?"
                                                               : ": the server sends the ETag \"" + blob.etag + "\", which cannot name a file"));
  const std::string& size = response.header(response.headers.contains("x-linked-size") ? "x-linked-size" : "content-length");
  const auto count = number_of(size);
  if (!count) throw Error(ErrorCode::corrupt, url + ": the server does not say how long the file is (\"" + size + "\")");
  blob.size = *count;
  return blob;
}

void HubClient::download(const std::string& repository, const std::string& commit, const std::string& file, PartialFile& part,
                         const std::function<void(size_t)>& on_bytes) {
  const std::string url = file_url(repository, commit, file);
  Retries retries(policy_, file);
  for (std::int64_t most = part.size(); part.size() < part.full_size();) {
    HttpRequest request{.url = url};
    if (part.size() > 0) request.headers = {"Range: bytes=" + std::to_string(part.size()) + "-"};
    PartSink sink(part, url, on_bytes);
    auto [response, elsewhere] = follow(request, &sink);
    if (part.size() == part.full_size()) return;
    if (part.size() > most) retries.reset();
    most = std::max(most, part.size());
    const bool came = response.status == 200 || response.status == 206;
    if (came && response.broken.empty())
      response.broken = "the answer ended after " + std::to_string(part.size()) + " of " + std::to_string(part.full_size()) + " bytes";
    if (response.hopeless) throw Error(ErrorCode::io, url + ": " + response.broken);
    if (response.status == 416) part.restart();
    const bool link_expired = elsewhere && response.status == 403;  // the next try gets another one from the hub
    if (!is_transient(response) && response.status != 416 && !link_expired) refuse(response, repository, commit, file);
    retries.wait_after(response);
  }
}

void HubClient::refuse(const HttpResponse& response, const std::string& repository, const std::string& revision, const std::string& file) const {
  const std::string page = settings_.endpoint + "/" + repository;
  const std::string& kind = response.header("x-error-code");
  const std::string answer = "the hub answers " + std::to_string(response.status) + (kind.empty() ? "" : " (" + kind + ")");
  const std::string& message = response.header("x-error-message");
  const std::string said = message.empty() ? "" : ": " + message;
  const std::string set_token = "put your token into HF_TOKEN or into " + (hub_home() / "token").string();
  const std::string place = repository + (file.empty() ? "" : "/" + file) + ": " + answer + said + ". ";
  if (response.status == 401 && settings_.token.empty())
    throw Error(ErrorCode::not_found, place + "There is no such repository, or it is private or gated. Check the name; else ask for access on " +
                                          page + " and " + set_token);
  if (response.status == 401)
    throw Error(ErrorCode::bad_input, place + "There is no such repository, or the token in use is not valid for it: check the name, or make a "
                                              "new token, and " + set_token);
  if (response.status == 403)
    throw Error(ErrorCode::bad_input, place + "The repository is gated: accept its conditions on " + page +
                                          (settings_.token.empty() ? " and " + set_token
                                                                   : " as the owner of the token, which must be allowed to read gated repositories"));
  if (response.status == 404 && !file.empty()) throw Error(ErrorCode::not_found, place + "There is no such file at " + revision);
  if (response.status == 404 && (kind == "RevisionNotFound" || (kind.empty() && revision != "main")))
    throw Error(ErrorCode::not_found, place + "There is no revision \"" + revision + "\": " + page + "/tree/main lists the branches and tags");
  if (response.status == 404)
    throw Error(ErrorCode::not_found, place + "There is no such repository on " + settings_.endpoint + ": check the name, ORG/NAME");
  throw Error(ErrorCode::io, place + "Try again later, or see in a browser what it says");
}

}  // namespace headlight
