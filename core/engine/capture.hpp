// What a pass shows on its way. Captures are handed over between steps, in the order of the computation; a handler that keeps
// nothing makes a pass over any length run in bounded memory.
#pragma once

#include <cstddef>
#include <set>

#include "core/engine/site.hpp"

namespace headlight {

// Some queries of one site of one layer and lane.
template <typename T>
struct Capture {
  Site site;
  size_t lane = 0;
  int query_begin = 0, n_queries = 0;  // positions
  int n_heads = 1;                     // 1 for sites without heads
  int n_keys = 0;                      // attention matrices: keys 0 .. n_keys - 1
  int width = 0;                       // other sites: numbers per head
  const T* values = nullptr;  // attention matrices [head, query, key], masked keys 0 (pattern) or -infinity (scores); others [query, head, width]
};

template <typename T>
class CaptureHandler {
 public:
  virtual ~CaptureHandler() = default;
  // Called from the thread that runs the pass. `capture.values` is borrowed until it returns.
  virtual void on_capture(const Capture<T>& capture) = 0;
};

template <typename T>
struct CaptureRequest {
  std::set<Site> sites;
  CaptureHandler<T>* handler = nullptr;

  bool wants(SiteKind kind, int layer) const { return handler && sites.contains({.kind = kind, .layer = layer}); }
};

}  // namespace headlight
