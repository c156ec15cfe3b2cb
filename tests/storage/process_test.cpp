// Several processes on one catalogue: one is killed, one reads while the other writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "storage/catalogue.hpp"
#include "tests/storage/example.hpp"

namespace headlight {
namespace {

constexpr int kCellsPerCommit = 50;

std::vector<CellValue> cells_of(int commit) {
  std::vector<CellValue> cells;
  for (int i = 0; i < kCellsPerCommit; ++i) cells.push_back({.head = {.layer = 0, .head = 1}, .prompt = commit, .replicate = i, .value = commit + i / 100.0});
  return cells;
}

// A child process that says something through a pipe and is killed at the end.
class Child {
 public:
  explicit Child(const std::function<void(const std::function<void(int)>&)>& work) {
    int ends[2];
    if (pipe(ends) != 0) throw Error(ErrorCode::io, "no pipe");
    pid_ = fork();
    if (pid_ == 0) {
      close(ends[0]);
      try {
        work([&](int value) {
          if (write(ends[1], &value, sizeof value) != sizeof value) _exit(3);
        });
      } catch (const std::exception& error) {
        fprintf(stderr, "child: %s\n", error.what());
        _exit(1);
      }
      _exit(0);
    }
    close(ends[1]);
    pipe_ = ends[0];
  }
  Child(const Child&) = delete;
  ~Child() {
    stop();
    close(pipe_);
  }
  // The next value that it says; nothing when it has ended.
  std::optional<int> hear() {
    int value = 0;
    return read(pipe_, &value, sizeof value) == sizeof value ? std::optional(value) : std::nullopt;
  }
  void stop() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = 0;
  }

