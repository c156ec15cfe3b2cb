// The one file that includes OpenSSL.
#include "core/hub/file_hash.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "core/base/error.hpp"

namespace headlight {
namespace {
void require(int done) {
  if (done != 1) throw Error(ErrorCode::internal, "libcrypto could not compute a hash");
}
}  // namespace

struct FileHasher::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

std::optional<FileHashKind> file_hash_kind(std::string_view hexadecimal) {
  if (!std::all_of(hexadecimal.begin(), hexadecimal.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); })) return std::nullopt;
  if (hexadecimal.size() == 64) return FileHashKind::sha256;
  return hexadecimal.size() == 40 ? std::optional(FileHashKind::git_blob) : std::nullopt;
}

FileHasher::FileHasher(FileHashKind kind, std::int64_t size_bytes) : state_(std::make_unique<State>()) {
  require(EVP_DigestInit_ex(state_->context, kind == FileHashKind::sha256 ? EVP_sha256() : EVP_sha1(), nullptr));
  if (kind == FileHashKind::git_blob) {
    const std::string header = "blob " + std::to_string(size_bytes);
    add({header.c_str(), header.size() + 1});
  }
}

FileHasher::~FileHasher() = default;
FileHasher::FileHasher(FileHasher&&) noexcept = default;
FileHasher& FileHasher::operator=(FileHasher&&) noexcept = default;

void FileHasher::add(std::string_view bytes) { require(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size())); }

std::string FileHasher::digest() {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  require(EVP_DigestFinal_ex(state_->context, bytes, &size));
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    const char digits[] = "0123456789abcdef";
    text += {digits[bytes[i] >> 4], digits[bytes[i] & 15]};
  }
  return text;
}

}  // namespace headlight
