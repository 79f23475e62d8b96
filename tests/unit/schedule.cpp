#include "training/schedule.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace hetsyn;

namespace {

constexpr double kTolerance = 1e-12;  // a few roundings of cos and pow near 1

double factor(const ScheduleSettings& schedule, std::uint64_t step, std::uint64_t steps_per_epoch = 10,
              std::uint64_t total_steps = 1000) {
  return learning_rate_factor(schedule, step, steps_per_epoch, total_steps);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(schedule)

BOOST_AUTO_TEST_CASE(constant_is_one) { BOOST_TEST(factor({}, 123) == 1.0); }

BOOST_AUTO_TEST_CASE(step_multiplies_every_so_many_steps_or_epochs) {
  ScheduleSettings s{.kind = ScheduleKind::step, .factor = 0.8, .every = 100};
  BOOST_TEST(factor(s, 99) == 1.0);
  BOOST_TEST(factor(s, 100) == 0.8);
  BOOST_TEST(std::abs(factor(s, 999) - std::pow(0.8, 9)) < kTolerance);
  s.unit = ScheduleUnit::epoch;
  s.every = 3;  // 30 steps
  BOOST_TEST(factor(s, 29) == 1.0);
  BOOST_TEST(factor(s, 30) == 0.8);
}

BOOST_AUTO_TEST_CASE(cosine_warms_up_linearly_then_falls_to_zero) {
  ScheduleSettings s{.kind = ScheduleKind::cosine, .warmup = 0.05};  // span: 1000 steps, warm-up 50
  BOOST_TEST(std::abs(factor(s, 0) - 1.0 / 50.0) < kTolerance);
  BOOST_TEST(std::abs(factor(s, 24) - 0.5) < kTolerance);
  BOOST_TEST(factor(s, 49) == 1.0);
  BOOST_TEST(factor(s, 50) == 1.0);
  BOOST_TEST(std::abs(factor(s, 525) - 0.5) < kTolerance);  // half way from 50 to 1000
  BOOST_TEST(std::abs(factor(s, 1000)) < kTolerance);
  BOOST_TEST(std::abs(factor(s, 5000)) < kTolerance);
}

BOOST_AUTO_TEST_CASE(the_warm_up_is_one_step_ahead_of_schedules_that_start_at_zero) {
  const ScheduleSettings s{.kind = ScheduleKind::cosine, .warmup = 0.05};
  const auto from_zero = [](std::uint64_t step) { return static_cast<double>(step) / 50.0; };
  for (std::uint64_t step = 0; step < 50; ++step)
    BOOST_TEST(std::abs(factor(s, step) - from_zero(step + 1)) < kTolerance);
}

BOOST_AUTO_TEST_CASE(cosine_without_warm_up_starts_at_one) {
  const ScheduleSettings s{.kind = ScheduleKind::cosine, .warmup = 0.0};
  BOOST_TEST(factor(s, 0) == 1.0);
  BOOST_TEST(std::abs(factor(s, 500) - 0.5) < kTolerance);
}

BOOST_AUTO_TEST_CASE(the_published_shd_schedule_stays_at_its_95_percent_point) {
  // 40 epochs of 10 steps: span 400, warm-up 20, plateau from step 380 on.
  const ScheduleSettings s{.kind = ScheduleKind::cosine, .warmup = 0.05, .epochs = 40.0, .plateau = 0.05};
  const double last = 0.5 * (1.0 + std::cos(std::acos(-1.0) * (380.0 - 20.0) / (400.0 - 20.0)));
  BOOST_TEST(std::abs(factor(s, 380) - last) < kTolerance);
  BOOST_TEST(factor(s, 379) > last);
  BOOST_TEST(factor(s, 399) == factor(s, 380));
  BOOST_TEST(factor(s, 999) == factor(s, 380));
}

BOOST_AUTO_TEST_CASE(cosine_per_epoch_changes_between_epochs_only) {
  const ScheduleSettings s{
      .kind = ScheduleKind::cosine, .unit = ScheduleUnit::epoch, .warmup = 0.05, .epochs = 40.0};  // warm-up: 2 epochs
  BOOST_TEST(factor(s, 0) == 0.5);
  BOOST_TEST(factor(s, 9) == 0.5);
  BOOST_TEST(factor(s, 10) == 1.0);
  BOOST_TEST(std::abs(factor(s, 210) - 0.5) < kTolerance);  // epoch 21, half way from 2 to 40
}

BOOST_AUTO_TEST_CASE(a_warm_up_shorter_than_a_step_is_none) {
  const ScheduleSettings s{.kind = ScheduleKind::cosine, .warmup = 0.05};
  BOOST_TEST(learning_rate_factor(s, 0, 4, 4) == 1.0);
}

BOOST_AUTO_TEST_SUITE_END()
