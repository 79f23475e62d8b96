#pragma once
#include <array>
#include <cstddef>
#include <vector>

/// Units are simulated side by side in lanes, so that plain loops over them become vector instructions.
namespace hetsyn::tasks {

inline constexpr std::size_t kLanes = 32;
using Lanes = std::array<float, kLanes>;
/// [step][lane]
using LaneSeries = std::vector<Lanes>;

// The compiler makes one version of the function per instruction set; the loader picks. ThreadSanitizer crashes on
// functions that are picked so.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define HETSYN_VECTOR_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define HETSYN_VECTOR_CLONES
#endif

}  // namespace hetsyn::tasks
