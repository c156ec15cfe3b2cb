// Which slices of the index a query wants, and how many of their rows pass.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "storage/head_index.hpp"

namespace headlight {

// A query's conditions, prepared for going through all slices. Borrows the index and the connection.
class HeadFilter {
 public:
  // Throws Error{bad_input} for a negative limit or offset.
  HeadFilter(const HeadIndex& index, const Connection& connection, const HeadQuery& query);

  // The conditions that a slice as a whole can break; n_broken <= 1 tells facets which one.
  struct Broken {
    int n = 0;
    int axis = -1;  // of the last broken one: 0-3 as Axis, 4 the verdict
  };
  Broken broken(const Slice& slice) const;

  // Rows of the slice that pass the conditions on rows: the smallest score and the head.
  std::int64_t count(const Slice& slice);

  bool has_row_conditions() const { return query_.min_score || head_; }
  const std::optional<HeadId>& head() const { return head_; }
  bool never() const { return never_; }  // the conditions contradict each other

 private:
  void read_search();
  bool is_found(const IndexedDetector& detector) const;
  std::int64_t count_rows(const Slice& slice);

  const HeadIndex& index_;
  const Connection& connection_;
  const HeadQuery& query_;
  std::array<std::optional<int>, 4> wanted_{};              // [axis] rank; -1: no such name
  std::vector<std::array<std::vector<bool>, 4>> searched_;  // [word][axis][rank]: the name holds the word
  std::optional<HeadId> head_;
  bool never_ = false;
  std::optional<Statement> counting_;
};

}  // namespace headlight
