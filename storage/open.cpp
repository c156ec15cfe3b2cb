#include "storage/open.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string_view>
#include <system_error>
#include <thread>

#include "core/base/error.hpp"
#include "storage/migrate.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;

constexpr int kPageSizeBytes = 8192;

std::string quoted_path(const fs::path& path) { return "'" + path.string() + "'"; }

fs::path folder_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

void refuse_other_files(const fs::path& path) {
  std::error_code unused;
  if (fs::is_directory(path, unused))
    throw Error(ErrorCode::bad_input, path.string() + ": is a folder, not a catalogue. Name a file with --db");
  if (fs::exists(path, unused) && !fs::is_regular_file(path, unused))
    throw Error(ErrorCode::bad_input, path.string() + ": is not a regular file. Name another one with --db");
  // SQLite takes a file of a few bytes for an empty one, and would write over a short text.
  static constexpr std::string_view kMagic("SQLite format 3\0", 16);
  std::ifstream file(path, std::ios::binary);
  std::string start(kMagic.size(), '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  if (file.gcount() > 0 && start != kMagic)
    throw Error(ErrorCode::bad_input, path.string() + ": is not a SQLite database. Name another file with --db");
}

[[noreturn]] void fail_missing(const fs::path& path) {
  throw Error(ErrorCode::not_found,
              "no catalogue at " + path.string() + " yet: run `headlight scan MODEL --db " + path.string() + "` first");
}

bool is_missing_or_empty(const fs::path& path) {
  std::error_code failure;
  const auto size = fs::file_size(path, failure);
  return failure == std::errc::no_such_file_or_directory || (!failure && size == 0);
}

// A database of another program, or one that nobody has made a catalogue of. REQUIRES that it can be read.
bool is_catalogue(const Connection& connection) {
  const Transaction transaction(connection, Transaction::Kind::read);  // another process may be making it one
  const std::int64_t id = connection.integer("PRAGMA application_id");
  if (id == kApplicationId) return true;
  if (id == 0 && connection.integer("SELECT count(*) FROM sqlite_schema") == 0) return false;
  char found[16], ours[16];
  std::snprintf(found, sizeof found, "0x%08x", static_cast<unsigned>(id));
  std::snprintf(ours, sizeof ours, "0x%08x", static_cast<unsigned>(kApplicationId));
  throw Error(ErrorCode::bad_input, connection.path().string() + ": is a SQLite database of another program (application_id " +
                                        found + ", a catalogue has " + ours + "). Name another file with --db");
}

// Readers go on while one process writes. SQLite does not wait for a lock here, since two that switch could wait for each other.
void switch_to_log(const Connection& connection) {
  for (int attempts_left = 500;; --attempts_left) {
    try {
      return connection.execute("PRAGMA journal_mode = WAL");
    } catch (const Error&) {
      if (!connection.was_locked() || attempts_left == 0) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void prepare_for_writing(const Connection& connection) {
  if (!is_catalogue(connection)) connection.execute("PRAGMA page_size = " + std::to_string(kPageSizeBytes));
  switch_to_log(connection);
  connection.execute("PRAGMA synchronous = NORMAL");  // a killed process loses nothing
  connection.execute("PRAGMA secure_delete = OFF");   // staged cells are numbers, not secrets
  connection.execute("PRAGMA cache_size = -65536");   // KiB
}

bool has_unread_log(const fs::path& path) {
  std::error_code failure;
  const auto size = fs::file_size(path.string() + "-wal", failure);
  return !failure && size > 0;
}

// A catalogue that nobody is writing can be read where its index file (-shm) cannot be made: on a disk mounted read-only.
std::unique_ptr<Connection> open_unwritable(const fs::path& path) {
  if (has_unread_log(path))
    throw Error(ErrorCode::io, path.string() + ": its newest part is in " + quoted_path(path.string() + "-wal") + ", which can only be read " +
                                   "where one may write. Copy both files to a folder of your own");
  auto connection = std::make_unique<Connection>(path, Connection::Mode::read_immutable);
  connection->integer("SELECT count(*) FROM sqlite_schema");
  return connection;
}

std::unique_ptr<Connection> open_readable(const fs::path& path) {
  try {
    auto connection = std::make_unique<Connection>(path, Connection::Mode::read);
    connection->integer("SELECT count(*) FROM sqlite_schema");
    return connection;
  } catch (const Error& error) {
    const bool may_write_beside = ::access(folder_of(path).c_str(), W_OK) == 0 && ::access(path.c_str(), W_OK) == 0;
    if (error.code() != ErrorCode::io || may_write_beside || ::access(path.c_str(), R_OK) != 0) throw;
    return open_unwritable(path);
  }
}

void upgrade(const fs::path& path, int found, int newest) {
  try {
    open_for_writing(path);
  } catch (const Error& error) {
    throw Error(error.code(), path.string() + ": has schema " + std::to_string(found) + ", this program needs " + std::to_string(newest) +
                                  ", and bringing it up to date failed. Copy it to where you may write. The reason: " + error.what());
  }
}

}  // namespace

std::unique_ptr<Connection> open_for_writing(const fs::path& path) {
  refuse_other_files(path);
  std::error_code unused;
  if (!fs::is_directory(folder_of(path), unused))
    throw Error(ErrorCode::not_found, path.string() + ": there is no folder " + quoted_path(folder_of(path)) + ". Make it first");
  if (::access(folder_of(path).c_str(), W_OK) != 0)
    throw Error(ErrorCode::io, path.string() + ": the folder " + quoted_path(folder_of(path)) +
                                   " cannot be written. Name a file elsewhere with --db");
  auto connection = std::make_unique<Connection>(path, Connection::Mode::create);
  prepare_for_writing(*connection);
  migrate(*connection, catalogue_migrations());
  return connection;
}

std::unique_ptr<Connection> open_for_reading(const fs::path& path) {
  refuse_other_files(path);
  if (is_missing_or_empty(path)) fail_missing(path);
  auto connection = open_readable(path);
  const int newest = catalogue_migrations().back().number;
  const int found = is_catalogue(*connection) ? schema_version(*connection) : 0;
  if (found == 0) fail_missing(path);
  if (found < newest) {
    connection.reset();
    upgrade(path, found, newest);
    connection = open_readable(path);
  }
  migrate(*connection, catalogue_migrations());  // nothing to do, or a newer schema
  connection->execute("PRAGMA cache_size = -65536");    // KiB
  return connection;
}

}  // namespace headlight
