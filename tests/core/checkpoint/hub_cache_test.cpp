#include "core/checkpoint/hub_cache.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "core/base/files.hpp"
#include "core/checkpoint/checkpoint.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tiny_model.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing_support::message_of;
using testing_support::TemporaryFolder;
using testing_support::tiny_gpt2;

const std::string kCommit(40, 'a'), kOther = std::string(39, 'a') + "b";

TEST(HubName, IsARepositoryWithOrWithoutRevision) {
  EXPECT_EQ(parse_hub_name("gpt2")->repository, "gpt2");
  const auto name = parse_hub_name("Org-1/Some.Model_2@refs/pr/3");
  EXPECT_EQ(name->repository, "Org-1/Some.Model_2");
  EXPECT_EQ(name->revision, "refs/pr/3");
  EXPECT_EQ(name->text(), "Org-1/Some.Model_2@refs/pr/3");
  EXPECT_EQ(parse_hub_name("a/b@main")->text(), "a/b");
}

TEST(HubName, MayGoOnToAGgufFile) {
  const auto name = parse_hub_name("a/b@v1/c-Q4_0.gguf");
  EXPECT_EQ(name->repository, "a/b");
  EXPECT_EQ(name->revision, "v1");
  EXPECT_EQ(name->file, "c-Q4_0.gguf");
  EXPECT_EQ(name->text(), "a/b@v1/c-Q4_0.gguf");
  EXPECT_EQ(parse_hub_name("a/b.gguf")->repository, "a/b.gguf");  // a repository may be called so
}

TEST(HubName, IsNoPathAndNothingThatLeadsOutOfTheCache) {
  for (const char* text : {"", "/", "a/", "/a", "a/b/c", "../a", "a/..", ".", "a b", "a/b@", "a/b@..", "a/b@x/../y", "a/b@/x", "a--b/c", "-a/b", "a/b.", "a\\b", "a/b/../c.gguf", "a/b//c.gguf", "~/a"})
    EXPECT_FALSE(parse_hub_name(text)) << text;
  EXPECT_FALSE(parse_hub_name("a/" + std::string(96, 'b')));
}

// The environment variables of the cache as this test wants them.
class HubEnvironment : public testing::Test {
 protected:
  static constexpr const char* kNames[] = {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME", "HOME"};
  void SetUp() override {
    for (const char* name : kNames) {
      const char* value = std::getenv(name);
      before_.push_back(value ? std::optional<std::string>(value) : std::nullopt);
      ::unsetenv(name);
    }
    ::setenv("HOME", "/u", 1);
  }
  void TearDown() override {
    for (size_t i = 0; i < before_.size(); ++i) before_[i] ? ::setenv(kNames[i], before_[i]->c_str(), 1) : ::unsetenv(kNames[i]);
  }

 private:
  std::vector<std::optional<std::string>> before_;
};

TEST_F(HubEnvironment, SaysWhereTheCacheIs) {
  EXPECT_EQ(hub_cache_folder(), "/u/.cache/huggingface/hub");
  ::setenv("XDG_CACHE_HOME", "/x", 1);
  EXPECT_EQ(hub_cache_folder(), "/x/huggingface/hub");
  ::setenv("HF_HOME", "~/h", 1);
  EXPECT_EQ(hub_home(), "/u/h");
  EXPECT_EQ(hub_cache_folder(), "/u/h/hub");
  ::setenv("HUGGINGFACE_HUB_CACHE", "/old", 1);
  EXPECT_EQ(hub_cache_folder(), "/old");
  ::setenv("HF_HUB_CACHE", "/new", 1);
  EXPECT_EQ(hub_cache_folder(), "/new");
  ::setenv("HF_HUB_CACHE", "", 1);
  EXPECT_EQ(hub_cache_folder(), "/old");
}

// A cache with one model, as a download leaves it.
class HubCache : public testing::Test {
 protected:
  void SetUp() override { add(kCommit); }

  // A tiny model's files as blobs, linked from the snapshot.
  void add(const std::string& commit) {
    const TemporaryFolder plain;
    tiny_gpt2().write(plain.path());
    fs::create_directories(repository / "blobs");
    fs::create_directories(snapshot(commit));
    for (const auto& entry : fs::directory_iterator(plain.path())) {
      const std::string name = entry.path().filename().string(), blob = commit.substr(30) + "-" + name;
      fs::copy_file(entry.path(), repository / "blobs" / blob);
      fs::create_symlink(fs::path("../../blobs") / blob, snapshot(commit) / name);
    }
  }
  void refer(const std::string& revision, const std::string& commit) {
    fs::create_directories((repository / "refs" / revision).parent_path());
    write_file(repository / "refs" / revision, commit);
  }
  fs::path snapshot(const std::string& commit) const { return repository / "snapshots" / commit; }
  std::string refusal(const std::string& revision) const {
    return message_of([&] { find_hub_snapshot(repository, revision); });
  }

