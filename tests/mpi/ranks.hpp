#pragma once
#include <string>
#include <vector>

#include "cli/program.hpp"
#include "cli/small_result.hpp"

/// The program under mpirun.
namespace hetsyn::test {

inline std::vector<std::string> mpirun(int ranks) { return {HETSYN_MPIRUN, "-n", std::to_string(ranks)}; }

inline Outcome run_ranks(int ranks, const std::vector<std::string>& arguments, const std::filesystem::path& directory) {
  return Program(arguments, directory, mpirun(ranks)).wait();
}

/// small_run() with dropout and a remainder: batches of 5 are shared as 2 and 3.
std::vector<std::string> shared_run(const std::string& out);

/// Up to the order of sums.
void check_close(const Result& a, const Result& b);

std::uint64_t steps_recorded(const std::filesystem::path& run);

/// How often `part` is in `text`.
std::size_t count(const std::string& text, const std::string& part);

}  // namespace hetsyn::test
