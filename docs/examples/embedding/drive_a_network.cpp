// Drives a network step by step: forward pass, a loss of the program's own, backward pass, update.
#include <hetsyn/network.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <vector>

int main() {
  try {
    constexpr std::size_t steps = 200, inputs = 40;
    const hetsyn::Context context({.threads = 1});
    hetsyn::Network network(context, {.inputs = inputs, .hidden = {64}, .outputs = 1, .recurrent = true, .seed = 3});
    std::cout << network.facts().parameters() << " parameters on device " << network.facts().device << '\n';

    // One sample: a channel fires in every fifth step, another one each time.
    std::vector<std::uint8_t> spikes(steps * inputs);
    for (std::size_t t = 0; t < steps; t += 5) spikes[t * inputs + t / 5 % inputs] = 1;
    const hetsyn::Samples sample{.count = 1, .steps = steps, .inputs = inputs, .spikes = spikes};

    for (int iteration = 0; iteration <= 200; ++iteration) {
      hetsyn::TrainingPass pass = network.forward(sample);
      const auto readout = pass.readout();  // [1][steps][1]
      std::vector<float> d_readout(readout.size());
      double loss = 0.0;
      for (std::size_t t = 0; t < steps; ++t) {
        const double error = readout[t] - std::sin(0.0314 * static_cast<double>(t));  // one period
        loss += error * error / steps;
        d_readout[t] = static_cast<float>(2.0 * error / steps);
      }
      if (iteration % 50 == 0) std::cout << "iteration " << iteration << "  mean squared error " << loss << '\n';
      network.zero_gradients();
      pass.backward(d_readout);
      network.update({.optimizer = "adam", .learning_rate = 0.002});
    }
    std::vector<float> decays = network.read("hidden1.r");  // r = exp(−Δt/τ)
    std::sort(decays.begin(), decays.end());
    const double median_ms = -network.facts().dt_ms / std::log(decays[decays.size() / 2]);
    std::cout << "half of the synaptic time constants are above " << median_ms << " ms\n";
  } catch (const hetsyn::Error& error) {
    std::cerr << "error: " << error.what() << '\n';
    return error.exit_code();
  }
}
