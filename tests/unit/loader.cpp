#include "data/loader.hpp"

#include <boost/test/unit_test.hpp>
#include <numeric>

#include "base/threads.hpp"
#include "unit/fake_task.hpp"

using namespace hetsyn;
using hetsyn::testing::FakeTask;

namespace {

constexpr std::size_t kLarge = 1 << 20;  // bytes: room for every sample here

/// Not the natural order.
std::vector<std::uint64_t> descending(std::size_t samples) {
  std::vector<std::uint64_t> order(samples);
  std::iota(order.rbegin(), order.rend(), std::uint64_t{0});
  return order;
}

LoadRequest request_for(std::size_t samples, std::size_t batch) {
  LoadRequest request;
  request.samples = descending(samples);
  request.batch = batch;
  return request;
}

/// Everything the loader gives, as one list of numbers.
std::vector<double> contents(BatchLoader& loader) {
  std::vector<double> all;
  while (const auto batch = loader.next()) {
    all.push_back(static_cast<double>(batch->input.size()));
    for (const auto& sample : batch->input.samples) {
      all.insert(all.end(), sample->spikes.offsets.begin(), sample->spikes.offsets.end());
      all.insert(all.end(), sample->spikes.steps.begin(), sample->spikes.steps.end());
    }
    all.insert(all.end(), batch->labels.begin(), batch->labels.end());
    all.insert(all.end(), batch->target.begin(), batch->target.end());
  }
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(loader)

BOOST_AUTO_TEST_CASE(batches_come_in_order_and_the_smaller_last_one_is_kept) {
  FakeTask task;
  task.info_.targets = 3;
  const LoadRequest request = request_for(10, 4);
  BatchLoader loader(task, nullptr, request);
  std::size_t first = 0;
  for (const std::size_t size : {4u, 4u, 2u}) {
    const auto batch = loader.next();
    BOOST_TEST_REQUIRE(batch.has_value());
    BOOST_TEST_REQUIRE(batch->input.size() == size);
    BOOST_TEST(batch->input.steps == 12u);
    BOOST_TEST(batch->input.inputs == 6u);
    for (std::size_t b = 0; b < size; ++b) {
      const Sample expected = task.fill({.index = request.samples[first + b], .steps = 12});
      BOOST_TEST(batch->labels[b] == expected.label);
      BOOST_TEST((batch->input.samples[b]->spikes.steps == expected.input->spikes.steps));
      const auto target = batch->target.begin() + static_cast<std::ptrdiff_t>(b * 12 * 3);
      BOOST_TEST(std::equal(expected.target.begin(), expected.target.end(), target));
    }
    first += size;
  }
  BOOST_TEST(!loader.next().has_value());
  BOOST_TEST(!loader.next().has_value());
}

BOOST_AUTO_TEST_CASE(content_does_not_depend_on_threads_or_queue_length) {
  FakeTask task;
  task.info_.static_samples = false;
  task.info_.targets = 1;
  LoadRequest request = request_for(50, 8);
  request.seed = 3;
  request.perturbation = {.deletion = 0.1, .jitter_ms = 1.0, .addition = 0.05, .seed = 4};
  std::vector<double> expected;
  {
    request.batches_ahead = 1;
    expected = on_threads(1, [&] {
      BatchLoader loader(task, nullptr, request);
      return contents(loader);
    });
  }
  request.batches_ahead = 5;
  BatchLoader loader(task, nullptr, request);
  BOOST_TEST((contents(loader) == expected));
  request.seed = 5;
  BatchLoader other(task, nullptr, request);
  BOOST_TEST((contents(other) != expected));
}

BOOST_AUTO_TEST_CASE(static_samples_are_filled_once) {
  FakeTask task;
  SampleCache cache(kLarge);
  const LoadRequest request = request_for(10, 4);
  BatchLoader first(task, &cache, request);
  const auto expected = contents(first);
  BOOST_TEST(task.fills == 10);
  BatchLoader second(task, &cache, request);
  BOOST_TEST((contents(second) == expected));
  BOOST_TEST(task.fills == 10);
  // A perturbed evaluation starts from the kept samples and leaves them as they are.
  LoadRequest perturbed = request;
  perturbed.perturbation.deletion = 0.5;
  BatchLoader third(task, &cache, perturbed);
  BOOST_TEST((contents(third) != expected));
  BOOST_TEST(task.fills == 10);
  BatchLoader fourth(task, &cache, request);
  BOOST_TEST((contents(fourth) == expected));
}

BOOST_AUTO_TEST_CASE(what_depends_on_seed_or_warp_is_not_kept) {
  FakeTask task;
  SampleCache cache(kLarge);
  LoadRequest request = request_for(4, 4);
  request.time_scale = 1.5;
  BatchLoader warped(task, &cache, request);
  const auto batch = warped.next();
  BOOST_TEST_REQUIRE(batch.has_value());
  BOOST_TEST(batch->input.steps == 18u);
  BOOST_TEST(cache.bytes() == 0u);
  task.info_.static_samples = false;
  request.time_scale = 1.0;
  BatchLoader drawn(task, &cache, request);
  BOOST_TEST(contents(drawn).size() > 0u);
  BOOST_TEST(cache.bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(augmentation_depends_on_seed_and_sample_alone) {
  FakeTask task;
  SampleCache cache(kLarge);
  const LoadRequest plain = request_for(20, 4);
  LoadRequest request = plain;
  request.seed = 8;
  request.augmentation = {.blend_probability = 0.5, .drop_probability = 0.5, .jitter_channels = 1.0};
  const auto label_of = [&](std::uint64_t sample) { return task.sample_info(0, sample).label; };
  request.partners = std::make_shared<BlendPartners>(descending(20), label_of);
  BatchLoader first(task, &cache, request);
  const auto expected = contents(first);
  // A partner that another thread is filling just then is filled once more; afterwards all are kept.
  const int fills = task.fills;
  BOOST_TEST(fills >= 20);
  BatchLoader again(task, &cache, request);
  BOOST_TEST((contents(again) == expected));
  BOOST_TEST(task.fills == fills);
  BatchLoader uncached(task, nullptr, request);
  BOOST_TEST((contents(uncached) == expected));
  // In another order, each sample is what it was.
  LoadRequest reversed = request;
  reversed.samples = SampleOrder::from(0, 20);
  request.batch = reversed.batch = 20;
  BatchLoader forward(task, &cache, request), backward(task, &cache, reversed);
  const Batch a = forward.next().value(), b = backward.next().value();
  for (std::size_t i = 0; i < 20; ++i) {
    BOOST_TEST((a.input.samples[i]->spikes.steps == b.input.samples[19 - i]->spikes.steps));
  }
  // What is kept is whole, and another seed is another epoch.
  BatchLoader clean(task, &cache, plain), filled(task, nullptr, plain);
  BOOST_TEST((contents(clean) == contents(filled)));
  request.seed = 9;
  BatchLoader other(task, &cache, request);
  BOOST_TEST((contents(other) != expected));
}

BOOST_AUTO_TEST_CASE(the_cache_stays_within_its_budget) {
  FakeTask task;
  SampleCache sizing(kLarge);
  BatchLoader one(task, &sizing, request_for(1, 1));
  contents(one);
  const std::size_t budget = sizing.bytes() * 7 / 2;  // samples differ in size: room for three or so
  SampleCache cache(budget);
  BatchLoader loader(task, &cache, request_for(10, 4));
  contents(loader);
  BOOST_TEST(cache.bytes() > 0u);
  BOOST_TEST(cache.bytes() <= budget);
  task.fills = 0;
  BatchLoader again(task, &cache, request_for(10, 4));
  contents(again);
  BOOST_TEST(task.fills > 0);
  BOOST_TEST(task.fills < 10);
}

BOOST_AUTO_TEST_CASE(an_exception_of_the_task_reaches_the_caller) {
  FakeTask task;
  task.failing_sample = 3;  // requested as the 7th of 10
  BatchLoader loader(task, nullptr, request_for(10, 4));
  BOOST_TEST(loader.next().has_value());
  BOOST_CHECK_EXCEPTION(loader.next(), DataError,
                        [](const DataError& e) { return std::string(e.what()) == "the failing sample"; });
}

BOOST_AUTO_TEST_CASE(a_target_of_another_size_is_refused) {
  class WrongTarget : public FakeTask {
   public:
    [[nodiscard]] Sample fill(const SampleRequest& request) const override {
      Sample sample = FakeTask::fill(request);
      sample.target.resize(5);
      return sample;
    }
  } wrong;
  wrong.info_.targets = 2;
  BatchLoader loader(wrong, nullptr, request_for(4, 2));
  BOOST_CHECK_THROW(loader.next(), DataError);
}

BOOST_AUTO_TEST_CASE(a_loader_may_be_dropped_early) {
  FakeTask task;
  for (int i = 0; i < 20; ++i) {
    BatchLoader loader(task, nullptr, request_for(200, 2));
    if (i % 2 == 0) BOOST_TEST(loader.next().has_value());
  }
  BOOST_TEST(task.fills < 20 * 200);  // the rest was not loaded
}

BOOST_AUTO_TEST_SUITE_END()
