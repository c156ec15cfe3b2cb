// The one file that includes libcurl.
#include "core/hub/http.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <exception>

#include "core/base/error.hpp"

namespace headlight {
namespace {

constexpr size_t kMostBody = 64 << 20;

struct Global {
  Global() { curl_global_init(CURL_GLOBAL_DEFAULT); }
};

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

// One exchange while it goes on, as libcurl's callbacks see it.
struct Exchange {
  HttpResponse response;
  HttpSink* sink = nullptr;
  const std::function<bool()>* cancelled = nullptr;
  bool begun = false, to_sink = false;
  std::exception_ptr thrown;  // an exception cannot pass through libcurl

  void take_header(std::string_view line) {
    if (line.starts_with("HTTP/")) {  // also of answers on the way, such as 100 or a proxy's
      response.headers.clear();
      const size_t space = line.find(' ');
      response.status = 0;
      if (space != line.npos) std::from_chars(line.data() + space + 1, line.data() + line.size(), response.status);
      return;
    }
    const size_t colon = line.find(':');
    if (colon == line.npos) return;
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::string_view rest = line.substr(colon + 1);
    const size_t begin = rest.find_first_not_of(" \t"), end = rest.find_last_not_of(" \t\r\n");
    response.headers[name] = begin == rest.npos ? "" : std::string(rest.substr(begin, end - begin + 1));
  }

  void take_body(std::string_view piece) {
    if (!begun) {
      begun = true;
      to_sink = sink && sink->begin(response);
    }
    if (to_sink) return sink->add(piece);
    if (response.body.size() + piece.size() > kMostBody) throw Error(ErrorCode::corrupt, "the answer is longer than 64 MB");
    response.body += piece;
  }
};

size_t on_header(char* text, size_t, size_t size, void* exchange) {
  static_cast<Exchange*>(exchange)->take_header({text, size});
  return size;
}

size_t on_body(char* text, size_t, size_t size, void* pointer) {
  Exchange& exchange = *static_cast<Exchange*>(pointer);
  try {
    exchange.take_body({text, size});
    return size;
  } catch (...) {
    exchange.thrown = std::current_exception();
    return 0;
  }
}

int on_progress(void* exchange, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return (*static_cast<Exchange*>(exchange)->cancelled)() ? 1 : 0;
}

Url parsed(const std::string& text) {
  Url url(curl_url());
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
    throw Error(ErrorCode::bad_input, "\"" + text + "\" is no address");
  return url;
}

std::string part_of(const Url& url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, flags) != CURLUE_OK) return "";
  const std::string copy = text;
  curl_free(text);
  return copy;
}

}  // namespace

struct HttpClient::State {
  HttpOptions options;
  CURL* curl = nullptr;
  char failure[CURL_ERROR_SIZE] = {};
  ~State() { curl_easy_cleanup(curl); }
};

const std::string& HttpResponse::header(const std::string& name) const {
  static const std::string none;
  const auto found = headers.find(name);
  return found == headers.end() ? none : found->second;
}

HttpClient::HttpClient(HttpOptions options) : state_(std::make_unique<State>()) {
  static const Global global;
  state_->options = std::move(options);
  state_->curl = curl_easy_init();
  if (!state_->curl) throw std::bad_alloc();
  CURL* curl = state_->curl;
  const HttpOptions& chosen = state_->options;
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, state_->failure);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, static_cast<long>(chosen.connect.count()));
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(chosen.silence.count()));
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 256L * 1024);
  if (!chosen.agent.empty()) curl_easy_setopt(curl, CURLOPT_USERAGENT, chosen.agent.c_str());
  if (!chosen.certificates.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, chosen.certificates.c_str());
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;

HttpResponse HttpClient::send(const HttpRequest& request, HttpSink* sink) {
  const std::string scheme = part_of(parsed(request.url), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") throw Error(ErrorCode::bad_input, "\"" + request.url + "\" is no http or https address");
  Exchange exchange{.sink = sink, .cancelled = &state_->options.cancelled};
  CURL* curl = state_->curl;
  // Bytes as they are: ranges and hashes are of the file, not of a compressed form of it.
  List headers(curl_slist_append(nullptr, "Accept-Encoding: identity"));
  for (const std::string& line : request.headers) curl_slist_append(headers.get(), line.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_NOBODY, request.head_only ? 1L : 0L);
  if (!request.head_only) curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &exchange);
  state_->failure[0] = '\0';
  const CURLcode code = curl_easy_perform(curl);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, nullptr);

  if (exchange.thrown) std::rethrow_exception(exchange.thrown);
  if (code == CURLE_ABORTED_BY_CALLBACK) throw Error(ErrorCode::cancelled, "interrupted");
  if (code != CURLE_OK) {
    exchange.response.broken = state_->failure[0] ? state_->failure : curl_easy_strerror(code);
    exchange.response.hopeless = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE || code == CURLE_UNSUPPORTED_PROTOCOL;
  } else if (!exchange.begun && sink) {
    sink->begin(exchange.response);  // an empty body
  }
  return std::move(exchange.response);
}

std::string resolved_url(const std::string& base, const std::string& location) {
  const Url url = parsed(base);
  if (curl_url_set(url.get(), CURLUPART_URL, location.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
    throw Error(ErrorCode::bad_input, "\"" + location + "\" is no address to go on to from " + base);
  return part_of(url, CURLUPART_URL);
}

std::string origin_of(const std::string& url) {
  const Url parts = parsed(url);
  std::string host = part_of(parts, CURLUPART_HOST);
  std::transform(host.begin(), host.end(), host.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return part_of(parts, CURLUPART_SCHEME) + "://" + host + ":" + part_of(parts, CURLUPART_PORT, CURLU_DEFAULT_PORT);
}

std::string url_escaped(std::string_view text, bool keep_slashes) {
  static const std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string escaped;
  for (const char c : text) {
    if (plain.find(c) != plain.npos || (keep_slashes && c == '/')) {
      escaped += c;
    } else {
      const char digits[] = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      escaped += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return escaped;
}

std::optional<std::chrono::seconds> retry_after(const std::string& text) {
  int seconds = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (failure == std::errc() && end == text.data() + text.size() && seconds >= 0) return std::chrono::seconds(seconds);
  const time_t when = text.empty() ? -1 : curl_getdate(text.c_str(), nullptr);
  if (when < 0) return std::nullopt;
  return std::chrono::seconds(std::max<time_t>(0, when - std::time(nullptr)));
}

}  // namespace headlight
