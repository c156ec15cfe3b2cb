#include "core/hub/file_hash.hpp"

#include <gtest/gtest.h>

namespace headlight {
namespace {

std::string hash(FileHashKind kind, std::string_view text) {
  FileHasher hasher(kind, static_cast<std::int64_t>(text.size()));
  hasher.add(text.substr(0, text.size() / 2));
  hasher.add(text.substr(text.size() / 2));
  return hasher.digest();
}

TEST(FileHash, OfALargeFileIsItsSha256) {  // FIPS 180-2, appendix B
  EXPECT_EQ(hash(FileHashKind::sha256, "abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hash(FileHashKind::sha256, ""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(FileHash, OfASmallFileIsWhatGitHashObjectPrints) {
  EXPECT_EQ(hash(FileHashKind::git_blob, "hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
  EXPECT_EQ(hash(FileHashKind::git_blob, ""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
}

TEST(FileHash, KindIsSeenByTheNumberOfDigits) {
  EXPECT_EQ(file_hash_kind(std::string(64, 'a')), FileHashKind::sha256);
  EXPECT_EQ(file_hash_kind(std::string(40, '0')), FileHashKind::git_blob);
  EXPECT_FALSE(file_hash_kind(std::string(32, 'a')));
  EXPECT_FALSE(file_hash_kind(std::string(40, 'g')));
  EXPECT_FALSE(file_hash_kind(""));
}

}  // namespace
}  // namespace headlight
