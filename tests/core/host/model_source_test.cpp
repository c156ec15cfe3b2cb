// Which models an argument of the command line means.
#include "core/host/model_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "core/base/error.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/temporary_folder.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;
using testing_support::message_of;
using testing_support::TemporaryFolder;

const fs::path kGguf = HEADLIGHT_SOURCE_DIR "/tests/core/checkpoint/gguf";

TEST(ModelSource, MayBeAGgufFile) {
  const auto sources = resolve_models((kGguf / "llama-q8_0.gguf").string(), {});
  ASSERT_EQ(sources.size(), 1U);
  EXPECT_EQ(sources[0].name, "llama-q8_0");
  const ModelRecord record = record_of(sources[0], open_checkpoint(sources[0].folder));
  EXPECT_EQ(record.architecture, "llama");
  EXPECT_EQ(record.path, (kGguf / "llama-q8_0.gguf").string());
  EXPECT_EQ(record.tokenizer_hash, "");  // it brings none
}

TEST(ModelSource, MayBeAFolderOfFoldersWithAGgufFileEach) {
  const TemporaryFolder folder;
  for (const char* name : {"full", "small"}) {
    fs::create_directories(folder / name);
    fs::copy_file(kGguf / "gpt2.gguf", folder / name / "model.gguf");
  }
  const auto sources = resolve_models(folder.path().string(), {});
  ASSERT_EQ(sources.size(), 2U);
  EXPECT_EQ(sources[0].name, folder.path().filename().string() + "/full");
  EXPECT_EQ(open_checkpoint(sources[1].folder).description.architecture, "gpt2");
}

TEST(ModelSource, NamesTheGgufFilesAmongWhichToChoose) {
  const auto sources = resolve_models(kGguf.string(), {});
  ASSERT_EQ(sources.size(), 1U);
  EXPECT_THAT(message_of([&] { open_checkpoint(sources[0].folder); }), testing::HasSubstr("GGUF files (bloom.gguf, cohere2.gguf, "));
}

}  // namespace
}  // namespace headlight
