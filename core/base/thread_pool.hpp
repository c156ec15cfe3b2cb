// The one thread pool of the process. BLAS is told to use one thread, and products are cut into pieces here.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace headlight {

class ThreadPool {
 public:
  explicit ThreadPool(int n_threads);  // 0: one per core
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;

  int n_threads() const;

  // Calls body(i) for i in [0, n), each once, on the pool and the calling thread; returns when all are done.
  // The first exception is rethrown here. What would be denormal is 0 inside (flush_denormals.hpp). Not to be nested: a body that calls parallel_for runs it in its own thread.
  void parallel_for(size_t n, const std::function<void(size_t)>& body);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace headlight
