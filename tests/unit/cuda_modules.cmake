# hetsyn_add_fake_cuda_module(other_build BUILD …): fake_other_build.so, which differs from a good module by what is given.
set(HETSYN_FAKE_CUDA_MODULES ${CMAKE_CURRENT_BINARY_DIR}/cuda_modules)
function(hetsyn_add_fake_cuda_module name)
  cmake_parse_arguments(FAKE "" "INTERFACE;BUILD;ENTRY;DRIVER" "" ${ARGN})
  foreach(part "INTERFACE=hetsyn::cuda::kModule.expected.interface" "BUILD=hetsyn::cuda::kModule.expected.build" "ENTRY=hetsyn_cuda_module"
               "DRIVER=13000")
    string(REGEX MATCH "^([A-Z]+)=(.*)$" matched ${part})
    if(NOT FAKE_${CMAKE_MATCH_1})
      set(FAKE_${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
    endif()
  endforeach()
  add_library(fake_${name} MODULE fake_cuda_module.cpp)
  target_compile_definitions(
    fake_${name} PRIVATE FAKE_INTERFACE=${FAKE_INTERFACE} FAKE_BUILD=${FAKE_BUILD} FAKE_ENTRY=${FAKE_ENTRY}
                         FAKE_DRIVER_VERSION=${FAKE_DRIVER})
  target_link_libraries(fake_${name} PRIVATE hetsyn_backend_cuda hetsyn_settings)
  target_compile_options(fake_${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  set_target_properties(fake_${name} PROPERTIES PREFIX "" SUFFIX .so CXX_VISIBILITY_PRESET hidden
                                                LIBRARY_OUTPUT_DIRECTORY ${HETSYN_FAKE_CUDA_MODULES})
  add_dependencies(test_unit_cuda_module fake_${name})
endfunction()

hetsyn_add_test(unit_cuda_module LABEL unit SOURCES cuda_module.cpp ${PROJECT_SOURCE_DIR}/engine/backend/cuda/device/load_cublas.cpp
                DEPENDS hetsyn_backend)
target_compile_definitions(test_unit_cuda_module PRIVATE HETSYN_FAKE_CUDA_MODULES="${HETSYN_FAKE_CUDA_MODULES}")
hetsyn_add_fake_cuda_module(good)
hetsyn_add_fake_cuda_module(old_driver DRIVER 12020)
hetsyn_add_fake_cuda_module(other_interface INTERFACE 4711)
hetsyn_add_fake_cuda_module(other_build BUILD "\"0.0.1, another compiler\"")
hetsyn_add_fake_cuda_module(without_entry ENTRY something_else)
hetsyn_add_fake_cuda_module(crash) # when it is loaded
target_compile_definitions(fake_crash PRIVATE FAKE_CRASHES)

# It needs a library by a name under which there is none.
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/gone.cpp "extern \"C\" int hetsyn_gone() { return 1; }\n")
add_library(hetsyn_gone SHARED ${CMAKE_CURRENT_BINARY_DIR}/gone.cpp)
set_target_properties(hetsyn_gone PROPERTIES NO_SONAME ON)
target_link_options(hetsyn_gone PRIVATE LINKER:-soname,libhetsyn_gone.so.9)
hetsyn_add_fake_cuda_module(without_library)
target_link_options(fake_without_library PRIVATE LINKER:--no-as-needed)
target_link_libraries(fake_without_library PRIVATE hetsyn_gone)
