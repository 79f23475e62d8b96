#pragma once
#include <cstddef>
#include <string>

/// What of cuBLAS is used, as it is there: column-major matrices, and a status instead of exceptions. The library has
/// hundreds of megabytes and may be absent: the module does not need it, and opens it when matrices are first to be
/// multiplied. Tests put functions of their own here (emulation/cublas.cpp).
namespace hetsyn::cuda {

/// Its functions, in plain types; load_cublas.cpp compares them with cuBLAS's own header. All return a status, 0 for
/// success. A handle is used by one thread at a time.
struct Cublas {
  int (*get_property)(int which, int* value);  ///< 0, 1, 2: major, minor, patch version
  int (*create)(void** handle);
  int (*destroy)(void* handle);
  int (*set_stream)(void* handle, void* stream);  ///< takes a workspace away
  int (*set_workspace)(void* handle, void* device_memory, std::size_t bytes);
  int (*set_math_mode)(void* handle, int mode);
  int (*set_atomics_mode)(void* handle, int mode);
  /// C [m][n] = α op(A) [m][k] op(B) [k][n] + β C; C is not read where β = 0. lda, ldb, ldc: rows in memory. `type_…`
  /// is that of the elements in memory, `compute` what they are multiplied and added in.
  int (*gemm)(void* handle, int op_a, int op_b, int m, int n, int k, const void* alpha, const void* a, int type_a,
              int lda, const void* b, int type_b, int ldb, const void* beta, void* c, int type_c, int ldc, int compute,
              int algorithm);
  const char* (*status_text)(int status);
};

inline constexpr int kCublasAsItIs = 0;       // CUBLAS_OP_N
inline constexpr int kCublasTransposed = 1;   // CUBLAS_OP_T
inline constexpr int kCublasDefaultMath = 0;  // CUBLAS_DEFAULT_MATH: nothing but what a product asks for
inline constexpr int kCublasFloatMatrix = 0;  // CUDA_R_32F
inline constexpr int kCublasFloat32 = 68;     // CUBLAS_COMPUTE_32F: never fewer bits than float32
inline constexpr int kCublasTf32 = 77;        // CUBLAS_COMPUTE_32F_FAST_TF32: factors rounded, sums in float32
inline constexpr int kCublasBfloat16 = 75;    // CUBLAS_COMPUTE_32F_FAST_16BF: likewise
inline constexpr int kCublasItsChoice = -1;   // CUBLAS_GEMM_DEFAULT
inline constexpr int kCublasNoAtomics = 0;    // CUBLAS_ATOMICS_NOT_ALLOWED: sums have one order

/// Null where the library cannot be used; opened by the first call of the process.
const Cublas* find_cublas();
/// Version of the library, or why it cannot be used, and what follows: one clause.
std::string cublas_description();

}  // namespace hetsyn::cuda
