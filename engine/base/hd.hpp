#pragma once
/// HETSYN_HD marks a small pure function that runs on host and device. It is always inlined: a translation
/// unit compiled for a wider instruction set then never leaves a copy that the linker could hand to another one.
#if defined(__CUDACC__)
#define HETSYN_HD __host__ __device__ __forceinline__
#else
#define HETSYN_HD inline __attribute__((always_inline))
#endif
