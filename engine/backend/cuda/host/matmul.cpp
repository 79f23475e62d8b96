#include "backend/cuda/host/matmul.hpp"

#include <fmt/format.h>

#include <hetsyn/exceptions.hpp>
#include <limits>

#include "backend/cuda/device/cublas.hpp"
#include "backend/cuda/host/product_rule.hpp"

namespace hetsyn::cuda {
namespace {

void check(int status, const char* what) {
  if (status != 0) throw RunError(fmt::format("cuBLAS: {} failed: {}", what, find_cublas()->get_status_string(status)));
}

int size(std::size_t value) {
  if (value > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw RunError(fmt::format("cuBLAS: a matrix has {} rows or columns, expected at most 2^31 - 1", value));
  }
  return static_cast<int>(value);
}

int compute(MatmulPrecision precision) {
  switch (precision) {
    case MatmulPrecision::float32: return kCublasCompute32F;
    case MatmulPrecision::tf32: return kCublasCompute32FFastTf32;
    case MatmulPrecision::bfloat16: return kCublasCompute32FFast16Bf;
  }
  return kCublasCompute32F;
}

}  // namespace

bool Matmul::available() { return find_cublas() != nullptr; }

std::size_t Matmul::workspace_bytes() { return scratch_bytes(kMostWorkspaceBytes); }

Matmul::Matmul(Stream& stream, MatmulPrecision precision)
    : compute_(compute(precision)), workspace_(workspace_bytes()) {
  const Cublas& library = *find_cublas();
  void* handle = nullptr;
  check(library.create(&handle), "making a handle");
  handle_.reset(handle);
  check(library.set_stream(handle, stream.handle()), "choosing a stream");
  check(library.set_workspace(handle, workspace_.data(), workspace_.size()), "giving it memory");
  check(library.set_math_mode(handle, kCublasDefaultMath), "asking for no other precision");
  check(library.set_atomics_mode(handle, kCublasAtomicsNotAllowed), "asking for one order of sums");
}

void Matmul::Destroy::operator()(void* handle) const { find_cublas()->destroy(handle); }

void Matmul::multiply(int m, int n, int k, float alpha, const Factor& a, const Factor& b, float beta, float* c) {
  check(find_cublas()->gemm(handle_.get(), a.op, b.op, m, n, k, &alpha, a.values, kCudaR32F, a.leading, b.values,
                            kCudaR32F, b.leading, &beta, c, kCudaR32F, m, compute_, kCublasGemmDefault),
        "a product");
}

// A row-major matrix is the transpose of a column-major one with the dimensions exchanged. So the transposed equations
// are computed: driveᵀ = w xᵀ, d_xᵀ = wᵀ gᵀ, d_wᵀ = xᵀ g.

void Matmul::drive(const ProductShape& shape, const float* x, const float* w, float* drive) {
  const int rows = size(shape.rows), post = size(shape.post), pre = size(shape.pre);
  multiply(post, rows, pre, 1.0F, {w, kCublasOpT, pre}, {x, kCublasOpN, pre}, 0.0F, drive);
}

void Matmul::input_gradient(const ProductShape& shape, const float* g, const float* w, float scale, float* d_x) {
  const int rows = size(shape.rows), post = size(shape.post), pre = size(shape.pre);
  multiply(pre, rows, post, scale, {w, kCublasOpN, pre}, {g, kCublasOpN, post}, 0.0F, d_x);
}

void Matmul::weight_gradient(const ProductShape& shape, const float* g, const float* x, bool add, float* d_w) {
  const int rows = size(shape.rows), post = size(shape.post), pre = size(shape.pre);
  multiply(pre, post, rows, 1.0F, {x, kCublasOpN, pre}, {g, kCublasOpT, post}, add ? 1.0F : 0.0F, d_w);
}

}  // namespace hetsyn::cuda