  TemporaryFolder cache;
  const fs::path repository = hub_repository_folder(cache.path(), "org/tiny");
};

TEST_F(HubCache, HasAFolderForEachRepository) {
  EXPECT_EQ(repository.filename(), "models--org--tiny");
  EXPECT_EQ(hub_repository_folder(cache.path(), "gpt2").filename(), "models--gpt2");
  EXPECT_FALSE(find_hub_snapshot(cache / "models--org--other", "main"));
  fs::create_directories(cache / "models--org--begun" / "snapshots");  // what a download that was refused leaves
  EXPECT_FALSE(find_hub_snapshot(cache / "models--org--begun", "main"));
}

TEST_F(HubCache, FindsARevisionByBranchTagCommitAndItsFirstDigits) {
  refer("main", kCommit);
  add(kOther);
  refer("v1.0", kOther + "\n");
  refer("refs/pr/1", kOther);
  EXPECT_EQ(find_hub_snapshot(repository, "main"), snapshot(kCommit));
  for (const std::string& revision : {std::string("v1.0"), std::string("refs/pr/1"), kOther}) EXPECT_EQ(find_hub_snapshot(repository, revision), snapshot(kOther)) << revision;
  EXPECT_THAT(refusal("aaaa"), HasSubstr("2 snapshots begin with \"aaaa\": write more of the commit"));
  EXPECT_THAT(refusal("v2"), AllOf(HasSubstr("has no revision \"v2\", only "), HasSubstr("main, refs/pr/1, v1.0. Fetch it with: headlight pull org/tiny@v2")));
}

TEST_F(HubCache, TakesTheOnlySnapshotForTheMainOne) {
  EXPECT_EQ(find_hub_snapshot(repository, "main"), snapshot(kCommit));
  EXPECT_EQ(name_of_hub_snapshot(snapshot(kCommit)).text(), "org/tiny");
  EXPECT_EQ(find_hub_snapshot(repository, "aaaaaaa"), snapshot(kCommit));
  add(kOther);
  EXPECT_THAT(refusal("main"), AllOf(HasSubstr("with 2 snapshots and no refs/main: name one of " + kCommit), HasSubstr("headlight pull org/tiny")));
  EXPECT_EQ(name_of_hub_snapshot(snapshot(kOther)).text(), "org/tiny@" + kOther);
}

TEST_F(HubCache, OpensByTheFolderOfTheRepositoryOrOfTheSnapshot) {
  refer("main", kCommit);
  EXPECT_EQ(open_checkpoint(repository).folder, snapshot(kCommit));
  EXPECT_EQ(open_checkpoint(snapshot(kCommit)).description.n_layers, 2);
  EXPECT_TRUE(is_hub_snapshot(snapshot(kCommit) / ""));
  EXPECT_FALSE(is_hub_snapshot(repository));
}

TEST_F(HubCache, SaysWhatAnInterruptedDownloadLeftOut) {
  refer("main", kCommit);
  require_complete_snapshot(snapshot(kCommit));
  write_file(repository / "blobs" / "abc.incomplete", std::string(12'345, 'x'));
  require_complete_snapshot(snapshot(kCommit));  // of something else

  fs::remove(snapshot(kCommit) / "model.safetensors");
  const std::string said = message_of([&] { open_checkpoint(repository); });
  EXPECT_THAT(said, HasSubstr("of what a model needs, model.safetensors is missing (12 kB of unfinished files lie in blobs/)"));
  EXPECT_THAT(said, HasSubstr("Fetch the rest with: headlight pull org/tiny"));
}

TEST_F(HubCache, TakesALinkWithoutItsBlobForMissing) {
  fs::remove(repository / "blobs" / (kCommit.substr(30) + "-config.json"));
  EXPECT_THAT(message_of([&] { open_checkpoint(snapshot(kCommit)); }), HasSubstr("config.json is missing. Fetch the rest"));
}

TEST_F(HubCache, NamesTheShardsThatAreMissing) {
  fs::remove(snapshot(kCommit) / "model.safetensors");
  write_file(snapshot(kCommit) / "model.safetensors.index.json", R"({"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors", "c": "model-3.safetensors"}})");
  write_file(snapshot(kCommit) / "model-2.safetensors", "x");
  fs::create_symlink("../../blobs/gone", snapshot(kCommit) / "model-3.safetensors");
  EXPECT_THAT(message_of([&] { require_complete_snapshot(snapshot(kCommit)); }), HasSubstr("model-3.safetensors, model-1.safetensors are missing"));
}

TEST_F(HubCache, LeavesOtherWeightsToOthers) {
  fs::rename(snapshot(kCommit) / "model.safetensors", snapshot(kCommit) / "pytorch_model.bin");
  EXPECT_THAT(message_of([&] { open_checkpoint(repository); }), HasSubstr("the weights are pickled"));
}

}  // namespace
}  // namespace headlight
