# Finds CUDA: sets HETSYN_HAS_CUDA, and then enables the language. Include it where CUDA sources are compiled.
set(HETSYN_CUDA AUTO CACHE STRING "Build the CUDA module: AUTO (where nvcc is found), ON or OFF")
set_property(CACHE HETSYN_CUDA PROPERTY STRINGS AUTO ON OFF)
set(HETSYN_HAS_CUDA FALSE)

if(HETSYN_CUDA STREQUAL "OFF")
  return()
elseif(HETSYN_SANITIZE) # what sanitizers can see of the kernels, they see in the emulation of tests/simt
  message(STATUS "CUDA module: not part of a build with sanitizers")
  return()
endif()
find_program(HETSYN_NVCC nvcc HINTS $ENV{CUDA_PATH}/bin /usr/local/cuda/bin)
if(NOT HETSYN_NVCC)
  if(NOT HETSYN_CUDA STREQUAL "AUTO")
    message(FATAL_ERROR "HETSYN_CUDA=${HETSYN_CUDA}: there is no nvcc, neither on PATH nor in /usr/local/cuda/bin")
  endif()
  message(STATUS "CUDA module: not built, there is no nvcc")
  return()
endif()

set(CMAKE_CUDA_COMPILER ${HETSYN_NVCC})
set(CMAKE_CUDA_HOST_COMPILER ${CMAKE_CXX_COMPILER})
if(NOT CMAKE_CUDA_ARCHITECTURES) # A100, H100, and PTX for what comes after
  set(CMAKE_CUDA_ARCHITECTURES "80-real;90-real;90-virtual" CACHE STRING "Devices that the CUDA module is compiled for")
endif()
enable_language(CUDA)
set(CMAKE_CUDA_STANDARD 20)
set(CMAKE_CUDA_STANDARD_REQUIRED ON)
set(CMAKE_CUDA_EXTENSIONS OFF)
set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20") # CMake 3.25 does not know that nvcc has it
find_package(CUDAToolkit REQUIRED)
set(HETSYN_HAS_CUDA TRUE)
