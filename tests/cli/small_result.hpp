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

inline Checkpoint read_small_checkpoint(const std::filesystem::path& path) {
  NetworkSpec spec;
  spec.inputs = 30;
  spec.outputs = 2;
  spec.hidden = {8};
  spec.recurrent = true;
  return read_checkpoint(path.string(), build_network(spec, 0).layout);
}

inline Result result_of(const std::filesystem::path& run) {
  return {read_small_checkpoint(run / "checkpoints" / "last.h5"), read_text(run / "metrics.jsonl")};
}

/// Bit for bit.
inline void check_equal(const Checkpoint& a, const Checkpoint& b) {
  BOOST_TEST((a.parameters == b.parameters));
  BOOST_TEST((a.moment1 == b.moment1));
  BOOST_TEST((a.moment2 == b.moment2));
  BOOST_TEST((a.progress == b.progress));
}
inline void check_equal(const Result& a, const Result& b) {
  check_equal(a.last, b.last);
  BOOST_TEST(a.metrics == b.metrics);
}

}  // namespace hetsyn::test
