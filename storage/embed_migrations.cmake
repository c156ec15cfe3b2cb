# Writes the migrations as C++ string literals:
#   cmake -DOUTPUT=migrations.cpp "-DFILES=0001_tables.sql;0002_views.sql" -P embed_migrations.cmake

set(entries "")
set(expected 1)
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME_WE)
  string(REGEX MATCH "^[0-9][0-9][0-9][0-9]" number "${name}")
  math(EXPR number_value "1${number} - 10000")
  if(NOT number_value EQUAL expected)
    message(FATAL_ERROR "storage/migrations: ${name} should be number ${expected}; migrations are numbered without gaps")
  endif()
  math(EXPR expected "${expected} + 1")
  file(READ "${file}" sql)
  string(APPEND entries "    {${number_value}, \"${name}\", R\"sql(${sql})sql\"},\n")
endforeach()

file(WRITE "${OUTPUT}"
"// Made from storage/migrations by storage/embed_migrations.cmake.
#include \"storage/migrate.hpp\"

namespace headlight {
namespace {

constexpr Migration kMigrations[] = {
${entries}};

}  // namespace

std::span<const Migration> catalogue_migrations() { return kMigrations; }

}  // namespace headlight
")
