# Compiler settings, packages and the two functions that every target of the engine is made with.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 99)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release or RelWithDebInfo" FORCE)
endif()

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(TBB REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(HDF5 REQUIRED COMPONENTS C)
find_package(ZLIB REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS program_options)

# Engine and modules compare it, since the interface between them is C++ and requires the same build.
set(HETSYN_BUILD_ID "HETSYN_BUILD_ID=\"${PROJECT_VERSION}, ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}\"")

find_program(HETSYN_CCACHE ccache)
if(HETSYN_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${HETSYN_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${HETSYN_CCACHE})
endif()

# The instruction sets for which the kernels of the cpu device are compiled: every machine of an architecture has "baseline";
# the program chooses among the others when it starts (engine/backend/cpu/isa.cpp).
set(HETSYN_ISAS baseline)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64)
  list(APPEND HETSYN_ISAS v3 v4)
  set(HETSYN_ISA_OPTIONS_v3 -march=x86-64-v3)
  set(HETSYN_ISA_OPTIONS_v4 -march=x86-64-v4 -mprefer-vector-width=512)
endif()

add_library(hetsyn_settings INTERFACE)
target_compile_options(
  hetsyn_settings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow $<$<BOOL:${HETSYN_WERROR}>:-Werror>
                            # g++ 12 sees overlaps in std::string's operator+ (PR 105329)
                            $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
                            # plain loops vectorise only without errno and trapping comparisons
                            -fno-math-errno -fno-trapping-math)
if(HETSYN_SANITIZE)
  target_compile_options(hetsyn_settings INTERFACE -fsanitize=${HETSYN_SANITIZE} -fno-omit-frame-pointer
                                                   -fno-sanitize-recover=all
                         # instrumented code makes GCC 12 see uninitialised values inside the standard library
                         $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(hetsyn_settings INTERFACE -fsanitize=${HETSYN_SANITIZE})
endif()

# hetsyn_add_layer(core SOURCES log.cpp DEPENDS fmt::fmt): one layer of the engine, target hetsyn_<name>.
# Includes are written from engine/: #include "core/log.hpp".
function(hetsyn_add_layer name)
  cmake_parse_arguments(LAYER "" "" "SOURCES;DEPENDS" ${ARGN})
  if(LAYER_SOURCES)
    add_library(hetsyn_${name} STATIC ${LAYER_SOURCES})
    target_include_directories(hetsyn_${name} PUBLIC ${PROJECT_SOURCE_DIR}/engine ${PROJECT_SOURCE_DIR}/engine/include)
    target_link_libraries(hetsyn_${name} PUBLIC ${LAYER_DEPENDS} PRIVATE hetsyn_settings)
    set_property(GLOBAL APPEND PROPERTY HETSYN_LAYERS hetsyn_${name}) # with objects
  else()
    add_library(hetsyn_${name} INTERFACE)
    target_include_directories(hetsyn_${name} INTERFACE ${PROJECT_SOURCE_DIR}/engine ${PROJECT_SOURCE_DIR}/engine/include)
    target_link_libraries(hetsyn_${name} INTERFACE ${LAYER_DEPENDS})
  endif()
endfunction()

# hetsyn_install_program(bench COMPONENT bundle …): the installed program searches first in the folder lib beside its own, where a
# bundle has its libraries. It uses DT_RPATH, which also applies to the libraries of these libraries and of plugins.
function(hetsyn_install_program target)
  cmake_parse_arguments(PROGRAM "" "DESTINATION" "" ${ARGN})
  if(NOT PROGRAM_DESTINATION)
    set(PROGRAM_DESTINATION bin)
  endif()
  set_target_properties(${target} PROPERTIES INSTALL_RPATH "$ORIGIN/../lib")
  target_link_options(${target} PRIVATE LINKER:--disable-new-dtags)
  install(TARGETS ${target} RUNTIME DESTINATION ${PROGRAM_DESTINATION} ${PROGRAM_UNPARSED_ARGUMENTS})
endfunction()

# hetsyn_install_worker(hetsyn_probe): a program that the engine starts, installed with the plugins.
function(hetsyn_install_worker target)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib/hetsyn
                                             INSTALL_RPATH "$ORIGIN/..")
  target_link_options(${target} PRIVATE LINKER:--disable-new-dtags)
  add_dependencies(engine ${target})
  install(TARGETS ${target} RUNTIME DESTINATION lib/hetsyn)
endfunction()

# hetsyn_add_test(synapse LABEL unit SOURCES synapse.cpp DEPENDS hetsyn_core): a Boost.Test program run by ctest. THREADS adds
# the label "threads": what it tests runs on several threads, which ThreadSanitizer watches in .ci/run.
function(hetsyn_add_test name)
  cmake_parse_arguments(TEST "THREADS" "LABEL;TIMEOUT" "SOURCES;DEPENDS" ${ARGN})
  if(NOT TARGET hetsyn_test_main)
    add_library(hetsyn_test_main OBJECT ${PROJECT_SOURCE_DIR}/tests/main.cpp)
    target_compile_definitions(hetsyn_test_main PRIVATE BOOST_TEST_DYN_LINK)
    target_link_libraries(hetsyn_test_main PRIVATE Boost::unit_test_framework hetsyn_settings)
  endif()
  add_executable(test_${name} ${TEST_SOURCES} $<TARGET_OBJECTS:hetsyn_test_main>)
  target_compile_definitions(test_${name} PRIVATE BOOST_TEST_DYN_LINK)
  if(TEST_LABEL MATCHES "^(unit|cli|plugin|library)$") # they compute little themselves, and compile in less time
    target_compile_options(test_${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(test_${name} PRIVATE ${TEST_DEPENDS} Boost::unit_test_framework hetsyn_settings)
  if(TEST_THREADS)
    list(APPEND TEST_LABEL threads)
  endif()
  foreach(label IN LISTS TEST_LABEL) # tests_unit builds all tests of a kind
    if(NOT TARGET tests_${label})
      add_custom_target(tests_${label})
    endif()
    add_dependencies(tests_${label} test_${name})
  endforeach()
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 300)
  endif()
  add_test(NAME ${name} COMMAND test_${name} --log_level=test_suite)
  if(TEST_LABEL MATCHES "^(backend|gpu)") # for machines that can run but not build
    hetsyn_install_program(test_${name} DESTINATION tests COMPONENT bundle_tests EXCLUDE_FROM_ALL)
    add_dependencies(bundle_tests test_${name})
  endif()
  set_tests_properties(
    ${name} PROPERTIES LABELS "${TEST_LABEL}" TIMEOUT ${TEST_TIMEOUT}
                       ENVIRONMENT "TSAN_OPTIONS=suppressions='${PROJECT_SOURCE_DIR}/tests/thread_sanitizer.supp'")
endfunction()
