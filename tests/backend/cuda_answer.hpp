#pragma once
#include <boost/test/unit_test.hpp>
#include <memory>
#include <vector>

#include "backend/cases.hpp"
#include "backend/cuda/emulation/emulated_cublas.hpp"
#include "backend/cuda/emulation/emulated_device.hpp"
#include "backend/cuda/host/make_cuda_backend.hpp"
#include "support/compare.hpp"

/// One training step on the emulated device, for tests that run it in two ways.
namespace hetsyn::test {

// The two sides differ in the order of float32 sums only; see agreement.cpp.
inline constexpr double kTolerance = 1e-5;

/// Of one training step, and the work that it took.
struct Answer {
  std::vector<float> readout, gradients, counts, d_input;
  std::size_t launches = 0;  ///< of kernels
  std::size_t products = 0;  ///< of matrices, by the library
};

inline Answer run(const Case& c, const InputBatch& batch, bool with_d_input = false) {
  const std::unique_ptr<Backend> backend = make_cuda_backend(make_state(c), {});
  const std::size_t launches = simt::launches(), products = simt::products();
  const DropoutKey dropout{.seed = 3, .pass = 1, .first_sample = 4};
  Answer answer;
  const TapedPass pass = backend->forward_with_tape(batch, dropout);
  answer.readout.assign(pass.readout().begin(), pass.readout().end());
  answer.counts.assign(pass.spike_counts(0).begin(), pass.spike_counts(0).end());
  if (with_d_input) answer.d_input.resize(batch.size() * batch.steps * batch.inputs);
  pass.backward({random_values<float>(batch.size() * batch.steps * c.spec.outputs, 17), {}}, answer.d_input);
  answer.gradients.resize(backend->layout().size);
  backend->read(Block::gradients, answer.gradients);
  answer.launches = simt::launches() - launches;
  answer.products = simt::products() - products;
  return answer;
}

inline void check_same(const Answer& answer, const Answer& expected) {
  BOOST_TEST(euclidean_norm(expected.counts) > 0.0);
  BOOST_TEST(relative_error(answer.counts, expected.counts) == 0.0);
  BOOST_TEST(relative_error(answer.readout, expected.readout) <= kTolerance);
  BOOST_TEST(relative_error(answer.gradients, expected.gradients) <= kTolerance);
  BOOST_TEST(relative_error(answer.d_input, expected.d_input) <= kTolerance);
}

/// Two recurrent populations that drop spikes.
inline Case dropping(Case c) {
  c.spec.hidden = {40, 13};
  c.spec.dropout = 0.2;
  return c;
}
inline Case dropping(NeuronModel model) { return dropping(ordinary_case(model)); }

}  // namespace hetsyn::test
