#include "storage/connection.hpp"

#include <sqlite3.h>

#include <cmath>
#include <limits>
#include <utility>

#include "core/base/error.hpp"

namespace headlight {
namespace {

constexpr int kBusyTimeoutMs = 30'000;

struct Meaning {
  ErrorCode code;
  std::string text;  // ": {what is wrong; what to do}"
};

Meaning meaning_of(int result, const std::string& message) {
  switch (result & 0xff) {
    case SQLITE_NOTADB: return {ErrorCode::bad_input, "is not a SQLite database. Name another file with --db"};
    case SQLITE_CORRUPT:
      return {ErrorCode::corrupt, "is damaged (" + message + "). Take a copy from before, or rescue what is left with "
                                  "`sqlite3 FILE .recover | sqlite3 NEW`"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::io, "another program has kept the catalogue locked for more than " + std::to_string(kBusyTimeoutMs / 1000) +
                                 " s. Wait for it or end it"};
    case SQLITE_FULL: return {ErrorCode::io, "the disk is full. Free some space and run the same command again: what was committed stays"};
    case SQLITE_READONLY: return {ErrorCode::io, "cannot be written (" + message + "). Check its permissions or name another file with --db"};
    case SQLITE_CANTOPEN: return {ErrorCode::io, "cannot be opened (" + message + "). Check the permissions of the file and its folder"};
    case SQLITE_IOERR: return {ErrorCode::io, "the system refused to read or write (" + message + ")"};
    case SQLITE_NOMEM: return {ErrorCode::out_of_memory, "no memory is left for the database"};
    case SQLITE_INTERRUPT: return {ErrorCode::cancelled, "the query was stopped"};
    default: return {ErrorCode::internal, "SQLite says: " + message + " (code " + std::to_string(result) + ")"};
  }
}

int flags_of(Connection::Mode mode) {
  switch (mode) {
    case Connection::Mode::read_write: return SQLITE_OPEN_READWRITE;
    case Connection::Mode::create: return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case Connection::Mode::read: return SQLITE_OPEN_READWRITE;  // falls back to reading; `query_only` forbids the rest
    case Connection::Mode::read_immutable: return SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
  }
  return SQLITE_OPEN_READONLY;
}

// "file:/a%20b.db?immutable=1"
std::string immutable_uri(const std::filesystem::path& path) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(path).string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte >= 0x7f || c == '%' || c == '?' || c == '#') {
      uri += {'%', kHex[byte >> 4], kHex[byte & 15]};
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

// SQLite reads ":memory:" and "file:..." as something else than a file's name.
std::string plain_name(const std::filesystem::path& path) { return path.is_absolute() ? path.string() : "./" + path.string(); }

}  // namespace

Connection::Connection(const std::filesystem::path& path, Mode mode) : path_(path) {
  const std::string name = mode == Mode::read_immutable ? immutable_uri(path) : plain_name(path);
  const int result = sqlite3_open_v2(name.c_str(), &handle_, flags_of(mode) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  try {
    check(result);
    check(sqlite3_busy_timeout(handle_, kBusyTimeoutMs));
    check(sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr));
    check(sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr));
    execute("PRAGMA foreign_keys = ON");
    if (mode == Mode::read || mode == Mode::read_immutable) execute("PRAGMA query_only = ON");
  } catch (...) {
    sqlite3_close(handle_);
    throw;
  }
}

Connection::~Connection() { sqlite3_close_v2(handle_); }

void Connection::check(int result) const {
  if (result == SQLITE_OK || result == SQLITE_ROW || result == SQLITE_DONE) return;
  const Meaning meaning = meaning_of(result, handle_ ? sqlite3_errmsg(handle_) : sqlite3_errstr(result));
  throw Error(meaning.code, path_.string() + ": " + meaning.text);
}

Statement Connection::prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v2(handle_, sql.data(), static_cast<int>(sql.size()), &statement, nullptr));
  return Statement(this, statement);
}

void Connection::execute(const std::string& sql) const { check(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr)); }

std::int64_t Connection::integer(std::string_view sql) const {
  Statement statement = prepare(sql);
  if (!statement.step()) throw Error(ErrorCode::internal, path_.string() + ": no row for " + std::string(sql));
  return statement.integer(0);
}

std::int64_t Connection::last_id() const { return sqlite3_last_insert_rowid(handle_); }

bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

bool Connection::was_locked() const { return (sqlite3_errcode(handle_) & 0xff) == SQLITE_BUSY; }

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_), statement_(std::exchange(other.statement_, nullptr)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(connection_, other.connection_);
  std::swap(statement_, other.statement_);
  return *this;
}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::check(int result) const { connection_->check(result); }

void Statement::bind_one(int index, std::nullptr_t) { check(sqlite3_bind_null(statement_, index)); }

void Statement::bind_one(int index, std::int64_t value) { check(sqlite3_bind_int64(statement_, index, value)); }

void Statement::bind_one(int index, double value) { check(sqlite3_bind_double(statement_, index, value)); }

void Statement::bind_one(int index, std::string_view text) {
  const char* start = text.data() ? text.data() : "";
  check(sqlite3_bind_text64(statement_, index, start, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind_one(int index, std::span<const std::byte> bytes) {
  static constexpr std::byte kNothing{};
  const std::byte* start = bytes.data() ? bytes.data() : &kNothing;
  check(sqlite3_bind_blob64(statement_, index, start, bytes.size(), SQLITE_TRANSIENT));
}

bool Statement::step() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) {
    try {
      check(result);
    } catch (...) {
      sqlite3_reset(statement_);
      throw;
    }
  }
  sqlite3_reset(statement_);
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

void Statement::reset() { sqlite3_reset(statement_); }

int Statement::n_columns() const { return sqlite3_column_count(statement_); }

std::string Statement::column_name(int column) const { return sqlite3_column_name(statement_, column); }

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }

double Statement::real(int column) const {
  return is_null(column) ? std::numeric_limits<double>::quiet_NaN() : sqlite3_column_double(statement_, column);
}

std::string Statement::text(int column) const {
  const auto* start = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return start ? std::string(start, static_cast<size_t>(sqlite3_column_bytes(statement_, column))) : std::string();
}

std::span<const std::byte> Statement::bytes(int column) const {
  const auto* start = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
  return {start, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

std::optional<std::int64_t> Statement::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::optional<double> Statement::optional_real(int column) const {
  if (is_null(column)) return std::nullopt;
  return real(column);
}

Transaction::Transaction(const Connection& connection, Kind kind) : connection_(connection) {
  connection_.execute(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
  if (!open_ || !connection_.in_transaction()) return;  // some failures have rolled it back already
  sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  connection_.execute("COMMIT");
  open_ = false;
}

}  // namespace headlight
