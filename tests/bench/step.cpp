#include "bench/step.hpp"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "backend/cpu/isa.hpp"
#include "base/parallel.hpp"
#include "core/rng.hpp"

namespace hetsyn::cpu {
namespace baseline {
double multiply_adds_per_second();
}
#if defined(__x86_64__)
namespace v3 {
double multiply_adds_per_second();
}
namespace v4 {
double multiply_adds_per_second();
}
#endif
}  // namespace hetsyn::cpu

namespace hetsyn::bench {
namespace {

/// AdamW with a rate too small to change what the network does, so that every repeat does the same work.
OptimizerStep tiny_step(const ParameterLayout& layout) {
  OptimizerStep step;
  step.groups.assign(layout.groups.size(), {1e-9, 4e-3, 1.0, 0.9, 0.999, 1e-8, 0.1, 1e-3, -1e9, 1e9});
  return step;
}

/// As the trainer, which wants to know readout and loss: a device is never more than a step behind.
void wait_for_answers(const BackendPass& pass, const PendingLoss& loss) {
  static_cast<void>(pass.readout());
  static_cast<void>(loss.value());
}

}  // namespace

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

double now_s() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double processor_s() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double peak_multiply_adds(const std::string& isa) {
  [[maybe_unused]] const std::string_view name = cpu::select_kernels(isa).name;
  auto* measure = &cpu::baseline::multiply_adds_per_second;
#if defined(__x86_64__)
  if (name == "v4") measure = &cpu::v4::multiply_adds_per_second;
  if (name == "v3") measure = &cpu::v3::multiply_adds_per_second;
#endif
  double best = 0.0;
  for (int n = 0; n < 5; ++n) best = std::max(best, measure());
  return best;
}

nlohmann::json measure_step(const Workload& workload, NeuronModel model, const StepOptions& options) {
  NetworkSpec spec = workload.network;
  spec.model = model;
  const auto backend = make_backend(options.device, build_network(spec, 1),
                                    {.threads = options.threads, .isa = options.isa, .tape_parts = options.tape_parts});
  InputBatch batch = synthetic_batch(workload, 2);
  // As in a run: the loader prepares samples ahead, and keeps them where the data set is fixed.
  batch.prepared.resize(batch.size());
  std::vector<double> lists;
  for (int n = 0; n < options.repeats; ++n) {
    const double start = now_s();
    for_each_index(batch.size(), [&](std::size_t b) {
      batch.prepared[b] = backend->prepare(*batch.samples[b], batch.kind, batch.steps);
    });
    lists.push_back(now_s() - start);
  }
  const OptimizerStep optimizer = tiny_step(backend->layout());
  const std::size_t outputs = spec.outputs;
  const LossTerm term{workload.loss, 1.0, 0.0};
  std::vector<std::int32_t> labels(workload.batch);
  for (std::size_t b = 0; b < labels.size(); ++b) labels[b] = static_cast<std::int32_t>(b % outputs);
  const std::vector<float> target(workload.loss == LossKind::trace_mse ? workload.batch * workload.steps * outputs : 0,
                                  0.5F);

  std::vector<double> forward, loss, backward, update, ordering, step, processor;
  for (int n = -1; n < options.repeats; ++n) {
    std::optional<DropoutKey> dropout;
    if (spec.dropout > 0.0) dropout = DropoutKey{1, static_cast<std::uint64_t>(n + 1), 0};
    const double start = now_s();
    const double processor_start = processor_s();
    const TapedPass pass = backend->forward_with_tape(batch, dropout);
    const double after_forward = now_s();
    const KeptLoss batch_loss = pass.loss_with_gradients({{&term, 1}, labels, target, spec.dt_ms});
    const double after_loss = now_s();
    backend->zero_gradients();
    batch_loss.backward();
    const double ordered = now_s();
    wait_for_answers(pass, batch_loss);
    const double after_backward = now_s();
    backend->update(optimizer);
    const double end = now_s();
    if (n < 0) continue;  // warm-up
    forward.push_back(after_forward - start);
    loss.push_back(after_loss - after_forward);
    backward.push_back(after_backward - after_loss);
    update.push_back(end - after_backward);
    ordering.push_back(ordered - start + end - after_backward);
    step.push_back(end - start);
    processor.push_back(processor_s() - processor_start);
  }
  std::vector<double> evaluation;
  for (int n = 0; n < options.repeats; ++n) {
    const double start = now_s();
    static_cast<void>(backend->forward(batch).readout());
    evaluation.push_back(now_s() - start);
  }
  const auto synapse_steps = static_cast<double>(synapse_count(backend->network()) * workload.steps * workload.batch);
  return {{"forward", median(forward)},     {"loss", median(loss)},         {"backward", median(backward)},
          {"optimizer", median(update)},    {"ordering", median(ordering)}, {"step", median(step)},
          {"processor", median(processor)}, {"lists", median(lists)},       {"evaluation", median(evaluation)},
          {"synapse_steps", synapse_steps}};
}

}  // namespace hetsyn::bench
