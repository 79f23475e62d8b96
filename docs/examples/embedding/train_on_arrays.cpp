// Trains a network on spikes that the program makes itself, and evaluates it whole and damaged.
#include <hetsyn/session.hpp>

#include <cstdint>
#include <iostream>
#include <random>
#include <vector>

namespace {

constexpr std::size_t kSteps = 100, kChannels = 20;

/// Two classes: the channels fire one after the other, upwards or downwards, among spikes of noise.
struct Sweeps {
  std::vector<std::uint8_t> spikes;  // [samples][steps][channels]
  std::vector<std::int32_t> labels;  // [samples]

  Sweeps(std::size_t samples, unsigned seed) : spikes(samples * kSteps * kChannels) {
    std::mt19937 random(seed);
    std::bernoulli_distribution noise(0.1);
    for (std::size_t b = 0; b < samples; ++b) {
      labels.push_back(static_cast<std::int32_t>(b % 2));
      for (std::size_t t = 0; t < kSteps; ++t) {
        const std::size_t channel = t * kChannels / kSteps, swept = b % 2 == 0 ? channel : kChannels - 1 - channel;
        for (std::size_t i = 0; i < kChannels; ++i) {
          spikes[(b * kSteps + t) * kChannels + i] = noise(random) || (i == swept && t % 2 == 0) ? 1 : 0;
        }
      }
    }
  }
  hetsyn::Samples input() const {
    return {.count = labels.size(), .steps = kSteps, .inputs = kChannels, .spikes = spikes};
  }
};

}  // namespace

int main() {
  try {
    const hetsyn::Context context({.threads = 2});
    const Sweeps train(256, 1), test(64, 2);
    hetsyn::DataSet data({.name = "sweeps", .class_names = {"up", "down"}});
    data.add("train", train.input(), {.labels = train.labels}).add("test", test.input(), {.labels = test.labels});

    hetsyn::Config config;
    config.set("model.hidden", hetsyn::Value::List{16}).set("train.epochs", 10).set("train.learning_rate", 0.003);
    hetsyn::Session session(context, config, data);
    session.train({.on_epoch = [](const hetsyn::EpochRecord& epoch) {
      std::cout << "epoch " << epoch.epoch << "  validation accuracy " << *epoch.metric("validation", "accuracy")
                << '\n';
    }});
    for (const double deletion : {0.0, 0.5}) {
      const auto result = session.evaluate({.split = "test", .set = {{"perturb.deletion", deletion}}});
      std::cout << "test accuracy " << *result->metrics.metric("accuracy") << " with " << 100 * deletion
                << " % of the spikes deleted\n";
    }
  } catch (const hetsyn::Error& error) {
    std::cerr << "error: " << error.what() << '\n';
    return error.exit_code();
  }
}
