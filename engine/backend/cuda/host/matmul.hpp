#pragma once
#include <cstddef>
#include <memory>

#include "backend/backend.hpp"
#include "backend/cuda/device/device.hpp"

namespace hetsyn::cuda {

/// The matrices of a projection: input x [rows][pre], w [post][pre], drive [rows][post] and its gradient g; a row is a
/// step of a sample. All are row-major and on the device.
struct ProductShape {
  std::size_t rows = 0, post = 0, pre = 0;
};

/// Matrix products by cuBLAS, as work of one stream. The elements of the float32 matrices are rounded to the requested
/// precision. Sums have one order, so that the same shape gives the same bits on the same kind of device. Throws
/// RunError for errors of the library.
class Matmul {
 public:
  /// Whether cuBLAS can be used; determined once per process.
  static bool available();
  /// The device memory that a Matmul needs.
  static std::size_t workspace_bytes();

  /// Call it only if available(). The stream must outlive it. Throws OutOfDeviceMemory.
  Matmul(Stream& stream, MatmulPrecision precision);

  /// drive = x wᵀ.
  void drive(const ProductShape& shape, const float* x, const float* w, float* drive);
  /// d_x = scale g w.
  void input_gradient(const ProductShape& shape, const float* g, const float* w, float scale, float* d_x);
  /// d_w = gᵀ x, or d_w += gᵀ x.
  void weight_gradient(const ProductShape& shape, const float* g, const float* x, bool add, float* d_w);

 private:
  struct Destroy {
    void operator()(void* handle) const;
  };
  /// Calls cublasGemmEx for the column-major product C = α op(A) op(B) + β C; see cublas.hpp.
  struct Factor {
    const float* values;
    int op, leading;
  };
  void multiply(int m, int n, int k, float alpha, const Factor& a, const Factor& b, float beta, float* c);

  int compute_;                        ///< cublasComputeType_t of the precision
  DeviceBuffer<std::byte> workspace_;  // without it, cuBLAS would share one with other streams
  std::unique_ptr<void, Destroy> handle_;
};

}  // namespace hetsyn::cuda
