// Plugins that were built for the minor versions 1.0, 1.1, 1.2 and 1.4 of the contract, with the headers of that time.
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <numeric>

#include "backend/backend.hpp"
#include "network/spec.hpp"
#include "plugin/support.hpp"
#include "training/evaluate.hpp"

using namespace hetsyn;

namespace {

NetworkState small_network(const TaskInfo& info) {
  NetworkSpec spec;
  spec.inputs = info.inputs;
  spec.hidden = {4};
  spec.outputs = info.outputs;
  return build_network(spec, 1);
}

}  // namespace

BOOST_DATA_TEST_CASE(they_load_and_are_evaluated_with_their_own_metrics, boost::unit_test::data::make({0, 1, 2, 4}),
                     minor) {
  const std::string name = "contract_1_" + std::to_string(minor);
  const LoadedPlugin loaded = load_plugin(std::filesystem::path(HETSYN_TEST_PLUGINS) / ("hetsyn_task_" + name + ".so"));
  const TaskPlugin& plugin = loaded.description;
  BOOST_TEST(plugin.name == name);
  BOOST_TEST((loaded.table.abi_version & 0xFFFFU) == static_cast<unsigned>(minor));
  BOOST_TEST(plugin.keys.size() == (minor == 0 ? 1U : 2U));
  const auto task = plugin.open(std::vector<NamedValue>{{"spikes", std::int64_t{2}}}, {});
  const TaskInfo& info = task->info();
  BOOST_TEST(info.skipped == (minor >= 2 ? 1U : 0U));
  BOOST_TEST(info.data_digest.empty());
  BOOST_TEST(info.class_names.empty());
  BOOST_REQUIRE_EQUAL(info.metrics.size(), 2U);
  for (const MetricInfo& metric : info.metrics) BOOST_TEST((metric.rule.kind == MetricKind::own));
  BOOST_TEST(task->fill({0, 1, 0, info.steps, 1.0}).input->spikes.steps == (std::vector<std::uint32_t>{0, 1}),
             boost::test_tools::per_element());

  SampleSet set{"test", 1, SplitRole::test, false, {}};
  set.indices.resize(info.splits[1].samples);
  std::iota(set.indices.begin(), set.indices.end(), std::uint64_t{0});
  const auto backend = make_backend("cpu", small_network(info), {.threads = 1});
  EvaluationSettings settings;
  settings.batch = 3;
  const auto metrics = evaluate(*backend, *task, set, settings);
  BOOST_REQUIRE(metrics.has_value());
  BOOST_TEST(metrics->metrics[0].name == "accuracy");
  BOOST_TEST(metrics->metrics[0].value >= 0.0);
  BOOST_TEST(metrics->metrics[0].value <= 1.0);
  BOOST_TEST(metrics->metrics[1].value == 8.0);
}
