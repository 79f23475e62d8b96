#pragma once
#include <array>
#include <cstddef>
#include <vector>

/// Units are simulated in parallel in lanes, so that the compiler vectorises plain loops over them.
namespace hetsyn::tasks {

inline constexpr std::size_t kLanes = 32;
using Lanes = std::array<float, kLanes>;
/// [step][lane]
using LaneSeries = std::vector<Lanes>;

// The compiler makes one version of the function per instruction set, and the dynamic linker chooses one
// (target_clones). ThreadSanitizer crashes on such functions.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define HETSYN_VECTOR_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define HETSYN_VECTOR_CLONES
#endif

}  // namespace hetsyn::tasks
