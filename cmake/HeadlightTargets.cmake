# How every target of the tree is built: C++20, hidden symbols, warnings, the preset's sanitizers.

option(HEADLIGHT_WERROR "Treat warnings as errors" OFF)
set(HEADLIGHT_SANITIZE "" CACHE STRING "Sanitizers, comma-separated: address,undefined or thread")
set(HEADLIGHT_SANITIZED_LEVEL -O1 CACHE STRING "How sanitized code is optimised: -O1 compiles fastest, -O2 runs faster")

set(HEADLIGHT_TOGETHER none CACHE STRING "Which sources the compiler reads several at a time: none, those of tests, or all")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(HEADLIGHT_CCACHE ccache)
if(HEADLIGHT_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${HEADLIGHT_CCACHE})
endif()

# Half of the time to compile goes into headers; files that are read together share it. A name in an unnamed namespace must then be
# said by one file of a target alone; sources that look alike on purpose go without (UNITY_BUILD, SKIP_UNITY_BUILD_INCLUSION).
set(CMAKE_UNITY_BUILD_BATCH_SIZE 6)
if(HEADLIGHT_TOGETHER STREQUAL "all")
  set(CMAKE_UNITY_BUILD ON)
endif()
if(NOT HEADLIGHT_TOGETHER STREQUAL "none")
  add_compile_options(-Wno-subobject-linkage)  # to g++ they are headers of one file, in which unnamed namespaces would be wrong
endif()

add_library(headlight_flags INTERFACE)
target_compile_options(headlight_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                       -Wno-missing-field-initializers  # designated initialisers leave out what stands at its default
                       -Wno-restrict)  # g++ 12 warns wrongly about "text" + std::string
if(HEADLIGHT_WERROR)
  target_compile_options(headlight_flags INTERFACE -Werror)
endif()
if(HEADLIGHT_SANITIZE)
  target_compile_options(headlight_flags INTERFACE -fsanitize=${HEADLIGHT_SANITIZE} -fno-omit-frame-pointer ${HEADLIGHT_SANITIZED_LEVEL})
  target_link_options(headlight_flags INTERFACE -fsanitize=${HEADLIGHT_SANITIZE})
  if(HEADLIGHT_SANITIZE MATCHES "undefined")
    # Null pointers that are followed and objects that are overrun are found by the address sanitizer, in a fifth less time to compile.
    target_compile_options(headlight_flags INTERFACE -fno-sanitize-recover=undefined -fno-sanitize=null,object-size,vptr)
  endif()
endif()

# The text of the tests themselves, which takes most of the time to compile, is optimised a little, or not at all under sanitizers.
add_library(headlight_test_flags INTERFACE)  # named after headlight_flags, since what is said last counts
if(HEADLIGHT_SANITIZE)
  target_compile_options(headlight_test_flags INTERFACE -O0)
else()
  target_compile_options(headlight_test_flags INTERFACE -O1)
endif()
if(HEADLIGHT_SANITIZE MATCHES "undefined")
  target_compile_options(headlight_test_flags INTERFACE -fno-sanitize=alignment)
endif()

# A layer of the tree as a static library. Includes are written from the top folder.
#   headlight_library(tensor SOURCES a.cpp PUBLIC headlight::base PRIVATE OpenBLAS::OpenBLAS)
function(headlight_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(headlight_${name} STATIC ${arg_SOURCES})
  add_library(headlight::${name} ALIAS headlight_${name})
  target_include_directories(headlight_${name} PUBLIC $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}>)
  target_link_libraries(headlight_${name} PUBLIC ${arg_PUBLIC} PRIVATE $<BUILD_INTERFACE:headlight_flags> ${arg_PRIVATE})
endfunction()

# A test program of GoogleTest; every file in it tests the layer that its folder mirrors.
#   headlight_test(tensor SOURCES a_test.cpp LINK headlight::tensor [LABELS slow] [TIMEOUT 900])
function(headlight_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(test_${name} ${arg_SOURCES})
  target_include_directories(test_${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_definitions(test_${name} PRIVATE HEADLIGHT_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                                  HEADLIGHT_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_link_libraries(test_${name} PRIVATE headlight_flags headlight_test_flags ${arg_LINK} GTest::gmock GTest::gtest_main)
  if(NOT HEADLIGHT_TOGETHER STREQUAL "none")
    set_target_properties(test_${name} PROPERTIES UNITY_BUILD ON)
  endif()
  add_test(NAME ${name} COMMAND test_${name})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 900)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
endfunction()
