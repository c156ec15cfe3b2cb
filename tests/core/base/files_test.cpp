#include "core/base/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/base/error.hpp"

namespace headlight {
namespace {

const std::filesystem::path kFolder = testing::TempDir();

TEST(Files, AreReadWhole) {
  write_file(kFolder / "whole.txt", "one\ntwo");
  EXPECT_EQ(read_file(kFolder / "whole.txt"), "one\ntwo");
}

TEST(Files, AreMappedWithTheirBytes) {
  write_file(kFolder / "mapped.bin", std::string_view("\x01\x02\x03", 3));
  const FileMap map(kFolder / "mapped.bin");
  ASSERT_EQ(map.size(), 3u);
  EXPECT_EQ(map.bytes()[2], std::byte{3});
}

TEST(Files, MapAnEmptyFileAsNothing) {
  write_file(kFolder / "empty.bin", "");
  EXPECT_EQ(FileMap(kFolder / "empty.bin").size(), 0u);
}

TEST(Files, NameTheMissingPath) {
  try {
    read_file(kFolder / "no-such-file");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_THAT(error.what(), testing::HasSubstr("no-such-file: cannot be opened: No such file"));
  }
}

TEST(Files, RefuseAFolder) { EXPECT_THROW(FileMap{kFolder}, Error); }

}  // namespace
}  // namespace headlight
