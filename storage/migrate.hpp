// The schema's history: numbered SQL files, each applied once, in one transaction with its record.
#pragma once

#include <span>
#include <string_view>

#include "storage/connection.hpp"

namespace headlight {

struct Migration {
  int number = 0;         // 1, 2, ... without gaps
  std::string_view name;  // "0001_tables"
  std::string_view sql;
};

// All of storage/migrations, in order.
std::span<const Migration> catalogue_migrations();

// The number of the last migration of this file; 0 for a new one. It stands in SQLite's user_version.
int schema_version(const Connection& connection);

// Applies what is missing; the first one makes the table `migration` for the records. Two processes may do so at the same time. Throws Error{unsupported} when the file is newer than `all`.
void migrate(const Connection& connection, std::span<const Migration> all);

}  // namespace headlight
