#include "core/base/thread_pool.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/flush_denormals.hpp"

namespace headlight {
namespace {
thread_local bool inside_parallel_for = false;
}

struct ThreadPool::State {
  std::mutex mutex;
  std::condition_variable work_arrived, work_done;
  std::vector<std::thread> threads;
  const std::function<void(size_t)>* body = nullptr;
  size_t n = 0;
  std::atomic<size_t> next{0};
  size_t n_busy = 0;
  std::uint64_t round = 0;
  std::exception_ptr failure;
  bool stopping = false;

  void take_items() {
    const FlushDenormals flush;
    inside_parallel_for = true;
    for (size_t i = next.fetch_add(1); i < n; i = next.fetch_add(1)) {
      try {
        (*body)(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
        next = n;
      }
    }
    inside_parallel_for = false;
  }

  void work() {
    std::uint64_t seen = 0;
    std::unique_lock lock(mutex);
    while (true) {
      work_arrived.wait(lock, [&] { return stopping || round != seen; });
      if (stopping) return;
      seen = round;
      lock.unlock();
      take_items();
      lock.lock();
      if (--n_busy == 0) work_done.notify_one();
    }
  }
};

ThreadPool::ThreadPool(int n_threads) : state_(std::make_unique<State>()) {
  if (n_threads <= 0) n_threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  for (int i = 1; i < n_threads; ++i) state_->threads.emplace_back([this] { state_->work(); });
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->work_arrived.notify_all();
  for (auto& thread : state_->threads) thread.join();
}

int ThreadPool::n_threads() const { return static_cast<int>(state_->threads.size()) + 1; }

void ThreadPool::parallel_for(size_t n, const std::function<void(size_t)>& body) {
  if (n == 0) return;
  if (n == 1 || state_->threads.empty() || inside_parallel_for) {
    const FlushDenormals flush;
    for (size_t i = 0; i < n; ++i) body(i);
    return;
  }
  {
    const std::lock_guard lock(state_->mutex);
    state_->body = &body;
    state_->n = n;
    state_->next = 0;
    state_->failure = nullptr;
    state_->n_busy = state_->threads.size();
    ++state_->round;
  }
  state_->work_arrived.notify_all();
  state_->take_items();
  std::unique_lock lock(state_->mutex);
  state_->work_done.wait(lock, [&] { return state_->n_busy == 0; });
  if (state_->failure) std::rethrow_exception(std::exchange(state_->failure, nullptr));
}

}  // namespace headlight
