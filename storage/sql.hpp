// One read-only statement from outside, for `headlight sql` and the browser: it may read this file, and nothing else.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "storage/connection.hpp"

namespace headlight {

struct SqlLimits {
  std::chrono::milliseconds time{10'000};
  std::size_t rows = 10'000;
  std::size_t bytes = 64u << 20;  // of all values together, and of any one
};

using SqlBlob = std::vector<std::byte>;
using SqlValue = std::variant<std::nullptr_t, std::int64_t, double, std::string, SqlBlob>;

struct SqlResult {
  std::vector<std::string> columns;
  std::vector<std::vector<SqlValue>> rows;
  bool truncated = false;  // there are more rows than the limits allow
};

// Throws Error{bad_input}: no statement, more than one, one that writes, attaches a file, changes a setting or does not parse (the
// message says where); Error{cancelled} when the time is over. The connection is as before afterwards.
SqlResult run_sql(const Connection& connection, std::string_view sql, const SqlLimits& limits = {});

}  // namespace headlight
