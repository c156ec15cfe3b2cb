#include "core/base/thread_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace headlight {
namespace {

TEST(ThreadPool, RunsEveryItemOnce) {
  ThreadPool pool(4);
  std::vector<std::atomic<int>> seen(1000);
  for (int round = 0; round < 50; ++round) pool.parallel_for(seen.size(), [&](size_t i) { ++seen[i]; });
  for (const auto& count : seen) EXPECT_EQ(count, 50);
}

TEST(ThreadPool, RethrowsAnItemsException) {
  ThreadPool pool(3);
  EXPECT_THROW(pool.parallel_for(100, [](size_t i) { if (i == 57) throw std::runtime_error("57"); }), std::runtime_error);
  std::atomic<int> after{0};
  pool.parallel_for(10, [&](size_t) { ++after; });
  EXPECT_EQ(after, 10);
}

TEST(ThreadPool, RunsANestedLoopInItsOwnThread) {
  ThreadPool pool(2);
  std::atomic<int> count{0};
  pool.parallel_for(4, [&](size_t) { pool.parallel_for(5, [&](size_t) { ++count; }); });
  EXPECT_EQ(count, 20);
}

}  // namespace
}  // namespace headlight
