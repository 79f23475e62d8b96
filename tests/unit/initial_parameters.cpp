// Files of parameters, and what a network does not start from.
#include "run/initial_parameters.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <hetsyn/exceptions.hpp>
#include <limits>

#include "network/spec.hpp"
#include "run/parameter_arrays.hpp"
#include "support/temporary_directory.hpp"
#include "training/parameter_file.hpp"

using namespace hetsyn;

namespace {

/// A population of 2 neurons with 3 inputs and a readout of 1.
NetworkLayout small_network(NeuronModel model = NeuronModel::het_lif) {
  NetworkSpec spec;
  spec.model = model;
  spec.inputs = 3;
  spec.hidden = {2};
  spec.outputs = 1;
  spec.recurrent = true;
  return network_layout(spec);
}

const ParameterArray kWeights{"hidden1.w", 2, 3, {1, 2, 3, 4, 5, 6}};
const ParameterArray kDecays{"hidden1.r", 2, 1, {0.25F, 0.75F}};
constexpr const char* kStep = "[model]\ndt_ms = 1.0\n";

struct Fixture {
  test::TemporaryDirectory folder;
  std::string file = (folder / "net.h5").string();

  InitialParameters through_file(const std::string& config, const std::vector<ParameterArray>& arrays) {
    write_parameter_file(file, config, arrays);
    return read_initial_parameters(file, small_network());
  }
};

struct Refused {
  const char* what;
  std::string config;
  ParameterArray array;
};
std::ostream& operator<<(std::ostream& out, const Refused& refused) { return out << refused.what; }

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
const std::vector<Refused> kRefused{
    {"no array \"hiden1.w\"; did you mean \"hidden1.w\"?", kStep, {"hiden1.w", 2, 3, kWeights.values}},
    {"hidden1.w has the shape [3][2]; expected [2][3]", kStep, {"hidden1.w", 3, 2, kWeights.values}},
    {"hidden1.w[1][2] is nan; expected a finite number", kStep, {"hidden1.w", 2, 3, {1, 2, 3, 4, 5, kNan}}},
    {"hidden1.r[1][0] is 1.5; expected a decay, 0 to 1", kStep, {"hidden1.r", 2, 1, {0.5F, 1.5F}}},
    {"hidden1.w_rec[1][1] is 4; expected 0, as the population has no self-connections",
     kStep,
     {"hidden1.w_rec", 2, 2, {0, 2, 3, 4}}},
    {"hidden1.r has decays for steps of 2 ms; expected model.dt_ms = 1", "[model]\ndt_ms = 2\n", kDecays},
    {"hidden1.r has decays but no model.dt_ms in its config; expected 1 ms", "", kDecays},
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(initial_parameters, Fixture)

BOOST_AUTO_TEST_CASE(arrays_come_back_bit_for_bit) {
  const InitialParameters initial = through_file(kStep, {kWeights, kDecays});
  BOOST_TEST(initial.facts.file == file);
  BOOST_TEST(initial.facts.arrays == (std::vector<std::string>{"hidden1.r", "hidden1.w"}),
             boost::test_tools::per_element());
  BOOST_TEST(initial.arrays[0].values == kDecays.values, boost::test_tools::per_element());
  BOOST_TEST(initial.arrays[1].values == kWeights.values, boost::test_tools::per_element());

  const NetworkLayout network = small_network();
  const ParameterLayout layout = parameter_layout(network);
  AlignedVector<float> block(layout.size, 9.0F);
  write_arrays(network, initial.arrays, block);
  for (const ParameterGroup& group : layout.groups) {
    const bool given = group.name == "hidden1.w" || group.name == "hidden1.r";
    BOOST_TEST((group_span(std::span<const float>(block), group)[0] != 9.0F) == given, group.name);
  }
}

BOOST_AUTO_TEST_CASE(the_digest_is_of_the_arrays_and_not_of_the_file) {
  const InitialFacts facts = through_file(kStep, {kWeights, kDecays}).facts;
  BOOST_TEST(given_parameters({kDecays, kWeights}, small_network()).facts.digest == facts.digest);
  BOOST_TEST(given_parameters({kWeights, kDecays}, small_network()).facts.digest == facts.digest);
  BOOST_TEST(through_file("[model]\ndt_ms = 1\n", {kDecays, kWeights}).facts.digest == facts.digest);
  BOOST_TEST(through_file(kStep, {kWeights}).facts.digest != facts.digest);
  const InitialFacts read = initial_from_json(JsonValue::parse(to_json(facts).dump(), "facts"));
  BOOST_TEST(read.file == facts.file);
  BOOST_TEST(read.digest == facts.digest);
  BOOST_TEST(read.arrays == facts.arrays, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(weights_need_no_time_step) { BOOST_TEST(through_file("", {kWeights}).arrays.size() == 1U); }

BOOST_DATA_TEST_CASE_F(Fixture, what_the_network_does_not_have_is_refused_with_file_and_array, kRefused) {
  const auto says_so = [&](const DataError& error) {
    return std::string(error.what()) == "model.initial: " + file + ": " + sample.what;
  };
  BOOST_CHECK_EXCEPTION(through_file(sample.config, {sample.array}), DataError, says_so);
}

BOOST_AUTO_TEST_CASE(nothing_and_twice_are_refused) {
  BOOST_CHECK_THROW(through_file(kStep, {}), Error);
  BOOST_CHECK_THROW(given_parameters({kWeights, kWeights}, small_network()), UsageError);
  BOOST_CHECK_THROW(read_initial_parameters((folder / "absent.h5").string(), small_network()), RunError);
  test::write_text(file, "no checkpoint");
  BOOST_CHECK_THROW(read_initial_parameters(file, small_network()), RunError);
}

BOOST_AUTO_TEST_SUITE_END()
