// Same seed, same bits: for any number of threads and for repeated runs.
#include <array>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <optional>

#include "backend/cases.hpp"
#include "backend/under_test.hpp"
#include "support/compare.hpp"

using namespace hetsyn;
using namespace hetsyn::test;

namespace {

struct Trained {
  std::vector<float> parameters;
  std::vector<float> gradients;  ///< of every step
  std::vector<float> readout;    ///< of the last step
};

struct Shape {
  std::size_t samples, steps;
};
/// One long sample, for which a backend may split the work in another way than over samples, and batches of some.
constexpr std::array<Shape, 4> kShapes{{{3, 40}, {1, 600}, {9, 40}, {1, 20}}};

/// An optimizer step with dropout on each of the shapes.
Trained train(Variant variant, Case c, int threads) {
  c.spec.hidden = {40, 25};
  c.spec.dropout = 0.2;
  variant.options.threads = threads;
  const std::unique_ptr<Backend> backend = create(variant, make_state(c));
  OptimizerStep step{OptimizerKind::adamw, {}};
  for (const ParameterGroup& group : backend->layout().groups) {
    step.groups.push_back({.learning_rate = 1e-3,
                           .weight_decay = 0.01,
                           .gradient_scale = 1.0,
                           .beta1 = 0.9,
                           .beta2 = 0.99,
                           .epsilon = 1e-8,
                           .bias_correction1 = 0.1,
                           .bias_correction2 = 0.01,
                           .minimum = group.is_decay() ? 0.0 : -10.0,
                           .maximum = group.is_decay() ? 1.0 : 10.0});
  }
  Trained result;
  std::vector<float> gradients(backend->layout().size);
  std::optional<TapedPass> last;
  for (std::uint64_t pass = 0; pass < kShapes.size(); ++pass) {
    c.input.samples = kShapes[pass].samples;
    c.input.steps = kShapes[pass].steps;
    const InputBatch batch = make_batch(c);
    backend->zero_gradients();
    last = backend->forward_with_tape(batch, DropoutKey{.seed = 1, .pass = pass, .first_sample = 0});
    last->backward({random_values<float>(batch.size() * batch.steps * c.spec.outputs, pass), {}});
    backend->read(Block::gradients, gradients);
    result.gradients.insert(result.gradients.end(), gradients.begin(), gradients.end());
    backend->update(step);
  }
  result.readout.assign(last->readout().begin(), last->readout().end());
  result.parameters.resize(backend->layout().size);
  backend->read(Block::parameters, result.parameters);
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(determinism)

BOOST_DATA_TEST_CASE(any_number_of_threads_and_repetition, boost::unit_test::data::make(variants()), variant) {
  for (const Case& c : ordinary_cases()) {
    const Trained expected = train(variant, c, 1);
    BOOST_TEST(euclidean_norm(expected.gradients) > 0.0);  // and no NaN
    for (const int threads : {1, 2, 3, 8}) {
      BOOST_TEST_CONTEXT(c << ", " << threads << " threads") {
        const Trained again = train(variant, c, threads);
        BOOST_TEST(same_bits(again.parameters, expected.parameters));
        BOOST_TEST(same_bits(again.gradients, expected.gradients));
        BOOST_TEST(same_bits(again.readout, expected.readout));
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
