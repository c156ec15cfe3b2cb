#include "storage/migrate.hpp"

#include <string>

#include "core/base/error.hpp"
#include "storage/open.hpp"

namespace headlight {
namespace {

void apply(const Connection& connection, const Migration& migration) {
  Transaction transaction(connection, Transaction::Kind::write);
  if (schema_version(connection) >= migration.number) return;  // another process was faster
  try {
    connection.execute(std::string(migration.sql));
    connection.prepare("INSERT INTO migration VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))")
        .run_with(migration.number, migration.name);
    connection.execute("PRAGMA application_id = " + std::to_string(kApplicationId));
    connection.execute("PRAGMA user_version = " + std::to_string(migration.number));
  } catch (const Error& error) {
    throw error.at("migration " + std::string(migration.name));
  }
  transaction.commit();
}

}  // namespace

int schema_version(const Connection& connection) { return static_cast<int>(connection.integer("PRAGMA user_version")); }

void migrate(const Connection& connection, std::span<const Migration> all) {
  const int newest = all.empty() ? 0 : all.back().number;
  const int found = schema_version(connection);
  if (found > newest)
    throw Error(ErrorCode::unsupported, connection.path().string() + ": was written by a newer Headlight (schema " +
                                            std::to_string(found) + "; this one knows up to " + std::to_string(newest) +
                                            "). Update Headlight, or name another file with --db");
  for (const Migration& migration : all)
    if (migration.number > found) apply(connection, migration);
}

}  // namespace headlight
