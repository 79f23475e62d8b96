#pragma once
#include <cstddef>
#include <string>

/// The functions of cuBLAS that the engine calls, with column-major matrices and a status as in cuBLAS itself. The
/// library has hundreds of megabytes and may be missing: the module does not link to it, but loads it when matrix
/// products are first needed. Tests use other functions (emulation/cublas.cpp).
namespace hetsyn::cuda {

/// Pointers to the functions, with plain types; load_cublas.cpp compares them with cuBLAS's own header. All return a
/// status, 0 for success. A handle is used by one thread at a time.
struct Cublas {
  int (*get_property)(int which, int* value);  ///< 0, 1, 2: major, minor, patch version
  int (*create)(void** handle);
  int (*destroy)(void* handle);
  int (*set_stream)(void* handle, void* stream);  ///< cublasSetStream: also removes the workspace
  int (*set_workspace)(void* handle, void* device_memory, std::size_t bytes);
  int (*set_math_mode)(void* handle, int mode);
  int (*set_atomics_mode)(void* handle, int mode);
  /// cublasGemmEx: C [m][n] = α op(A) [m][k] op(B) [k][n] + β C; C is not read if β = 0. lda, ldb, ldc are numbers of
  /// rows in memory. `type_…` is the type of the elements in memory, `compute` the precision of products and sums.
  int (*gemm)(void* handle, int op_a, int op_b, int m, int n, int k, const void* alpha, const void* a, int type_a,
              int lda, const void* b, int type_b, int ldb, const void* beta, void* c, int type_c, int ldc, int compute,
              int algorithm);
  const char* (*get_status_string)(int status);
};

inline constexpr int kCublasOpN = 0;
inline constexpr int kCublasOpT = 1;
inline constexpr int kCublasDefaultMath = 0;  ///< the precision that each product requests
inline constexpr int kCudaR32F = 0;
inline constexpr int kCublasCompute32F = 68;          ///< at least float32
inline constexpr int kCublasCompute32FFastTf32 = 77;  ///< factors rounded to TF32, sums in float32
inline constexpr int kCublasCompute32FFast16Bf = 75;  ///< factors rounded to bfloat16, sums in float32
inline constexpr int kCublasGemmDefault = -1;
inline constexpr int kCublasAtomicsNotAllowed = 0;  ///< sums have a fixed order

/// Null if the library cannot be used. The first call of the process loads it.
const Cublas* find_cublas();
/// The version of the library, or why it cannot be used and what follows from that; one clause.
std::string cublas_description();

}  // namespace hetsyn::cuda
