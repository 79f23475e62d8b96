#pragma once
/// HETSYN_HD marks a small pure function for host and device. It is always inlined: otherwise a translation unit that
/// is compiled for a wider instruction set could contain a copy of it, which the linker might choose for other code.
#if defined(__CUDACC__)
#define HETSYN_HD __host__ __device__ __forceinline__
#else
#define HETSYN_HD inline __attribute__((always_inline))
#endif
