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

#if defined(__SSE2__)
TEST(ThreadPool, MakesNoDenormalNumbersInside) {
  for (const int n_threads : {1, 3}) {
    ThreadPool pool(n_threads);
    volatile float small = 1e-30f, smaller = 1e-40f;
    std::vector<float> made(100, 1.0f), read(100, 0.0f);
    pool.parallel_for(made.size(), [&](size_t i) { made[i] = small * 1e-10f; });
    pool.parallel_for(read.size(), [&](size_t i) { read[i] = smaller * 1e20f; });
    for (const float number : made) EXPECT_EQ(number, 0.0f);
    for (const float number : read) EXPECT_NEAR(number, 1e-20f, 1e-24f) << "a number that is read so small counts";
    EXPECT_GT(small * 1e-10f, 0.0f) << "the caller's arithmetic stays as it was";
  }
}
#endif

}  // namespace
}  // namespace headlight
