// Projections as products of matrices: the products themselves, which projections take them, and that nothing else
// changes.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <limits>
#include <span>
#include <vector>

#include "backend/cuda/host/batch_plan.hpp"
#include "backend/cuda/host/matmul.hpp"
#include "backend/cuda/host/product_rule.hpp"
#include "backend/cuda_answer.hpp"

using namespace hetsyn;
using namespace hetsyn::test;
using cuda::ProductShape;

namespace {

/// Row-major matrices on the device, and the products of the same numbers by plain loops.
struct Matrices {
  ProductShape shape;
  std::vector<float> x = random_values<float>(shape.rows * shape.pre, 1);
  std::vector<float> w = random_values<float>(shape.post * shape.pre, 2);
  std::vector<float> g = random_values<float>(shape.rows * shape.post, 3);

  [[nodiscard]] std::vector<double> drive() const {
    return product(shape.rows, shape.post, shape.pre, [&](std::size_t row, std::size_t j, std::size_t i) {
      return x[row * shape.pre + i] * w[j * shape.pre + i];
    });
  }
  [[nodiscard]] std::vector<double> d_x() const {
    return product(shape.rows, shape.pre, shape.post, [&](std::size_t row, std::size_t i, std::size_t j) {
      return g[row * shape.post + j] * w[j * shape.pre + i];
    });
  }
  [[nodiscard]] std::vector<double> d_w() const {
    return product(shape.post, shape.pre, shape.rows, [&](std::size_t j, std::size_t i, std::size_t row) {
      return g[row * shape.post + j] * x[row * shape.pre + i];
    });
  }

 private:
  template <class Term>
  static std::vector<double> product(std::size_t rows, std::size_t columns, std::size_t terms, const Term& term) {
    std::vector<double> out(rows * columns, 0.0);
    for (std::size_t n = 0; n < out.size(); ++n) {
      for (std::size_t k = 0; k < terms; ++k) out[n] += static_cast<double>(term(n / columns, n % columns, k));
    }
    return out;
  }
};

cuda::DeviceBuffer<float> on_device(std::span<const float> values, cuda::Stream& stream) {
  cuda::DeviceBuffer<float> buffer(values.size());
  buffer.upload(values, stream);
  return buffer;
}

std::vector<float> from_device(const cuda::DeviceBuffer<float>& buffer, cuda::Stream& stream) {
  std::vector<float> values(buffer.size());
  buffer.download(values, stream);
  return values;
}

std::size_t bytes(const std::vector<MemoryUse>& uses) {
  std::size_t sum = 0;
  for (const MemoryUse& use : uses) sum += use.bytes;
  return sum;
}

/// 20 → 40 ⟲ → 13 ⟲ → 4
const std::vector<Case> kSharing{dropping(NeuronModel::hom_lif), dropping(NeuronModel::hom_alif),
                                 dropping(NeuronModel::het_lif), dropping(two_decays_case())};

}  // namespace

BOOST_AUTO_TEST_SUITE(cuda_products)

BOOST_AUTO_TEST_CASE(products_are_those_of_row_major_matrices) {
  for (const ProductShape& shape : {ProductShape{7, 3, 5}, {1, 4, 2}, {3, 1, 6}, {9, 8, 1}}) {
    const Matrices m{shape};
    cuda::Stream stream;
    cuda::Matmul matmul(stream, MatmulPrecision::float32);
    const auto x = on_device(m.x, stream), w = on_device(m.w, stream), g = on_device(m.g, stream);
    cuda::DeviceBuffer<float> drive(m.g.size()), d_x(m.x.size()), d_w(m.w.size());
    matmul.drive(shape, x.data(), w.data(), drive.data());
    BOOST_TEST(relative_error(from_device(drive, stream), m.drive()) <= kTolerance);
    matmul.input_gradient(shape, g.data(), w.data(), 1.0F, d_x.data());
    BOOST_TEST(relative_error(from_device(d_x, stream), m.d_x()) <= kTolerance);
    matmul.weight_gradient(shape, g.data(), x.data(), false, d_w.data());
    BOOST_TEST(relative_error(from_device(d_w, stream), m.d_w()) <= kTolerance);
    matmul.weight_gradient(shape, g.data(), x.data(), true, d_w.data());
    matmul.input_gradient(shape, g.data(), w.data(), 2.0F, d_x.data());
    std::vector<double> twice = m.d_w(), scaled = m.d_x();
    for (double& value : twice) value *= 2.0;
    for (double& value : scaled) value *= 2.0;
    BOOST_TEST(relative_error(from_device(d_w, stream), twice) <= kTolerance);
    BOOST_TEST(relative_error(from_device(d_x, stream), scaled) <= kTolerance);
  }
}

