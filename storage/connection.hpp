// SQLite behind RAII: a connection, its statements and its transactions. Every failure is an Error that names the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace headlight {

class Connection;

// For bind(): NULL stands for what is not there. The text is not copied.
inline std::optional<std::string_view> unless_empty(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

// A prepared statement. Parameters count from 1 and columns from 0, as in SQLite.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;
  ~Statement();

  // Starts anew with these parameters, in order. NULL: nullptr, an empty optional, a NaN.
  template <typename... Values>
  Statement& bind(const Values&... values) {
    reset();
    int index = 0;
    (bind_one(++index, values), ...);
    return *this;
  }
  void bind_one(int index, std::nullptr_t);
  void bind_one(int index, std::int64_t value);
  void bind_one(int index, int value) { bind_one(index, std::int64_t{value}); }
  void bind_one(int index, bool value) { bind_one(index, std::int64_t{value}); }
  void bind_one(int index, double value);
  void bind_one(int index, std::string_view text);
  void bind_one(int index, const std::string& text) { bind_one(index, std::string_view(text)); }
  void bind_one(int index, const char* text) { bind_one(index, std::string_view(text)); }
  void bind_one(int index, std::span<const std::byte> bytes);
  template <typename T>
  void bind_one(int index, const std::optional<T>& value) {
    value ? bind_one(index, *value) : bind_one(index, nullptr);
  }

  // True when there is a row.
  bool step();
  // Runs to the end, whatever rows there are.
  void run();
  // Binds and runs: insert.run_with(1, "a").
  template <typename... Values>
  void run_with(const Values&... values) {
    bind(values...).run();
  }
  void reset();

  int n_columns() const;
  std::string column_name(int column) const;
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  int small(int column) const { return static_cast<int>(integer(column)); }
  double real(int column) const;                      // NaN for NULL
  std::string text(int column) const;                 // "" for NULL
  std::span<const std::byte> bytes(int column) const;  // borrowed until the next step
  std::optional<std::int64_t> optional_integer(int column) const;
  std::optional<double> optional_real(int column) const;
  sqlite3_stmt* handle() const { return statement_; }

 private:
  friend class Connection;
  Statement(const Connection* connection, sqlite3_stmt* statement) : connection_(connection), statement_(statement) {}
  void check(int result) const;

  const Connection* connection_;
  sqlite3_stmt* statement_;
};

// An open database; one thread at a time. Opening applies what holds for every connection (busy timeout, foreign keys);
// whether the file is a catalogue is checked in open.hpp.
class Connection {
 public:
  enum class Mode { read_write, create, read, read_immutable };

  Connection(const std::filesystem::path& path, Mode mode);
  Connection(const Connection&) = delete;
  ~Connection();

  Statement prepare(std::string_view sql) const;
  void execute(const std::string& sql) const;  // one or more statements without parameters
  // The first column of the first row. Throws Error{internal} without a row.
  std::int64_t integer(std::string_view sql) const;
  std::int64_t last_id() const;
  bool in_transaction() const;
  bool was_locked() const;  // the last failure was that another process holds a lock

  const std::filesystem::path& path() const { return path_; }
  sqlite3* handle() const { return handle_; }
  // Throws the Error of SQLite's result code, unless it is a success.
  void check(int result) const;

 private:
  std::filesystem::path path_;
  sqlite3* handle_ = nullptr;
};

// Rolls back unless committed. `write` takes the lock at once (waiting for another writer), `read` sees one state throughout.
class Transaction {
 public:
  enum class Kind { read, write };
  Transaction(const Connection& connection, Kind kind);
  Transaction(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  const Connection& connection_;
  bool open_ = true;
};

}  // namespace headlight
