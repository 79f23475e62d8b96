#include "backend/cuda/device/cublas.hpp"

#include <bit>
#include <cstdint>
#include <optional>
#include <utility>

#include "backend/cuda/emulation/emulated_cublas.hpp"
#include "backend/cuda/emulation/launch.hpp"
#include "backend/cuda/emulation/streams.hpp"

namespace hetsyn {
namespace {

constexpr int kSuccess = 0;
constexpr int kNotInitialized = 1;
constexpr int kInvalidValue = 7;
constexpr int kUnset = -1;
constexpr std::uintptr_t kWorkspaceAlignment = 256;

bool present = true;

struct Handle {
  void* stream = nullptr;
  bool workspace = false;
  int math_mode = kUnset, atomics_mode = kUnset;

  [[nodiscard]] bool ready() const {
    return stream != nullptr && workspace && math_mode == cuda::kCublasDefaultMath &&
           atomics_mode == cuda::kCublasAtomicsNotAllowed;
  }
};

Handle* native(void* handle) { return static_cast<Handle*>(handle); }

/// A column-major matrix op(A), and A in memory.
struct Operand {
  const float* values;
  bool transposed;
  int rows, columns;  ///< of the operand
  int leading;        ///< of the memory

  [[nodiscard]] float at(int row, int column) const {
    const int r = transposed ? column : row, c = transposed ? row : column;
    return values[static_cast<std::size_t>(c) * static_cast<std::size_t>(leading) + static_cast<std::size_t>(r)];
  }
  /// Whether its memory is on the device and its columns do not overlap.
  [[nodiscard]] bool valid() const {
    const int stored_rows = transposed ? columns : rows, stored_columns = transposed ? rows : columns;
    if (stored_rows < 1 || stored_columns < 1 || leading < stored_rows) return false;
    const std::size_t size = static_cast<std::size_t>(stored_columns - 1) * static_cast<std::size_t>(leading) +
                             static_cast<std::size_t>(stored_rows);
    return simt::on_device(values, size * sizeof(float));
  }
};

/// A float, rounded by `bits` bits to the nearest value, ties to even.
float rounded(float value, unsigned bits) {
  if (bits == 0) return value;
  auto pattern = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t half = 1U << (bits - 1), odd = pattern >> bits & 1U;
  pattern = (pattern + half - 1 + odd) >> bits << bits;
  return std::bit_cast<float>(pattern);
}

/// The number of bits of a float that a precision lacks.
std::optional<unsigned> missing_bits(int compute) {
  switch (compute) {
    case cuda::kCublasCompute32F: return 0;
    case cuda::kCublasCompute32FFastTf32: return 13;
    case cuda::kCublasCompute32FFast16Bf: return 16;
    default: return std::nullopt;
  }
}

void multiply(const Operand& a, const Operand& b, unsigned bits, float alpha, float beta, float* c, int ldc) {
  for (int column = 0; column < b.columns; ++column) {
    for (int row = 0; row < a.rows; ++row) {
      float sum = 0.0F;
      for (int k = 0; k < a.columns; ++k) sum += rounded(a.at(row, k), bits) * rounded(b.at(k, column), bits);
      float& out = c[static_cast<std::size_t>(column) * static_cast<std::size_t>(ldc) + static_cast<std::size_t>(row)];
      out = beta == 0.0F ? alpha * sum : alpha * sum + beta * out;
    }
  }
}

int get_property(int which, int* value) {
  *value = which;
  return kSuccess;
}

int create(void** handle) {
  *handle = new Handle;
  return kSuccess;
}

int destroy(void* handle) {
  simt::run_all_streams();
  delete native(handle);
  return kSuccess;
}

int set_stream(void* handle, void* stream) {
  native(handle)->stream = stream;
  native(handle)->workspace = false;
  return kSuccess;
}

int set_workspace(void* handle, void* memory, std::size_t bytes) {
  if (reinterpret_cast<std::uintptr_t>(memory) % kWorkspaceAlignment != 0 || !simt::on_device(memory, bytes)) {
    return kInvalidValue;
  }
  native(handle)->workspace = true;
  return kSuccess;
}

int set_math_mode(void* handle, int mode) {
  native(handle)->math_mode = mode;
  return kSuccess;
}

int set_atomics_mode(void* handle, int mode) {
  native(handle)->atomics_mode = mode;
  return kSuccess;
}

int gemm(void* handle, int op_a, int op_b, int m, int n, int k, const void* alpha, const void* a, int type_a, int lda,
         const void* b, int type_b, int ldb, const void* beta, void* c, int type_c, int ldc, int compute,
         int algorithm) {
  if (!native(handle)->ready()) return kNotInitialized;
  const auto as_floats = [](const void* values) { return static_cast<const float*>(values); };
  const auto bits = missing_bits(compute);
  const bool floats = type_a == cuda::kCudaR32F && type_b == type_a && type_c == type_a;
  if (!floats || !bits || algorithm != cuda::kCublasGemmDefault) return kInvalidValue;
  const Operand left{as_floats(a), op_a == cuda::kCublasOpT, m, k, lda};
  const Operand right{as_floats(b), op_b == cuda::kCublasOpT, k, n, ldb};
  auto* const out = static_cast<float*>(c);
  if (!left.valid() || !right.valid() || !Operand{out, false, m, n, ldc}.valid()) return kInvalidValue;
  ++simt::count_calls().products;
  cuda::enqueue(native(handle)->stream, [=, alpha = *as_floats(alpha), beta = *as_floats(beta)] {
    multiply(left, right, *bits, alpha, beta, out, ldc);
  });
  return kSuccess;
}

const char* get_status_string(int status) { return status == kNotInitialized ? "not initialized" : "invalid value"; }

constexpr cuda::Cublas kTable{&get_property,  &create,           &destroy, &set_stream,       &set_workspace,
                              &set_math_mode, &set_atomics_mode, &gemm,    &get_status_string};

}  // namespace

namespace simt {

void set_cublas(bool is_present) { present = is_present; }
WithoutCublas::WithoutCublas() : before_(std::exchange(present, false)) {}
WithoutCublas::~WithoutCublas() { present = before_; }
std::size_t products() { return count_calls().products; }

}  // namespace simt

namespace cuda {

const Cublas* find_cublas() { return present ? &kTable : nullptr; }

}  // namespace cuda
}  // namespace hetsyn