BOOST_AUTO_TEST_CASE(what_the_library_refuses_is_an_error) {
  cuda::Stream stream;
  cuda::Matmul matmul(stream, MatmulPrecision::float32);
  const cuda::DeviceBuffer<float> x(6);
  cuda::DeviceBuffer<float> drive(1);
  BOOST_CHECK_EXCEPTION(matmul.drive({2, 1, 3}, x.data(), x.data(), drive.data()), RunError, [](const RunError& error) {
    return std::string(error.what()) == "cuBLAS: a product failed: invalid value";
  });
  const std::size_t most = std::numeric_limits<int>::max();
  BOOST_CHECK_THROW(matmul.drive({most + 1, 1, 1}, x.data(), x.data(), drive.data()), RunError);
}

/// Gradients of a batch with products in a precision.
std::vector<float> gradients_in(MatmulPrecision precision, const Case& c) {
  const std::unique_ptr<Backend> backend = make_cuda_backend(make_state(c), {.matmul_precision = precision});
  const InputBatch batch = make_batch(c);
  backend->forward_with_tape(batch).backward(
      {random_values<float>(batch.size() * batch.steps * c.spec.outputs, 5), {}});
  std::vector<float> gradients(backend->layout().size);
  backend->read(Block::gradients, gradients);
  return gradients;
}

BOOST_AUTO_TEST_CASE(fewer_bits_are_an_approximation_of_shared_decays_alone) {
  Case c = dropping(NeuronModel::het_lif);
  c.spec.dropout = 0.0;
  const std::vector<float> exact = gradients_in(MatmulPrecision::float32, c);
  const double tf32 = relative_error(gradients_in(MatmulPrecision::tf32, c), exact);
  const double bfloat16 = relative_error(gradients_in(MatmulPrecision::bfloat16, c), exact);
  BOOST_TEST(tf32 > 1e-5);
  BOOST_TEST(bfloat16 > tf32);
  BOOST_TEST(bfloat16 < 0.5);
  c = dropping(NeuronModel::hetsyn_lif);
  BOOST_TEST(gradients_in(MatmulPrecision::bfloat16, c) == gradients_in(MatmulPrecision::float32, c));
}

BOOST_AUTO_TEST_CASE(fewer_bits_need_the_library_and_the_device) {
  const NetworkState state = make_state(dropping(NeuronModel::het_lif));
  const BackendOptions options{.matmul_precision = MatmulPrecision::tf32};
  BOOST_CHECK_THROW(make_backend("cpu", state, options), ConfigError);
  const simt::WithoutCublas none;
  BOOST_CHECK_THROW(make_cuda_backend(state, options), ConfigError);
  BOOST_CHECK_NO_THROW(make_cuda_backend(state, {}));
}

BOOST_AUTO_TEST_CASE(small_projections_of_spikes_are_no_products) {
  BOOST_TEST(cuda::product_pays(16, 16, InputKind::events));
  BOOST_TEST(cuda::product_pays(1, 256, InputKind::events));
  BOOST_TEST(!cuda::product_pays(15, 17, InputKind::events));
  BOOST_TEST(cuda::product_pays(1, 1, InputKind::analog));
}

