// Where the CUDA backend changes its way of working: on both sides of each border it gives the same answer.
#include <array>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <hetsyn/exceptions.hpp>
#include <vector>

#include "backend/cuda/emulation/emulated_device.hpp"
#include "backend/cuda/host/batch_plan.hpp"
#include "backend/cuda/host/make_cuda_backend.hpp"
#include "backend/cuda/kernels/loss.hpp"
#include "backend/cuda/kernels/recurrent.hpp"
#include "backend/cuda_answer.hpp"

using namespace hetsyn;
using namespace hetsyn::test;

namespace {

const std::vector<Case> kCases{dropping(NeuronModel::hom_alif), dropping(NeuronModel::het_lif),
                               dropping(two_decays_case()), dropping(NeuronModel::hetsyn_lif),
                               dropping(adlif_case(NeuronModel::hetsyn_lif))};

#if defined(__SANITIZE_THREAD__)  // it takes a minute for the 2048 threads of a cluster
constexpr std::array<std::size_t, 2> kBorders{128, 129};
#else
constexpr std::array<std::size_t, 4> kBorders{128, 129, 256, 257};
#endif

/// A device with room for about half of the batch.
cuda::DeviceLimits half_a_batch(const Case& c, const InputBatch& batch) {
  const NetworkState state = make_state(c);
  std::size_t batch_bytes = 0;
  for (const MemoryUse& use : cuda::batch_memory(state.network, batch.kind, {batch.size(), batch.steps, true})) {
    batch_bytes += use.bytes;
  }
  cuda::DeviceLimits limits = cuda::device_limits();
  limits.memory_bytes = state.layout.size * 17 + batch_bytes / 2 + (std::size_t{16} << 10);
  return limits;
}

/// "THIS does not fit …": an error that says what takes how much.
bool says_plan(const RunError& error, const std::string& what, const std::string& first_use) {
  const std::string text = error.what();
  return text.starts_with(what + " does not fit into the device: " + first_use + " ") && text.ends_with("MiB are free");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cuda_borders)

/// The most neurons that fit, by registers, shared memory and size of clusters.
BOOST_AUTO_TEST_CASE(recurrent_populations_fit_into_registers_up_to_a_size) {
  cuda::DeviceLimits limits = cuda::device_limits();
  const auto most = [&](unsigned neurons) {
    BOOST_TEST(cuda::fits_registers(1, limits));
    BOOST_TEST(cuda::fits_registers(neurons, limits));
    BOOST_TEST(!cuda::fits_registers(neurons + 1, limits));
  };
  most(256);
  limits.cluster_blocks = 1;  // a device without clusters
  most(128);
  limits.registers_per_block /= 2;
  most(64);
  limits.shared_bytes_per_block = std::size_t{16} << 10;
  most(32);
  limits.cluster_blocks = 8;
  most(96);
  limits.registers_per_block = 0;
  BOOST_TEST(!cuda::fits_registers(1, limits));
}

BOOST_AUTO_TEST_CASE(a_sample_takes_few_blocks_or_a_device_that_is_idle) {
  cuda::DeviceLimits limits = cuda::device_limits();
  limits.multiprocessors = 132;
  const auto division = [&](unsigned neurons, unsigned samples) {
    const cuda::Division taken = cuda::divide_population(neurons, samples, limits);
    return std::to_string(taken.blocks) + " of " + std::to_string(taken.own_tiles);
  };
  BOOST_TEST(division(64, 1) == "1 of 2");  // each warp has a scheduler of its own
  BOOST_TEST(division(96, 40) == "3 of 1");
  BOOST_TEST(division(96, 41) == "1 of 3");
  BOOST_TEST(division(128, 32) == "4 of 1");
  BOOST_TEST(division(128, 33) == "1 of 4");
  BOOST_TEST(division(160, 24) == "5 of 1");
  BOOST_TEST(division(160, 25) == "2 of 3");
  BOOST_TEST(division(256, 17) == "4 of 2");
  limits.multiprocessors = 15;
  BOOST_TEST(division(128, 1) == "1 of 4");
  limits.multiprocessors = 132;
  limits.cluster_blocks = 3;
  BOOST_TEST(division(128, 1) == "1 of 4");
}

/// A block, a cluster of blocks and state in global memory on one network: the device decides.
BOOST_DATA_TEST_CASE(all_kinds_of_recurrent_kernels_agree, boost::unit_test::data::make(kCases), drawn) {
  Case c = drawn;
  c.spec.hidden = {72, 13};  // three tiles and one
  const InputBatch batch = make_batch(c);
  const Answer one_block = run(c, batch);
  cuda::DeviceLimits limits = cuda::device_limits();
  for (const std::size_t warps : {6U, 3U, 0U}) {  // that a block can have: two blocks, three, tiled
    limits.registers_per_block = warps * 32 * 128;
    const simt::WithLimits small(limits);
    const Answer answer = run(c, batch);
    check_same(answer, one_block);
    // Blocks of a cluster add up in the order of one block.
    if (warps > 0) BOOST_TEST(relative_error(answer.gradients, one_block.gradients) == 0.0);
  }
}

BOOST_AUTO_TEST_CASE(a_population_on_either_side_of_the_border_is_run) {
  for (const std::size_t size : kBorders) {
    Case c = ordinary_case(NeuronModel::hetsyn_lif);
    c.spec.hidden = {size};
    c.input = {.samples = 1, .steps = 9, .density = 0.3};
    const InputBatch batch = make_batch(c);
    const std::unique_ptr<Backend> reference = make_backend("reference", make_state(c), {});
    const std::unique_ptr<Backend> backend = make_cuda_backend(make_state(c), {});
    const TapedPass expected = reference->forward_with_tape(batch), pass = backend->forward_with_tape(batch);
    BOOST_TEST(relative_error(pass.readout(), expected.readout()) <= kTolerance);
    for (const TapedPass& each : {expected, pass}) {
      each.backward({random_values<float>(batch.steps * c.spec.outputs, 17), {}});
    }
    BOOST_TEST(backend->gradient_norm({}) > 0.0);
    BOOST_TEST(backend->gradient_norm({}) == reference->gradient_norm({}), boost::test_tools::tolerance(kTolerance));
    BOOST_TEST(euclidean_norm(pass.spike_counts(0)) > 0.0);
  }
}

BOOST_DATA_TEST_CASE(a_batch_that_does_not_fit_is_run_in_parts, boost::unit_test::data::make(kCases), drawn) {
  Case c = drawn;
  c.input.samples = 5;
  const InputBatch batch = make_batch(c);
  const Answer whole = run(c, batch, true);
  const simt::WithLimits small(half_a_batch(c, batch));
  const Answer parts = run(c, batch, true);
  BOOST_TEST(parts.launches > 2 * whole.launches);
  BOOST_TEST(euclidean_norm(whole.d_input) > 0.0);
  check_same(parts, whole);
}

/// The answers of a part come down before the next part takes its place, whenever they are asked for; the host computes
/// losses of a batch in parts.
BOOST_DATA_TEST_CASE(answers_of_parts_are_those_of_the_whole, boost::unit_test::data::make({false, true}), spiking) {
  Case c = dropping(NeuronModel::hetsyn_lif);
  c.input.samples = 5;
  c.spec.spiking_readout = spiking;
  const InputBatch batch = make_batch(c);
  const Answer whole = run(c, batch);
  const DropoutKey dropout{.seed = 3, .pass = 1, .first_sample = 4};
  const std::vector<std::int32_t> labels(5, 1);
  const std::vector<LossTerm> terms{{LossKind::last_step, 1.0, 0.0}};
  const BatchLosses losses{.terms = terms, .labels = labels, .target = {}};
  double on_device = 0.0, norm = 0.0;
  {
    const std::unique_ptr<Backend> backend = make_cuda_backend(make_state(c), {});
    const KeptLoss loss = backend->forward_with_tape(batch, dropout).loss_with_gradients(losses);
    loss.backward();
    on_device = loss.value();
    norm = backend->gradient_norm({});
  }
  const simt::WithLimits small(half_a_batch(c, batch));
  const std::unique_ptr<Backend> backend = make_cuda_backend(make_state(c), {});
  const TapedPass pass = backend->forward_with_tape(batch, dropout);
  const KeptLoss loss = pass.loss_with_gradients(losses);
  loss.backward();
  BOOST_TEST(norm > 0.0);
  BOOST_TEST(backend->gradient_norm({}) == norm, boost::test_tools::tolerance(kTolerance));
  BOOST_TEST(loss.value() == on_device, boost::test_tools::tolerance(kTolerance));
  BOOST_TEST(relative_error(pass.readout(), whole.readout) <= kTolerance);
  BOOST_TEST(relative_error(pass.spike_counts(0), whole.counts) == 0.0);
  BOOST_TEST(euclidean_norm(whole.readout) > 0.0);
}

BOOST_AUTO_TEST_CASE(losses_that_do_not_fit_are_computed_by_the_host) {
  const Case c = dropping(NeuronModel::hetsyn_lif);
  const InputBatch batch = make_batch(c);
  const std::vector<std::int32_t> labels(batch.size(), 1);
  const std::vector<float> target(batch.size() * batch.steps * c.spec.outputs);
  const std::vector<LossTerm> label{{LossKind::last_step, 1.0, 0.0}}, trace{{LossKind::trace_mse, 1.0, 0.0}};
  cuda::DeviceLimits limits = cuda::device_limits();
  for (const std::size_t bytes : {80U, 79U}) {  // two rows of four outputs in double, and one in float
    limits.shared_bytes_per_block = bytes;
    BOOST_TEST(cuda::fits_label_loss(4, limits) == (bytes == 80U));
  }
  limits = cuda::device_limits();
  const std::vector<float> ones(target.size(), 1.0F);
  double on_device = 0.0, norm = 0.0;
  for (const bool fits : {true, false}) {
    const std::unique_ptr<Backend> backend = make_cuda_backend(make_state(c), {});
    const TapedPass pass = backend->forward_with_tape(batch);
    limits.memory_bytes = simt::used_device_memory() + (fits ? std::size_t{1} << 20 : 1024);  // for all but the target
    const simt::WithLimits full(limits);
    const std::size_t launches = simt::launches();
    const KeptLoss loss = pass.loss_with_gradients({.terms = trace, .labels = labels, .target = ones});
    loss.backward();
    if (fits) {
      on_device = loss.value();
      norm = backend->gradient_norm({});
    }
    BOOST_TEST(loss.value() == on_device, boost::test_tools::tolerance(kTolerance));
    BOOST_TEST(backend->gradient_norm({}) == norm, boost::test_tools::tolerance(kTolerance));
    BOOST_TEST(simt::launches() > launches);
    BOOST_TEST(norm > 0.0);
    BOOST_TEST(backend->forward(batch).loss({.terms = label, .labels = labels, .target = target}).value() > 0.0);
  }
}

BOOST_AUTO_TEST_CASE(batches_are_divided_evenly_and_only_where_needed) {
  const NetworkState state = make_state(dropping(NeuronModel::hetsyn_lif));
  const cuda::TapeShape shape{10, 40, true};
  std::size_t bytes = 0;
  for (const MemoryUse& use : cuda::batch_memory(state.network, InputKind::events, shape)) bytes += use.bytes;
  const auto divide = [&](std::size_t free) {
    return cuda::divide_batch(state.network, InputKind::events, shape, free);
  };
  BOOST_TEST((divide(2 * bytes) == std::vector<cuda::Part>{{0, 10}}));
  BOOST_TEST((divide(bytes - 1) == std::vector<cuda::Part>{{0, 5}, {5, 5}}));
  BOOST_TEST((divide(bytes / 2 - 1) == std::vector<cuda::Part>{{0, 4}, {4, 4}, {8, 2}}));
  BOOST_CHECK_THROW(divide(bytes / 10), RunError);
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused_with_the_plan) {
  const Case c = dropping(NeuronModel::hetsyn_lif);
  cuda::DeviceLimits limits = cuda::device_limits();
  limits.memory_bytes = make_state(c).layout.size * 17 + 4096;
  const simt::WithLimits small(limits);
  const std::unique_ptr<Backend> backend = make_cuda_backend(make_state(c), {});
  BOOST_CHECK_EXCEPTION(backend->forward(make_batch(c)), RunError,
                        [](const RunError& error) { return says_plan(error, "one sample of 40 steps", "tape"); });
  limits.memory_bytes = 4096;
  const simt::WithLimits smaller(limits);
  BOOST_CHECK_EXCEPTION(make_cuda_backend(make_state(c), {}), RunError,
                        [](const RunError& error) { return says_plan(error, "the network", "parameters"); });
}

/// As docs/cuda.md counts them, for each of the two recurrent populations.
BOOST_AUTO_TEST_CASE(a_decay_per_projection_takes_four_launches_more) {
  const Case one = dropping(NeuronModel::het_lif), two = dropping(two_decays_case());
  BOOST_TEST(run(two, make_batch(two)).launches == run(one, make_batch(one)).launches + 2 * 4);
}

/// As docs/cuda.md counts them, and nothing is waited for.
BOOST_AUTO_TEST_CASE(a_step_is_few_launches_and_no_waiting) {
  const Case c = dropping(NeuronModel::hetsyn_lif);
  const InputBatch batch = make_batch(c);
  BOOST_TEST(run(c, batch).launches == 16U);
  const std::unique_ptr<Backend> backend = make_cuda_backend(make_state(c), {});
  const std::size_t before = simt::launches();
  backend->zero_gradients();
  const TapedPass pass = backend->forward_with_tape(batch);
  const std::vector<std::int32_t> labels(batch.size(), 1);
  const std::vector<LossTerm> terms{{LossKind::softmax_sum, 1.0, 0.0}};
  const KeptLoss loss = pass.loss_with_gradients({.terms = terms, .labels = labels, .target = {}});
  loss.backward();
  BOOST_TEST(simt::launches() == before);
  // The host has the answers and the loss before the device runs backwards.
  BOOST_TEST(euclidean_norm(pass.spike_counts(0)) > 0.0);
  BOOST_TEST(simt::launches() == before + 5U);
  BOOST_TEST(loss.value() > 0.0);
  BOOST_TEST(euclidean_norm(pass.readout()) > 0.0);
  BOOST_TEST(simt::launches() == before + 6U);
  BOOST_TEST(backend->gradient_norm({}) > 0.0);
  BOOST_TEST(simt::launches() == before + 17U);
}

/// Each metric is a launch; a readout that was requested in time is there before it.
BOOST_AUTO_TEST_CASE(metrics_and_a_requested_readout_come_before_the_loss) {
  const Case c = dropping(NeuronModel::hetsyn_lif);
  const InputBatch batch = make_batch(c);
  const std::vector<std::int32_t> labels(batch.size(), 1);
  const std::vector<float> target(batch.size() * batch.steps * c.spec.outputs, 0.5F);
  const std::vector<LossTerm> terms{{LossKind::softmax_sum, 1.0, 0.0}};
  const std::unique_ptr<Backend> backend = make_cuda_backend(make_state(c), {});
  const std::size_t before = simt::launches();
  const TapedPass pass = backend->forward_with_tape(batch);
  pass.request_readout();
  const PendingMetrics metrics = pass.metrics({.decisions = terms, .target = target});
  const KeptLoss loss = pass.loss_with_gradients({.terms = terms, .labels = labels, .target = {}});
  loss.backward();
  BOOST_TEST(simt::launches() == before);
  BOOST_TEST(euclidean_norm(pass.readout()) > 0.0);
  BOOST_TEST(simt::launches() == before + 5U);
  BOOST_TEST(metrics.values().classes.front().size() == batch.size());
  BOOST_TEST(simt::launches() == before + 7U);
  BOOST_TEST(loss.value() > 0.0);
  BOOST_TEST(simt::launches() == before + 8U);
}

BOOST_AUTO_TEST_SUITE_END()
