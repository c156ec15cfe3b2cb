#include "storage/sql.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>

#include "core/base/error.hpp"

namespace headlight {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kStepsBetweenLooks = 10'000;  // of SQLite's virtual machine
constexpr int kLongestPattern = 200;        // bytes of a LIKE pattern: its cost grows with the square

// PRAGMAs that only tell something.
constexpr std::array<std::string_view, 12> kReadingPragmas{"table_info", "table_xinfo",  "table_list",     "index_list",
                                                           "index_info", "index_xinfo",  "foreign_key_list", "database_list",
                                                           "user_version", "application_id", "compile_options", "function_list"};
constexpr std::array<std::string_view, 4> kRefusedFunctions{"load_extension", "fts3_tokenizer", "readfile", "writefile"};

template <size_t N>
bool is_among(const std::array<std::string_view, N>& words, const char* word) {
  return word && std::find(words.begin(), words.end(), word) != words.end();
}

// SQLite asks for everything a statement would do before it runs.
int authorize(void*, int action, const char* first, const char* second, const char*, const char*) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    // Asked when a table-valued function (json_each) is first used; a real update of the schema is refused by SQLite itself, and here
    // because the statement is no reading one.
    case SQLITE_UPDATE: return std::string_view(first) == "sqlite_master" ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_FUNCTION: return is_among(kRefusedFunctions, second) ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA: {
      const bool sets = second && (std::string_view(first) == "user_version" || std::string_view(first) == "application_id");
      return is_among(kReadingPragmas, first) && !sets ? SQLITE_OK : SQLITE_DENY;
    }
    default: return SQLITE_DENY;
  }
}

// What holds while a statement from outside runs; as before at the end.
class Cage {
 public:
  Cage(const Connection& connection, const SqlLimits& limits) : handle_(connection.handle()), end_(Clock::now() + limits.time) {
    sqlite3_set_authorizer(handle_, authorize, nullptr);
    sqlite3_progress_handler(handle_, kStepsBetweenLooks, [](void* self) { return static_cast<Cage*>(self)->is_over() ? 1 : 0; }, this);
    longest_value_ = sqlite3_limit(handle_, SQLITE_LIMIT_LENGTH, static_cast<int>(std::min<std::size_t>(limits.bytes, 1u << 30)));
    longest_pattern_ = sqlite3_limit(handle_, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, kLongestPattern);
  }
  Cage(const Cage&) = delete;
  ~Cage() {
    sqlite3_set_authorizer(handle_, nullptr, nullptr);
    sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
    sqlite3_limit(handle_, SQLITE_LIMIT_LENGTH, longest_value_);
    sqlite3_limit(handle_, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, longest_pattern_);
  }
  bool is_over() const { return Clock::now() >= end_; }

 private:
  sqlite3* handle_;
  Clock::time_point end_;
  int longest_value_ = 0, longest_pattern_ = 0;
};

[[noreturn]] void fail(const Connection& connection, int result, const SqlLimits& limits) {
  const std::string message = sqlite3_errmsg(connection.handle());
  switch (result & 0xff) {
    case SQLITE_INTERRUPT:
      throw Error(ErrorCode::cancelled, "the statement was stopped after " + std::to_string(limits.time.count()) +
                                            " ms. Ask for less, or filter earlier");
    case SQLITE_AUTH:
      throw Error(ErrorCode::bad_input, "the statement may only read the catalogue (" + message + "): use SELECT, WITH, VALUES or EXPLAIN");
    case SQLITE_TOOBIG:
      throw Error(ErrorCode::bad_input, "a value of the statement is larger than " + std::to_string(limits.bytes) + " bytes");
    case SQLITE_CORRUPT:
    case SQLITE_IOERR:
    case SQLITE_BUSY:
    case SQLITE_NOMEM: connection.check(result); [[fallthrough]];
    default: throw Error(ErrorCode::bad_input, "SQL: " + message);
  }
}

// Only blanks, comments and semicolons.
bool is_blank(const Connection& connection, const char* begin, const char* end) {
  sqlite3_stmt* statement = nullptr;
  while (begin < end) {
    const char* tail = nullptr;
    const int result = sqlite3_prepare_v2(connection.handle(), begin, static_cast<int>(end - begin), &statement, &tail);
    sqlite3_finalize(statement);
    if (result != SQLITE_OK || statement) return false;
    if (tail <= begin) return true;
    begin = tail;
  }
  return true;
}

using StatementHandle = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

StatementHandle prepare_only_one(const Connection& connection, std::string_view sql, const SqlLimits& limits) {
  if (sql.size() > limits.bytes) throw Error(ErrorCode::bad_input, "the statement is " + std::to_string(sql.size()) + " bytes long");
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int result = sqlite3_prepare_v2(connection.handle(), sql.data(), static_cast<int>(sql.size()), &raw, &tail);
  StatementHandle statement(raw, sqlite3_finalize);
  if (result != SQLITE_OK) fail(connection, result, limits);
  if (!statement) throw Error(ErrorCode::bad_input, "there is no SQL statement: try SELECT * FROM heads LIMIT 10");
  if (!is_blank(connection, tail, sql.data() + sql.size()))
    throw Error(ErrorCode::bad_input, "there is more than one SQL statement: give one at a time");
  if (!sqlite3_stmt_readonly(raw)) throw Error(ErrorCode::bad_input, "the statement may only read the catalogue: use SELECT");
  return statement;
}

SqlValue value_of(sqlite3_stmt* row, int column, std::size_t& bytes) {
  switch (sqlite3_column_type(row, column)) {
    case SQLITE_NULL: return nullptr;
    case SQLITE_INTEGER: return sqlite3_column_int64(row, column);
    case SQLITE_FLOAT: return sqlite3_column_double(row, column);
    default: break;
  }
  const bool is_text = sqlite3_column_type(row, column) == SQLITE_TEXT;
  const void* start = sqlite3_column_blob(row, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
  bytes += size;
  if (is_text) return start ? std::string(static_cast<const char*>(start), size) : std::string();
  const auto* first = static_cast<const std::byte*>(start);
  return first ? SqlBlob(first, first + size) : SqlBlob();
}

}  // namespace

SqlResult run_sql(const Connection& connection, std::string_view sql, const SqlLimits& limits) {
  const Cage cage(connection, limits);
  const StatementHandle statement = prepare_only_one(connection, sql, limits);
  const int n_columns = sqlite3_column_count(statement.get());
  SqlResult answer;
  for (int i = 0; i < n_columns; ++i) answer.columns.push_back(sqlite3_column_name(statement.get(), i));

  std::size_t bytes = 0;
  for (int result; (result = sqlite3_step(statement.get())) != SQLITE_DONE;) {
    if (result != SQLITE_ROW) fail(connection, result, limits);
    if (answer.rows.size() >= limits.rows || bytes >= limits.bytes || cage.is_over()) {
      if (cage.is_over()) fail(connection, SQLITE_INTERRUPT, limits);
      answer.truncated = true;
      break;
    }
    std::vector<SqlValue>& row = answer.rows.emplace_back();
    bytes += sizeof(SqlValue) * static_cast<std::size_t>(n_columns);
    for (int i = 0; i < n_columns; ++i) row.push_back(value_of(statement.get(), i, bytes));
  }
  return answer;
}

}  // namespace headlight
