# Writes the files of web/ui as C++ string literals:
#   cmake -DOUTPUT=ui_files.cpp "-DFILES=a.js;b.css" -P embed_ui.cmake
# A literal is cut every 15,000 characters: compilers need not take more than 65,536.

set(entries "")
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME)
  file(READ "${file}" text)
  if(text MATCHES "\\)ui\"")
    message(FATAL_ERROR "web/ui/${name} holds the characters that end a literal: )ui\"")
  endif()
  set(literal "")
  string(LENGTH "${text}" length)
  set(place 0)
  while(place LESS length)
    string(SUBSTRING "${text}" ${place} 15000 piece)
    string(APPEND literal "R\"ui(${piece})ui\"\n")
    math(EXPR place "${place} + 15000")
  endwhile()
  string(APPEND entries "    {\"${name}\", ${literal}},\n")
endforeach()

file(WRITE "${OUTPUT}"
"// Made from web/ui by web/embed_ui.cmake.
#include \"web/ui_files.hpp\"

namespace headlight {
namespace {

constexpr UiFile kFiles[] = {
${entries}};

}  // namespace

std::span<const UiFile> ui_files() { return kFiles; }

}  // namespace headlight
")
