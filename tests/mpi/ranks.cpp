#include "mpi/ranks.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "support/compare.hpp"

namespace hetsyn::test {
namespace {

/// Sums in another order change a gradient by some 1e-7 of it, and a run of 24 steps by a little more; a spike that
/// flips would change it by 1e-2.
constexpr double kTolerance = 2e-5;

void check_close(const EpochRecord& a, const EpochRecord& b) {
  BOOST_TEST(a.step == b.step);
  BOOST_TEST_REQUIRE(a.splits.size() == b.splits.size());
  for (std::size_t s = 0; s < a.splits.size(); ++s) {
    for (const NamedMetric& metric : a.splits[s].metrics) {
      const double other = b.metric(a.splits[s].split, metric.name).value();
      BOOST_TEST(std::abs(metric.value - other) <= kTolerance * std::abs(other),
                 a.splits[s].split << " " << metric.name << ": " << metric.value << " and " << other);
    }
  }
}

}  // namespace

std::vector<std::string> shared_run(const std::string& out) {
  return with(small_run(out), {"--set", "train.batch=5", "--set", "model.dropout=0.2"});
}

void check_close(const Result& a, const Result& b) {
  BOOST_TEST(relative_error(a.last.parameters, b.last.parameters) < kTolerance);
  check_close(a.last.progress.records.last.value(), b.last.progress.records.last.value());
}

std::uint64_t steps_recorded(const std::filesystem::path& run) {
  const auto summary = nlohmann::json::parse(read_text(run / "summary.json"), nullptr, false);
  return summary.is_object() ? summary["steps"].get<std::uint64_t>() : 0;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace hetsyn::test