 private:
  pid_t pid_ = 0;
  int pipe_ = -1;
};

void begin(const std::filesystem::path& path, const RunKey& run) {
  CatalogueWriter writer(path);
  writer.put_model(example::model("tiny"));
  writer.put_task(example::task("ioi"));
  writer.open_run(run);
}

TEST(Kill, LosesNothingThatWasCommitted) {
  const RunKey run = example::key("tiny", "", "zero-ablation");
  for (int round = 0; round < 5; ++round) {
    const example::Folder folder;
    begin(folder / "a.db", run);
    Child child([&](const auto& say) {
      CatalogueWriter writer(folder / "a.db");
      for (int commit = 0;; ++commit) {
        writer.commit(run, cells_of(commit));
        say(commit);
      }
    });
    int last = -1;
    for (int i = 0; i < 3 + 7 * round; ++i) last = child.hear().value_or(last);
    child.stop();
    while (const auto more = child.hear()) last = *more;
    ASSERT_GE(last, 2 + 7 * round);

    CatalogueWriter writer(folder / "a.db");
    EXPECT_TRUE(writer.open_run(run).existed);
    const std::vector<CellValue> found = writer.committed(run);
    EXPECT_EQ(found.size() % kCellsPerCommit, 0u) << "a commit is there whole or not at all";
    ASSERT_GE(found.size(), static_cast<size_t>(last + 1) * kCellsPerCommit);
    for (const CellValue& cell : found) ASSERT_EQ(cell.value, cell.prompt + cell.replicate / 100.0);
    EXPECT_EQ(writer.connection().integer("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0);
  }
}

TEST(Kill, InTheMiddleOfATransactionLeavesWhatWasBefore) {
  const RunKey run = example::key("tiny", "", "zero-ablation");
  const example::Folder folder;
  begin(folder / "a.db", run);
  Child child([&](const auto& say) {
    CatalogueWriter writer(folder / "a.db");
    writer.commit(run, cells_of(0));
    const Transaction transaction(writer.connection(), Transaction::Kind::write);
    writer.connection().execute("PRAGMA cache_size = 1");  // so that pages go to the file before the commit
    writer.connection().execute(
        "INSERT INTO cell WITH RECURSIVE c (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < 50000) SELECT 1, 0, 0, 1, 0, n, 0, 0.5 FROM c");
    writer.connection().execute("UPDATE run SET status = 'done'");
    say(1);
    pause();
  });
  EXPECT_EQ(child.hear(), 1);
  child.stop();
  CatalogueWriter writer(folder / "a.db");
  EXPECT_EQ(writer.open_run(run).status, RunStatus::running);
  EXPECT_THAT(writer.committed(run), testing::ElementsAreArray(cells_of(0)));
}

TEST(Kill, AtTheEndOfARunLeavesItDoneOrAsItWas) {
  const RunKey run = example::key("tiny", "", "zero-ablation");
  int n_done = 0;
  for (int round = 0; round < 12; ++round) {
    const example::Folder folder;
    begin(folder / "a.db", run);
    {
      CatalogueWriter writer(folder / "a.db");
      writer.commit(run, cells_of(0));
      writer.put_detector(run.model, "mover", "zero-ablation", "ioi", run);
    }
    Child child([&](const auto& say) {
      CatalogueWriter writer(folder / "a.db");
      say(0);
      writer.finish_run(run, example::summary());
      say(1);
      pause();
    });
    child.hear();
    usleep(static_cast<useconds_t>(100 * round));
    child.stop();
    const bool said_done = child.hear().has_value();

    CatalogueWriter writer(folder / "a.db");
    const bool done = writer.open_run(run).status == RunStatus::done;
    n_done += done;
    EXPECT_TRUE(done || !said_done);
    EXPECT_EQ(writer.committed(run).size(), done ? 0u : static_cast<size_t>(kCellsPerCommit));
    EXPECT_EQ(writer.connection().integer("SELECT count(*) FROM head_result"), done ? 6 : 0);
    EXPECT_EQ(writer.connection().integer("SELECT count(*) FROM heads"), done ? 6 : 0);
  }
  SUCCEED() << n_done << " of 12 were done";
}

TEST(ConcurrentReader, SeesWholeCommitsWhileAScanWrites) {
  const RunKey run = example::key("tiny", "", "zero-ablation");
  const example::Folder folder;
  begin(folder / "a.db", run);
  constexpr int kRuns = 40;
  Child child([&](const auto& say) {
    CatalogueWriter writer(folder / "a.db");
    for (int i = 0; i < kRuns; ++i) {
      RunKey next = run;
      next.seed = i;
      writer.open_run(next);
      writer.commit(next, cells_of(i));
      writer.finish_run(next, example::summary({{.layer = 0, .head = i % 3}}));
      writer.put_detector(next.model, "family-" + std::to_string(i), "zero-ablation", "ioi", next);
    }
    say(kRuns);
    pause();
  });
  Catalogue catalogue(folder / "a.db");
  std::int64_t before = 0;
  int n_looks = 0;
  bool ended = false;
  while (!ended) {
    usleep(500);
    const HeadPage page = catalogue.heads({.limit = std::nullopt});
    ASSERT_EQ(page.total % 6, 0) << "a run shows whole or not at all";
    ASSERT_EQ(page.total, static_cast<std::int64_t>(page.rows.size()));
    ASSERT_GE(page.total, before);
    for (const FacetValue& family : catalogue.facets({}).families) ASSERT_EQ(family.n, 6);
    before = page.total;
    ended = page.total == 6 * kRuns;
    ASSERT_LT(++n_looks, 100'000);
  }
  EXPECT_EQ(child.hear(), kRuns);
}

TEST(ConcurrentWriters, TakeTurns) {
  const example::Folder folder;
  const RunKey run = example::key("tiny", "", "zero-ablation");
  begin(folder / "a.db", run);
  constexpr int kCommits = 30;
  const auto work = [&](int first) {
    return [&folder, &run, first](const auto& say) {
      CatalogueWriter writer(folder / "a.db");
      for (int i = 0; i < kCommits; ++i) writer.commit(run, cells_of(first + i));
      say(1);
    };
  };
  Child a(work(0)), b(work(1000));
  EXPECT_EQ(a.hear(), 1);
  EXPECT_EQ(b.hear(), 1);
  EXPECT_EQ(CatalogueWriter(folder / "a.db").committed(run).size(), 2u * kCommits * kCellsPerCommit);
}

}  // namespace
}  // namespace headlight
