#include "backend/cuda/device/load_cublas.hpp"

#include <type_traits>

#include "core/library.hpp"
#if __has_include(<cublas_v2.h>)
#include <cublas_v2.h>
#endif

namespace hetsyn::cuda {
namespace {

#if __has_include(<cublas_v2.h>)
// The library's functions have parameters that are compatible with the table: addresses, and enumerations as large as
// int.
template <class Theirs, class Ours>
constexpr bool kSameType = (std::is_pointer_v<Theirs> && std::is_pointer_v<Ours>) ||
                           (std::is_enum_v<Theirs> && std::is_same_v<Ours, int> && sizeof(Theirs) == sizeof(int)) ||
                           std::is_same_v<Theirs, Ours>;
template <class TheirResult, class... Theirs, class OurResult, class... Ours>
constexpr bool same_call(TheirResult (*)(Theirs...), OurResult (*)(Ours...)) {
  if constexpr (sizeof...(Theirs) == sizeof...(Ours)) {
    return kSameType<TheirResult, OurResult> && (kSameType<Theirs, Ours> && ...);
  }
  return false;
}
static_assert(same_call(&cublasGetProperty, decltype(Cublas::get_property){}));
static_assert(same_call(&cublasCreate_v2, decltype(Cublas::create){}));
static_assert(same_call(&cublasDestroy_v2, decltype(Cublas::destroy){}));
static_assert(same_call(&cublasSetStream_v2, decltype(Cublas::set_stream){}));
static_assert(same_call(&cublasSetWorkspace_v2, decltype(Cublas::set_workspace){}));
static_assert(same_call(&cublasSetMathMode, decltype(Cublas::set_math_mode){}));
static_assert(same_call(&cublasSetAtomicsMode, decltype(Cublas::set_atomics_mode){}));
// The header also has older overloads, as inline functions.
using Gemm = cublasStatus_t (*)(cublasHandle_t, cublasOperation_t, cublasOperation_t, int, int, int, const void*,
                                const void*, cudaDataType, int, const void*, cudaDataType, int, const void*, void*,
                                cudaDataType, int, cublasComputeType_t, cublasGemmAlgo_t);
static_assert(same_call(static_cast<Gemm>(&cublasGemmEx), decltype(Cublas::gemm){}));
static_assert(same_call(&cublasGetStatusString, decltype(Cublas::get_status_string){}));
static_assert(CUBLAS_OP_N == kCublasOpN && CUBLAS_OP_T == kCublasOpT);
static_assert(CUDA_R_32F == kCudaR32F && CUBLAS_GEMM_DEFAULT == kCublasGemmDefault);
static_assert(CUBLAS_COMPUTE_32F == kCublasCompute32F && CUBLAS_COMPUTE_32F_FAST_TF32 == kCublasCompute32FFastTf32 &&
              CUBLAS_COMPUTE_32F_FAST_16BF == kCublasCompute32FFast16Bf);
static_assert(CUBLAS_DEFAULT_MATH == kCublasDefaultMath && CUBLAS_ATOMICS_NOT_ALLOWED == kCublasAtomicsNotAllowed);
static_assert(CUBLAS_STATUS_SUCCESS == 0);
#endif

}  // namespace

Cublas load_cublas(const std::string& name) {
  const Library library = Library::load(name);
  Cublas table{};
  library.require("cublasGetProperty", table.get_property);
  library.require("cublasCreate_v2", table.create);
  library.require("cublasDestroy_v2", table.destroy);
  library.require("cublasSetStream_v2", table.set_stream);
  library.require("cublasSetWorkspace_v2", table.set_workspace);
  library.require("cublasSetMathMode", table.set_math_mode);
  library.require("cublasSetAtomicsMode", table.set_atomics_mode);
  library.require("cublasGemmEx", table.gemm);
  library.require("cublasGetStatusString", table.get_status_string);
  return table;
}

}  // namespace hetsyn::cuda
