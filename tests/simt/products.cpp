// The emulated cuBLAS multiplies as the library's manual says, and refuses what would be wrong there.
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

#include "backend/cuda/device/cublas.hpp"
#include "backend/cuda/device/device.hpp"
#include "backend/cuda/emulation/emulated_cublas.hpp"

using namespace hetsyn;
using namespace hetsyn::cuda;

namespace {

constexpr int kInvalidValue = 7, kNotInitialized = 1;

/// A handle, some of whose properties are set.
struct Handle {
  Stream stream;
  DeviceBuffer<std::byte> workspace{1024};
  void* handle = nullptr;

  Handle() { find_cublas()->create(&handle); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { find_cublas()->destroy(handle); }

  void prepare() {
    find_cublas()->set_stream(handle, stream.handle());
    find_cublas()->set_workspace(handle, workspace.data(), workspace.size());
    find_cublas()->set_math_mode(handle, kCublasDefaultMath);
    find_cublas()->set_atomics_mode(handle, kCublasAtomicsNotAllowed);
  }
  int product(int op_a, int op_b, int m, int n, int k, const float* alpha, const float* a, int lda, const float* b,
              int ldb, const float* beta, float* c, int ldc, int compute = kCublasCompute32F) const {
    return find_cublas()->gemm(handle, op_a, op_b, m, n, k, alpha, a, kCudaR32F, lda, b, kCudaR32F, ldb, beta, c,
                               kCudaR32F, ldc, compute, kCublasGemmDefault);
  }
};

DeviceBuffer<float> on_device(const std::vector<float>& values, Stream& stream) {
  DeviceBuffer<float> buffer(values.size());
  buffer.upload(values, stream);
  return buffer;
}

constexpr float kOne = 1.0F, kZero = 0.0F;

}  // namespace

BOOST_AUTO_TEST_SUITE(products)

/// [1 3 5; 2 4 6] times its transpose, and the other way round, by hand; rows of memory beyond the matrix stay.
BOOST_AUTO_TEST_CASE(columns_follow_each_other_in_memory) {
  Handle blas;
  blas.prepare();
  const float nan = std::nanf("");
  const DeviceBuffer<float> a =
      on_device({1, 2, nan, 3, 4, nan, 5, 6, nan}, blas.stream);           // 2 × 3, three rows in memory
  DeviceBuffer<float> small = on_device({1, 1, 9, 1, 1, 9}, blas.stream);  // 2 × 2, three rows
  DeviceBuffer<float> large(9);                                            // undefined
  const float two = 2.0F;
  BOOST_TEST(blas.product(kCublasOpN, kCublasOpT, 2, 2, 3, &kOne, a.data(), 3, a.data(), 3, &two, small.data(), 3) ==
             0);
  BOOST_TEST(blas.product(kCublasOpT, kCublasOpN, 3, 3, 2, &two, a.data(), 3, a.data(), 3, &kZero, large.data(), 3) ==
             0);
  std::vector<float> values(6);
  small.download(values, blas.stream);
  BOOST_TEST(values == (std::vector<float>{37, 46, 9, 46, 58, 9}), boost::test_tools::per_element());
  values.resize(9);
  large.download(values, blas.stream);
  BOOST_TEST(values == (std::vector<float>{10, 22, 34, 22, 50, 78, 34, 78, 122}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(factors_are_rounded_to_the_precision_that_is_asked_for) {
  Handle blas;
  blas.prepare();
  const float fine = 1.0F + 0x1p-23F, middle = 1.0F + 0x1p-10F, coarse = 1.0F + 0x1p-7F;
  const auto passed_through = [&](float value, int compute) {
    DeviceBuffer<float> x = on_device({value}, blas.stream), one = on_device({1.0F}, blas.stream), y(1);
    BOOST_TEST(blas.product(kCublasOpN, kCublasOpN, 1, 1, 1, &kOne, x.data(), 1, one.data(), 1, &kZero, y.data(), 1,
                            compute) == 0);
    std::vector<float> result(1);
    y.download(result, blas.stream);
    return result.front();
  };
  for (const float value : {fine, middle, coarse, 1.0F}) {
    BOOST_TEST(passed_through(value, kCublasCompute32F) == value);
    BOOST_TEST(passed_through(value, kCublasCompute32FFastTf32) == (value == fine ? 1.0F : value));
    BOOST_TEST(passed_through(value, kCublasCompute32FFast16Bf) == (value == coarse ? coarse : 1.0F));
  }
  DeviceBuffer<float> x(1);
  BOOST_TEST(blas.product(kCublasOpN, kCublasOpN, 1, 1, 1, &kOne, x.data(), 1, x.data(), 1, &kZero, x.data(), 1,
                          64) == kInvalidValue);  // CUBLAS_COMPUTE_16F
}

BOOST_AUTO_TEST_CASE(a_product_is_done_in_the_order_of_its_stream) {
  Handle blas;
  blas.prepare();
  DeviceBuffer<float> x = on_device({3}, blas.stream), y(1);
  blas.product(kCublasOpN, kCublasOpN, 1, 1, 1, &kOne, x.data(), 1, x.data(), 1, &kZero, y.data(), 1);
  x.upload(std::vector<float>{5}, blas.stream);
  std::vector<float> value(1);
  y.download(value, blas.stream);
  BOOST_TEST(value[0] == 9.0F);
}

BOOST_AUTO_TEST_CASE(matrices_that_do_not_fit_are_refused) {
  Handle blas;
  blas.prepare();
  DeviceBuffer<float> buffer(12);
  std::vector<float> on_host(12);
  const auto status = [&](int m, int n, int k, int lda, int ldb, int ldc, float* c) {
    return blas.product(kCublasOpN, kCublasOpT, m, n, k, &kOne, buffer.data(), lda, buffer.data(), ldb, &kZero, c, ldc);
  };
  BOOST_TEST(status(3, 2, 4, 3, 2, 3, buffer.data()) == 0);
  BOOST_TEST(status(3, 2, 4, 2, 2, 3, buffer.data()) == kInvalidValue);  // A has three rows
  BOOST_TEST(status(3, 2, 4, 3, 1, 3, buffer.data()) == kInvalidValue);  // B has two in memory
  BOOST_TEST(status(3, 2, 4, 3, 2, 2, buffer.data()) == kInvalidValue);  // C has three
  BOOST_TEST(status(3, 2, 5, 3, 2, 3, buffer.data()) == kInvalidValue);  // A does not fit into its buffer
  BOOST_TEST(status(3, 2, 4, 3, 2, 10, buffer.data()) == kInvalidValue);
  BOOST_TEST(status(0, 2, 4, 3, 2, 3, buffer.data()) == kInvalidValue);
  BOOST_TEST(status(3, 2, 4, 3, 2, 3, on_host.data()) == kInvalidValue);
}

BOOST_AUTO_TEST_CASE(a_handle_is_used_when_all_of_it_was_chosen) {
  Handle blas;
  DeviceBuffer<float> x(1), y(1);
  const auto status = [&] {
    return blas.product(kCublasOpN, kCublasOpN, 1, 1, 1, &kOne, x.data(), 1, x.data(), 1, &kZero, y.data(), 1);
  };
  BOOST_TEST(status() == kNotInitialized);
  blas.prepare();
  BOOST_TEST(status() == 0);
  find_cublas()->set_stream(blas.handle, blas.stream.handle());  // takes the workspace away, as the manual says
  BOOST_TEST(status() == kNotInitialized);
  blas.prepare();
  find_cublas()->set_math_mode(blas.handle, 3);  // TF32
  BOOST_TEST(status() == kNotInitialized);
  blas.prepare();
  find_cublas()->set_atomics_mode(blas.handle, 1);
  BOOST_TEST(status() == kNotInitialized);
  std::array<std::byte, 1024> on_host{};
  BOOST_TEST(find_cublas()->set_workspace(blas.handle, on_host.data(), on_host.size()) == kInvalidValue);
}

BOOST_AUTO_TEST_CASE(it_can_be_absent) {
  {
    const simt::WithoutCublas none;
    BOOST_TEST((find_cublas() == nullptr));
  }
  BOOST_TEST((find_cublas() != nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
