#include "gradient/finite_differences.hpp"

#include <algorithm>

#include "state/dense_input.hpp"
#include "support/compare.hpp"

namespace hetsyn::test {
namespace {

// Fourth-order central differences: truncation is h⁴/30 times the fifth derivative, rounding 1e-16/h times the loss.
// With losses of order 10 and fifth derivatives up to 1e6 (surrogates are steep), h = 1e-4 keeps both near 1e-11.
constexpr double kStep = 1e-4;

/// The loss with another value of a parameter.
double loss_at(Reference& reference, std::size_t element, double value, const InputBatch& batch,
               const ForwardOptions& options, const Loss& loss) {
  reference.store().block(Block::parameters)[element] = value;
  reference.forward(batch, options);
  return loss(reference).value;
}

/// slope_over(distance) is the slope of the straight line through the points on both sides.
template <class Slope>
double extrapolated(double step, const Slope& slope_over) {
  return (4.0 * slope_over(step) - slope_over(2.0 * step)) / 3.0;
}

double central_difference(Reference& reference, std::size_t element, const InputBatch& batch,
                          const ForwardOptions& options, const Loss& loss, const DecayMap& map) {
  const double original = reference.store().block(Block::parameters)[element];
  const double theta = map.of_decay(original);
  const auto slope_over = [&](double distance) {
    const double above = loss_at(reference, element, map.decay(theta + distance), batch, options, loss);
    const double below = loss_at(reference, element, map.decay(theta - distance), batch, options, loss);
    return (above - below) / (2.0 * distance);
  };
  const double slope = extrapolated(kStep, slope_over);
  reference.store().block(Block::parameters)[element] = original;
  return slope;
}

}  // namespace

NetworkState smooth_state(const NetworkSpec& spec) {
  NetworkState state = build_network(spec, 5);
  for (PopulationLayout& population : state.network.populations) {
    population.smooth_spikes = true;
    population.decay_trainable = true;
  }
  for (ParameterGroup& group : state.layout.groups) {
    if (group.trainable) continue;
    group.trainable = true;
    std::ranges::fill(group_span(std::span(state.trainable), group), std::uint8_t{1});
  }
  return state;
}

std::vector<GroupError> gradient_errors(Reference& reference, const InputBatch& batch, const ForwardOptions& options,
                                        const Loss& loss, const DecayMap& decays) {
  reference.store().zero_gradients();
  reference.forward(batch, options);
  const LossValue at_point = loss(reference);
  reference.backward(at_point.d_readout, at_point.d_spike);
  std::vector<GroupError> errors;
  for (const ParameterGroup& group : reference.store().layout().groups) {
    const DecayMap map = group.is_decay() ? decays : DecayMap{};
    std::vector<double> analytic, numeric;
    for (std::size_t e = group.offset; e < group.offset + group.count(); ++e) {
      if (reference.store().trainable()[e] == 0) continue;
      analytic.push_back(reference.store().block(Block::gradients)[e] *
                         map.slope(reference.store().block(Block::parameters)[e]));
      numeric.push_back(central_difference(reference, e, batch, options, loss, map));
    }
    errors.push_back({group.name, relative_error(analytic, numeric), euclidean_norm(numeric)});
  }
  return errors;
}

InputBatch as_analog(const InputBatch& batch) {
  InputBatch dense = batch;
  dense.kind = InputKind::analog;
  for (auto& sample : dense.samples) {
    auto copy = std::make_shared<InputSample>(*sample);
    copy->analog.assign(batch.steps * batch.inputs, 0.0F);
    write_dense<float>(*sample, batch.kind, {copy->analog, {batch.steps, batch.inputs}});
    sample = std::move(copy);
  }
  return dense;
}

GroupError input_gradient_error(Reference& reference, const InputBatch& batch, const ForwardOptions& options,
                                const Loss& loss) {
  constexpr float kInputStep = 0x1p-13F;  // kStep as a power of two
  reference.forward(batch, options);
  const LossValue at_point = loss(reference);
  const std::vector<double> analytic = reference.backward(at_point.d_readout, at_point.d_spike);
  std::vector<double> numeric;
  const InputBatch dense = as_analog(batch);
  for (std::size_t b = 0; b < batch.size(); ++b) {
    for (std::size_t k = 0; k < batch.steps * batch.inputs; ++k) {
      const auto loss_moved_by = [&](double distance) {
        InputBatch moved = dense;
        auto sample = std::make_shared<InputSample>(*dense.samples[b]);
        sample->analog[k] += static_cast<float>(distance);
        moved.samples[b] = std::move(sample);
        reference.forward(moved, options);
        return loss(reference).value;
      };
      numeric.push_back(extrapolated(kInputStep, [&](double distance) {
        return (loss_moved_by(distance) - loss_moved_by(-distance)) / (2.0 * distance);
      }));
    }
  }
  return {"input", relative_error(analytic, numeric), euclidean_norm(numeric)};
}

}  // namespace hetsyn::test
