// A network that a program drives itself.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <hetsyn/exceptions.hpp>
#include <hetsyn/network.hpp>
#include <hetsyn/saved_network.hpp>
#include <thread>
#include <vector>

#include "support/temporary_directory.hpp"

using namespace hetsyn;

namespace {

constexpr std::size_t kSamples = 3, kSteps = 20, kInputs = 6, kOutputs = 2;

/// Spikes [B][T][N] that follow from nothing but their place.
std::vector<std::uint8_t> pattern() {
  std::vector<std::uint8_t> spikes(kSamples * kSteps * kInputs);
  for (std::size_t i = 0; i < spikes.size(); ++i) spikes[i] = (i * 2654435761U >> 28U) % 4 == 0 ? 1 : 0;
  return spikes;
}

Samples batch_of(const std::vector<std::uint8_t>& spikes) {
  return {.count = kSamples, .steps = kSteps, .inputs = kInputs, .analog = {}, .spikes = spikes, .events = {}};
}

NetworkOptions options() {
  NetworkOptions out;
  out.inputs = kInputs;
  out.hidden = {8, 5};
  out.outputs = kOutputs;
  out.recurrent = true;
  out.device = "cpu";
  out.seed = 7;
  out.more = {{"threshold", 0.3}};
  return out;
}

ContextOptions quiet() { return {.threads = 1, .log = {}, .plugin_path = {}, .data_path = {}, .cache_path = {}}; }

/// Σ readout · factor, whose gradient with respect to the readout is `factor`.
double weighted(std::span<const float> readout, const std::vector<float>& factor) {
  double sum = 0.0;
  for (std::size_t i = 0; i < readout.size(); ++i) sum += static_cast<double>(readout[i]) * factor[i];
  return sum;
}

std::vector<float> factors() {
  std::vector<float> out(kSamples * kSteps * kOutputs);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<float>(i % 5) - 2.0f;
  return out;
}

bool says(const std::exception& error, const std::string& text) {
  const bool found = std::string(error.what()).find(text) != std::string::npos;
  if (!found) BOOST_TEST_MESSAGE("'" << text << "' is not in: " << error.what());
  return found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(facts_say_what_was_made) {
  const Context context(quiet());
  const Network network(context, options());
  const NetworkFacts& facts = network.facts();
  BOOST_TEST(facts.device == "cpu");
  BOOST_TEST(facts.neuron == "hetsyn_lif");
  BOOST_REQUIRE(facts.populations.size() == 3U);
  BOOST_TEST(facts.populations[1].name == "hidden2");
  BOOST_TEST(facts.populations[1].inputs == 8U);
  BOOST_TEST(facts.populations[1].neurons == 5U);
  BOOST_TEST(!facts.populations[2].spiking);
  // weight and decay per synapse: 2 · (8·6 + 8·8 + 5·8 + 5·5 + 2·5)
  BOOST_TEST(facts.parameters() == 374U);
  BOOST_TEST(network.read("hidden1.w").size() == 48U);
}

// The readout of a leaky integrator is linear in its weights, so that finite differences are exact except for rounding.
BOOST_AUTO_TEST_CASE(gradients_are_those_of_the_readout) {
  const Context context(quiet());
  Network network(context, options());
  const std::vector<std::uint8_t> spikes = pattern();
  const std::vector<float> d_readout = factors();
  TrainingPass pass = network.forward(batch_of(spikes));
  const double before = weighted(pass.readout(), d_readout);
  pass.backward(d_readout);
  const std::vector<float> gradient = network.read("readout.w", Quantity::gradient);
  std::vector<float> weights = network.read("readout.w");
  double largest = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    std::vector<float> changed = weights;
    changed[i] += 1.0f;
    network.write("readout.w", changed);
    const double after = weighted(network.infer(batch_of(spikes)).readout(), d_readout);
    BOOST_TEST(after - before == static_cast<double>(gradient[i]), boost::test_tools::tolerance(1e-3));
    largest = std::max(largest, std::abs(static_cast<double>(gradient[i])));
  }
  BOOST_TEST(largest > 0.1);
  BOOST_TEST(network.gradient_norm() > 0.0);
}

// The reference's gradient of the input is compared with finite differences in tests/gradient.
BOOST_AUTO_TEST_CASE(the_gradient_of_the_input_is_that_of_the_reference) {
  const Context context(quiet());
  const std::vector<std::uint8_t> spikes = pattern();
  const std::vector<float> analog(spikes.begin(), spikes.end());
  const Samples values{
      .count = kSamples, .steps = kSteps, .inputs = kInputs, .analog = analog, .spikes = {}, .events = {}};
  const auto gradient = [&](const std::string& device, const Samples& samples) {
    NetworkOptions on_device = options();
    on_device.device = device;
    Network network(context, on_device);
    std::vector<float> d_input(spikes.size());
    network.forward(samples).backward(factors(), d_input);
    return d_input;
  };
  const std::vector<float> expected = gradient("reference", values);
  double largest = 0.0;
  for (const float value : expected) largest = std::max(largest, std::abs(static_cast<double>(value)));
  BOOST_TEST(largest > 0.01);
  for (const Samples& samples : {values, batch_of(spikes)}) {
    const std::vector<float> found = gradient("cpu", samples);
    for (std::size_t i = 0; i < found.size(); ++i) {
      BOOST_TEST(std::abs(static_cast<double>(found[i]) - static_cast<double>(expected[i])) < 1e-5 * largest);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_network_without_a_readout_answers_with_spikes) {
  const Context context(quiet());
  NetworkOptions layer = options();
  layer.readout = false;
  layer.outputs = 5;
  Network network(context, layer);
  BOOST_TEST(network.facts().populations.size() == 2U);
  const std::vector<std::uint8_t> spikes = pattern();
  TrainingPass pass = network.forward(batch_of(spikes));
  const std::vector<float> output = pass.spikes("hidden2");
  BOOST_TEST(std::vector<float>(pass.readout().begin(), pass.readout().end()) == output,
             boost::test_tools::per_element());
  BOOST_TEST(std::ranges::count(output, 1.0f) > 0);
  pass.backward(std::vector<float>(output.size(), 1.0f));
  BOOST_TEST(network.gradient_norm() > 0.0);
  layer.outputs = 4;
  BOOST_CHECK_EXCEPTION(Network(context, layer), ConfigError,
                        [](const auto& error) { return says(error, "outputs: 4 without a readout; expected 5"); });
}

BOOST_AUTO_TEST_CASE(dropout_is_chosen_by_pass) {
  const Context context(quiet());
  NetworkOptions dropping = options();
  dropping.more.emplace_back("dropout", 0.5);
  Network network(context, dropping);
  const std::vector<std::uint8_t> spikes = pattern();
  const auto answer = [&](const Dropout& dropout) {
    const auto readout = network.forward(batch_of(spikes), dropout).readout();
    return std::vector<float>(readout.begin(), readout.end());
  };
  const std::vector<float> drawn = answer({}), once = answer({.mask = 7});
  BOOST_TEST((drawn != answer({})));
  BOOST_TEST((once != drawn));
  BOOST_TEST(answer({.mask = 7}) == once, boost::test_tools::per_element());
  const auto without = network.infer(batch_of(spikes)).readout();
  const std::vector<float> expected(without.begin(), without.end());
  BOOST_TEST(answer({.active = false}) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(views_show_the_present_values) {
  const Context context(quiet());
  Network network(context, options());
  const View<const float, 2> weights = network.view("readout.w"),
                             gradient = network.view("readout.w", Quantity::gradient);
  BOOST_TEST(weights.rows() == kOutputs);
  std::vector<float> ones(weights.size(), 1.0f), halves(ones.size(), 0.5f);
  const NamedArray both[] = {{"readout.w", ones}, {"readout.r", halves}};
  network.write(both);
  BOOST_TEST(weights(1, 4) == 1.0f);
  BOOST_TEST(network.read("readout.r") == halves, boost::test_tools::per_element());
  const std::vector<std::uint8_t> spikes = pattern();
  network.forward(batch_of(spikes)).backward(factors());
  const std::vector<float> copy = network.read("readout.w", Quantity::gradient);
  BOOST_TEST(std::vector<float>(gradient.begin(), gradient.end()) == copy, boost::test_tools::per_element());
  BOOST_TEST(network.gradient_norm() > 0.0);

  halves[0] = -1.0f;
  ones.assign(ones.size(), 2.0f);
  BOOST_CHECK_THROW(network.write(both), DataError);
  BOOST_TEST(weights(0, 0) == 1.0f);  // none was replaced
  NetworkOptions precise = options();
  precise.device = "reference";
  BOOST_CHECK_EXCEPTION(static_cast<void>(Network(context, precise).view("readout.w")), UsageError,
                        [](const auto& error) { return says(error, "expected cpu for a view"); });
}

BOOST_AUTO_TEST_CASE(gradients_add_up_until_they_are_cleared) {
  const Context context(quiet());
  Network network(context, options());
  const std::vector<std::uint8_t> spikes = pattern();
  network.forward(batch_of(spikes)).backward(factors());
  const double once = network.gradient_norm();
  network.forward(batch_of(spikes)).backward(factors());
  BOOST_TEST(network.gradient_norm() == 2.0 * once, boost::test_tools::tolerance(1e-5));
  network.zero_gradients();
  BOOST_TEST(network.gradient_norm() == 0.0);
}

BOOST_AUTO_TEST_CASE(updates_go_down_the_gradient) {
  const Context context(quiet());
  Network network(context, options());
  const std::vector<std::uint8_t> spikes = pattern();
  const std::vector<float> d_readout = factors();
  const double before = weighted(network.infer(batch_of(spikes)).readout(), d_readout);
  for (int step = 0; step < 5; ++step) {
    network.zero_gradients();
    network.forward(batch_of(spikes)).backward(d_readout);
    network.update({.optimizer = "adam", .learning_rate = 0.01});
  }
  BOOST_TEST(weighted(network.infer(batch_of(spikes)).readout(), d_readout) < before - 0.1);
}

BOOST_AUTO_TEST_CASE(kinds_of_input_are_the_same_network) {
  const Context context(quiet());
  Network network(context, options());
  const std::vector<std::uint8_t> spikes = pattern();
  std::vector<std::uint64_t> offsets{0};
  std::vector<std::uint32_t> units, steps;
  std::vector<float> analog(spikes.begin(), spikes.end());
  for (std::size_t b = 0; b < kSamples; ++b) {
    for (std::size_t i = 0; i < kSteps * kInputs; ++i) {
      if (spikes[b * kSteps * kInputs + i] == 0) continue;
      units.push_back(static_cast<std::uint32_t>(i % kInputs));
      steps.push_back(static_cast<std::uint32_t>(i / kInputs));
    }
    offsets.push_back(units.size());
  }
  const auto answer = [&](const Samples& samples) {
    const auto readout = network.infer(samples).readout();
    return std::vector<float>(readout.begin(), readout.end());
  };
  const std::vector<float> dense = answer(batch_of(spikes));
  Samples events{.count = kSamples, .steps = kSteps, .inputs = kInputs, .analog = {}, .spikes = {}, .events = {}};
  events.events = {offsets, units, steps};
  BOOST_TEST(answer(events) == dense, boost::test_tools::per_element());
  Samples values{.count = kSamples, .steps = kSteps, .inputs = kInputs, .analog = analog, .spikes = {}, .events = {}};
  const std::vector<float> of_values = answer(values);
  for (std::size_t i = 0; i < dense.size(); ++i) BOOST_TEST(std::abs(of_values[i] - dense[i]) < 1e-4f);
}

BOOST_AUTO_TEST_CASE(networks_of_several_threads_do_not_meet) {
  const std::vector<std::uint8_t> spikes = pattern();
  const auto train = [&] {
    const Context context(quiet());
    Network network(context, options());
    for (int step = 0; step < 20; ++step) {
      network.zero_gradients();
      network.forward(batch_of(spikes)).backward(factors());
      network.update({});
    }
    return network.read("hidden1.w");
  };
  const std::vector<float> alone = train();
  std::vector<std::vector<float>> together(4);
  std::vector<std::thread> threads;
  for (auto& result : together) threads.emplace_back([&result, &train] { result = train(); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& result : together) BOOST_TEST(result == alone, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(wrong_use_is_refused_with_a_sentence) {
  const Context context(quiet());
  Network network(context, options());
  const std::vector<std::uint8_t> spikes = pattern();
  BOOST_CHECK_EXCEPTION(network.read("hidden1.weight"), UsageError,
                        [](const auto& error) { return says(error, "no array \"hidden1.weight\""); });
  BOOST_CHECK_EXCEPTION(network.write("readout.w", std::vector<float>(3)), UsageError,
                        [](const auto& error) { return says(error, "3 values; expected 2 × 5"); });
  std::vector<float> decays = network.read("readout.r");
  decays[4] = 1.5f;
  BOOST_CHECK_EXCEPTION(network.write("readout.r", decays), DataError,
                        [](const auto& error) { return says(error, "readout.r[0][4] is 1.5; expected a decay"); });
  const TrainingPass earlier = network.forward(batch_of(spikes));
  network.write("readout.w", network.read("readout.w"));
  BOOST_CHECK_EXCEPTION(TrainingPass(earlier).backward(factors()), UsageError, [](const auto& error) {
    return says(error, "parameters have changed since the forward pass");
  });
  TrainingPass pass = network.forward(batch_of(spikes));
  BOOST_CHECK_EXCEPTION(pass.backward(std::vector<float>(7)), UsageError,
                        [](const auto& error) { return says(error, "d_readout has 7 values; expected 120"); });
  std::vector<float> d_input(7);
  BOOST_CHECK_EXCEPTION(pass.backward(factors(), d_input), UsageError,
                        [](const auto& error) { return says(error, "d_input has 7 values; expected 360"); });
  pass.backward(factors());
  BOOST_CHECK_EXCEPTION(pass.backward(factors()), UsageError,
                        [](const auto& error) { return says(error, "backward() was called before"); });
  const ForwardPass later = network.infer(batch_of(spikes));
  BOOST_CHECK_EXCEPTION(static_cast<void>(pass.readout()), UsageError,
                        [](const auto& error) { return says(error, "another pass"); });
  BOOST_CHECK_EXCEPTION(static_cast<void>(later.spikes("readout")), UsageError,
                        [](const auto& error) { return says(error, "\"readout\" does not spike"); });
  Samples wrong = batch_of(spikes);
  wrong.inputs = 5;
  BOOST_CHECK_EXCEPTION(network.infer(wrong), DataError,
                        [](const auto& error) { return says(error, "samples of 5 inputs; expected 6"); });
  NetworkOptions misspelt = options();
  misspelt.more = {{"treshold", 0.3}};
  BOOST_CHECK_EXCEPTION(Network(context, misspelt), ConfigError,
                        [](const auto& error) { return says(error, "did you mean \"threshold\""); });
}

BOOST_AUTO_TEST_CASE(a_saved_network_is_read_back_and_started_from) {
  const test::TemporaryDirectory folder;
  const Context context;
  NetworkOptions options{
      .inputs = 4, .hidden = {3, 2}, .outputs = 2, .neuron = "het_lif", .recurrent = true, .dt_ms = 0.5};
  Network network(context, options);
  network.save(folder / "net.h5");
  const SavedNetwork saved(folder / "net.h5");
  BOOST_TEST(saved.facts().inputs == 4U);
  BOOST_TEST(saved.facts().outputs == 2U);
  BOOST_TEST(saved.facts().dt_ms == 0.5);
  BOOST_TEST(saved.step() == 0U);
  BOOST_CHECK_THROW((void)saved.read("hidden1.w", Quantity::moment1), UsageError);
  options.seed = 7;
  options.more = {{"initial", (folder / "net.h5").string()}};
  const Network started(context, options);
  for (const ArrayFacts& array : network.facts().arrays) {
    BOOST_TEST(saved.read(array.name) == network.read(array.name), boost::test_tools::per_element());
    BOOST_TEST(started.read(array.name) == network.read(array.name), boost::test_tools::per_element());
  }
  options.dt_ms = 1.0;
  BOOST_CHECK_THROW(Network(context, options), DataError);
}

BOOST_AUTO_TEST_CASE(a_network_without_a_readout_is_saved_as_one) {
  const test::TemporaryDirectory folder;
  const Context context;
  Network(context, {.inputs = 4, .hidden = {3}, .outputs = 3, .readout = false}).save(folder / "net.h5");
  const SavedNetwork saved(folder / "net.h5");
  BOOST_TEST(saved.facts().outputs == 3U);
  BOOST_TEST(saved.facts().populations.size() == 1U);
}
