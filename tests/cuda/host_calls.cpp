// How often a training step calls the device, counted by the emulation: the table in docs/performance.md has these
// rows.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>

#include "backend/cuda/emulation/emulated_device.hpp"
#include "backend/cuda/host/make_cuda_backend.hpp"
#include "bench/workload.hpp"

using namespace hetsyn;

namespace {

constexpr std::array kModels{NeuronModel::hetsyn_lif, NeuronModel::het_lif, NeuronModel::hom_alif,
                             NeuronModel::hom_lif};

/// A step of the trainer on batches of two short samples: the calls depend neither on their number nor on their length.
class Steps {
 public:
  Steps(bench::Workload workload, NeuronModel model) : workload_(std::move(workload)) {
    workload_.network.model = model;
    workload_.batch = 2;
    workload_.steps = 8;
    backend_ = make_cuda_backend(build_network(workload_.network, 1), {});
    batch_ = bench::synthetic_batch(workload_, 2);
    labels_.assign(workload_.batch, 0);
    optimizer_.groups.assign(backend_->layout().groups.size(), {});
  }

  void run() {
    const TapedPass pass = backend_->forward_with_tape(batch_, DropoutKey{1, ++step_, 0});
    const bool traces = has_target(workload_.loss);
    const std::vector<float> target(traces ? workload_.batch * workload_.steps * workload_.network.outputs : 0, 0.5F);
    const LossTerm term{workload_.loss, 1.0, 0.0};
    BatchMetrics wanted;
    if (traces) {
      wanted.target = target;
    } else {
      wanted.decisions = {&term, 1};
    }
    const PendingMetrics metrics = pass.metrics(wanted);
    const KeptLoss loss = pass.loss_with_gradients({{&term, 1}, labels_, target, workload_.network.dt_ms});
    loss.backward();
    static_cast<void>(metrics.values());
    static_cast<void>(pass.spike_counts(0));
    static_cast<void>(loss.value());
    backend_->update(optimizer_);
    backend_->zero_gradients();
  }

 private:
  bench::Workload workload_;
  std::unique_ptr<Backend> backend_;
  InputBatch batch_;
  std::vector<std::int32_t> labels_;
  OptimizerStep optimizer_;
  std::uint64_t step_ = 0;
};

std::string row(const bench::Workload& workload, NeuronModel model) {
  Steps steps(workload, model);
  steps.run();  // allocates
  const simt::HostCalls before = simt::host_calls();
  steps.run();
  const simt::HostCalls after = simt::host_calls();
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |", workload.name, neuron_model_name(model),
                     after.launches - before.launches, after.products - before.products, after.copies - before.copies,
                     after.fills - before.fills, after.events - before.events, after.waits - before.waits);
}

std::string whole_file(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_calls_of_a_step_are_those_of_the_documents) {
  cuda::DeviceLimits limits = cuda::device_limits();
  limits.memory_bytes = std::size_t{80} << 30;  // decides into how many products a batch is divided
  limits.multiprocessors = 132;
  const simt::WithLimits device(limits);
  const std::string page = whole_file(HETSYN_PERFORMANCE_PAGE);
  for (const bench::Workload& workload : bench::workloads()) {
    for (const NeuronModel model : kModels) {
      const std::string counted = row(workload, model);
      BOOST_TEST(page.find(counted) != std::string::npos, "docs/performance.md should have: " << counted);
    }
  }
}