BOOST_AUTO_TEST_CASE(scratch_is_a_small_part_of_the_device_and_bounded) {
  cuda::DeviceLimits limits = cuda::device_limits();
  limits.memory_bytes = std::size_t{80} << 30;
  const simt::WithLimits large(limits);
  BOOST_TEST(cuda::chunk_rows(1024) == 16384U);  // 64 MiB
  BOOST_TEST(cuda::Matmul::workspace_bytes() == std::size_t{32} << 20);
  limits.memory_bytes = std::size_t{8} << 30;
  const simt::WithLimits small(limits);
  BOOST_TEST(cuda::chunk_rows(1024) == 2048U);  // 8 MiB
  BOOST_TEST(cuda::Matmul::workspace_bytes() == std::size_t{8} << 20);
  BOOST_TEST(cuda::chunk_rows(std::size_t{1} << 30) == 1U);
}

/// On both sides of the border, on any machine, the same answer; which side it was shows in the work that was asked
/// for.
BOOST_DATA_TEST_CASE(networks_with_and_without_the_library_agree, boost::unit_test::data::make(kSharing), drawn) {
  for (const InputKind kind : {InputKind::events, InputKind::analog}) {
    Case c = drawn;
    c.input.kind = kind;
    const InputBatch batch = make_batch(c);
    const Answer with = run(c, batch);
    const simt::WithoutCublas none;
    const Answer without = run(c, batch);
    check_same(with, without);
    // Two populations have products with what is below: currents, gradients of weights, and of the second one dL/dz.
    // The first one has also those of its recurrent weights.
    BOOST_TEST(with.products == 6U);
    BOOST_TEST(without.products == 0U);
  }
}

BOOST_AUTO_TEST_CASE(synapses_with_decays_of_their_own_are_no_products) {
  const Case c = dropping(NeuronModel::hetsyn_lif);
  BOOST_TEST(run(c, make_batch(c)).products == 0U);
  const NetworkLayout network = make_state(c).network;
  const std::size_t with = bytes(cuda::network_memory(network));
  const simt::WithoutCublas none;
  BOOST_TEST(with == bytes(cuda::network_memory(network)));
}

/// A device with little memory multiplies a few rows at a time.
BOOST_DATA_TEST_CASE(chunks_of_rows_change_nothing, boost::unit_test::data::make(kSharing), c) {
  const InputBatch batch = make_batch(c);
  const Answer whole = run(c, batch);
  cuda::DeviceLimits limits = cuda::device_limits();
  limits.memory_bytes = std::size_t{2} << 20;  // 2 KiB of scratch: 25 rows of 20, 12 of 40 numbers
  const simt::WithLimits small(limits);
  const Answer chunks = run(c, batch);
  BOOST_TEST(chunks.products > 5 * whole.products);
  check_same(chunks, whole);
}

BOOST_AUTO_TEST_CASE(products_take_the_memory_that_the_plan_says) {
  const Case c = dropping(NeuronModel::het_lif);
  const InputBatch batch = make_batch(c);
  const NetworkState state = make_state(c);
  const std::size_t before = simt::used_device_memory();
  const auto used_by = [&] {
    const std::unique_ptr<Backend> backend = make_cuda_backend(state, {});
    backend->forward_with_tape(batch, DropoutKey{});
    return simt::used_device_memory() - before;
  };
  const auto planned = [&] {
    const cuda::TapeShape shape{batch.size(), batch.steps, true};
    return bytes(cuda::network_memory(state.network)) + bytes(cuda::batch_memory(state.network, batch.kind, shape));
  };
  const std::size_t used = used_by(), plan = planned();
  const simt::WithoutCublas none;
  BOOST_TEST(used > used_by());
  BOOST_TEST(used - used_by() == plan - planned());
}

BOOST_AUTO_TEST_SUITE_END()
