#pragma once
#include <string>
#include <vector>

#include "cli/program.hpp"
#include "training/checkpoint.hpp"

/// The program under mpirun.
namespace hetsyn::test {

inline std::vector<std::string> mpirun(int ranks) { return {HETSYN_MPIRUN, "-n", std::to_string(ranks)}; }

inline Outcome run_ranks(int ranks, const std::vector<std::string>& arguments, const std::filesystem::path& directory) {
  return Program(arguments, directory, mpirun(ranks)).wait();
}

/// small_run() with dropout and a remainder: batches of 5 are shared as 2 and 3.
std::vector<std::string> shared_run(const std::string& out);

/// What two equal runs have in common: trained state, progress and metrics, but no times.
struct Result {
  Checkpoint last;
  std::string metrics;
};
Result result_of(const std::filesystem::path& run);

/// Bit for bit.
void check_equal(const Result& a, const Result& b);
/// Up to the order of sums.
void check_close(const Result& a, const Result& b);

std::uint64_t steps_recorded(const std::filesystem::path& run);

/// How often `part` is in `text`.
std::size_t count(const std::string& text, const std::string& part);

}  // namespace hetsyn::test
