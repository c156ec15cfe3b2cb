# Builds one plugin: a shared library with hidden symbols that exports headlight_plugin_v1 and nothing else.
# The tree and projects outside it (find_package(headlight)) use this same function.
#   headlight_add_plugin(induction SOURCES induction.cpp)
set(HEADLIGHT_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/plugin.map)

function(headlight_add_plugin name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} MODULE ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES
    PREFIX "" CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON POSITION_INDEPENDENT_CODE ON
    CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON)
  target_link_options(${name} PRIVATE -Wl,--version-script=${HEADLIGHT_PLUGIN_MAP})
  target_link_libraries(${name} PRIVATE headlight::sdk ${arg_LINK})
endfunction()
