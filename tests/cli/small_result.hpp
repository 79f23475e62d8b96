#pragma once
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>

#include "cli/program.hpp"
#include "network/spec.hpp"
#include "training/checkpoint.hpp"

/// What small_run() leaves behind.
namespace hetsyn::test {

/// What two equal runs have in common: trained state, progress and metrics, but no times.
struct Result {
  Checkpoint last;
  std::string metrics;
};

inline Result result_of(const std::filesystem::path& run) {
  NetworkSpec spec;
  spec.inputs = 30;
  spec.outputs = 2;
  spec.hidden = {8};
  spec.recurrent = true;
  const NetworkState state = build_network(spec, 0);
  return {read_checkpoint((run / "checkpoints" / "last.h5").string(), state.layout), read_text(run / "metrics.jsonl")};
}

/// Bit for bit.
inline void check_equal(const Result& a, const Result& b) {
  BOOST_TEST((a.last.parameters == b.last.parameters));
  BOOST_TEST((a.last.moment1 == b.last.moment1));
  BOOST_TEST((a.last.moment2 == b.last.moment2));
  BOOST_TEST((a.last.progress == b.last.progress));
  BOOST_TEST(a.metrics == b.metrics);
}

}  // namespace hetsyn::test
