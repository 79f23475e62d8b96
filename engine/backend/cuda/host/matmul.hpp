#pragma once
#include <cstddef>
#include <memory>

#include "backend/backend.hpp"
#include "backend/cuda/device/device.hpp"

namespace hetsyn::cuda {

/// The matrices of a projection: x [rows][pre] what arrives, w [post][pre], drive [rows][post] and its gradient g; a
/// row is a step of a sample. All are row-major and on the device.
struct ProductShape {
  std::size_t rows = 0, post = 0, pre = 0;
};

/// Products of matrices by a library, as work of one stream: of float32 matrices, whose elements are rounded to the
/// precision that is asked for, with one order of sums, so that the same shape gives the same bits on the same kind of
/// device. Throws RunError for what the library refuses.
class Matmul {
 public:
  /// Whether this machine has the library; looked for once per process.
  static bool available();
  /// Of the device, for as long as a Matmul lives.
  static std::size_t workspace_bytes();

  /// Only where available(). The stream outlives it. Throws OutOfDeviceMemory.
  Matmul(Stream& stream, MatmulPrecision precision);

  /// drive = x wᵀ.
  void drive(const ProductShape& shape, const float* x, const float* w, float* drive);
  /// d_x = scale g w.
  void input_gradient(const ProductShape& shape, const float* g, const float* w, float scale, float* d_x);
  /// d_w = gᵀ x, or added to it.
  void weight_gradient(const ProductShape& shape, const float* g, const float* x, bool add, float* d_w);

 private:
  struct Destroy {
    void operator()(void* handle) const;
  };
  /// The library's column-major product C = α op(A) op(B) + β C; see cublas.hpp.
  struct Factor {
    const float* values;
    int op, leading;
  };
  void multiply(int m, int n, int k, float alpha, const Factor& a, const Factor& b, float beta, float* c);

  int compute_;                        ///< the library's name of the precision
  DeviceBuffer<std::byte> workspace_;  // without one the library takes what other streams use
  std::unique_ptr<void, Destroy> handle_;
};

}  // namespace hetsyn::cuda
