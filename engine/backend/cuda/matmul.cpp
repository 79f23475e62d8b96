#include "backend/cuda/matmul.hpp"

#include <fmt/format.h>

#include <limits>

#include "backend/cuda/cublas.hpp"
#include "backend/cuda/product_rule.hpp"
#include "core/error.hpp"

namespace hetsyn::cuda {
namespace {

void check(int status, const char* what) {
  if (status != 0) throw RunError(fmt::format("cuBLAS: {} failed: {}", what, find_cublas()->status_text(status)));
}

int size(std::size_t value) {
  if (value > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw RunError(fmt::format("cuBLAS: a matrix has {} rows or columns, expected at most 2^31 - 1", value));
  }
  return static_cast<int>(value);
}

}  // namespace

bool Matmul::available() { return find_cublas() != nullptr; }

std::size_t Matmul::workspace_bytes() { return scratch_bytes(kMostWorkspaceBytes); }

Matmul::Matmul(Stream& stream) : workspace_(workspace_bytes()) {
  const Cublas& library = *find_cublas();
  void* handle = nullptr;
  check(library.create(&handle), "making a handle");
  handle_.reset(handle);
  check(library.set_stream(handle, stream.handle()), "choosing a stream");
  check(library.set_workspace(handle, workspace_.data(), workspace_.size()), "giving it memory");
  check(library.set_math_mode(handle, kCublasFloat32), "asking for float32");
  check(library.set_atomics_mode(handle, kCublasNoAtomics), "asking for one order of sums");
}

void Matmul::Destroy::operator()(void* handle) const { find_cublas()->destroy(handle); }

// A row-major matrix is the transpose of a column-major one with as many rows as it has columns. What follows is
// therefore the transposed equation: driveᵀ = w xᵀ, d_xᵀ = wᵀ gᵀ, d_wᵀ = xᵀ g.

void Matmul::drive(const ProductShape& shape, const float* x, const float* w, float* drive) {
  const int rows = size(shape.rows), post = size(shape.post), pre = size(shape.pre);
  const float one = 1.0F, zero = 0.0F;
  check(find_cublas()->sgemm(handle_.get(), kCublasTransposed, kCublasAsItIs, post, rows, pre, &one, w, pre, x, pre,
                             &zero, drive, post),
        "a product");
}

void Matmul::input_gradient(const ProductShape& shape, const float* g, const float* w, float scale, float* d_x) {
  const int rows = size(shape.rows), post = size(shape.post), pre = size(shape.pre);
  const float zero = 0.0F;
  check(find_cublas()->sgemm(handle_.get(), kCublasAsItIs, kCublasAsItIs, pre, rows, post, &scale, w, pre, g, post,
                             &zero, d_x, pre),
        "a product");
}

void Matmul::weight_gradient(const ProductShape& shape, const float* g, const float* x, bool add, float* d_w) {
  const int rows = size(shape.rows), post = size(shape.post), pre = size(shape.pre);
  const float one = 1.0F, before = add ? 1.0F : 0.0F;
  check(find_cublas()->sgemm(handle_.get(), kCublasAsItIs, kCublasTransposed, pre, post, rows, &one, x, pre, g, post,
                             &before, d_w, pre),
        "a product");
}

}  // namespace hetsyn::cuda
