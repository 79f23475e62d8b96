#pragma once
#ifdef HETSYN_NVTX
#include <nvtx3/nvToolsExt.h>
#endif

namespace hetsyn {

/// An NVTX range (nvtxRangePushA, nvtxRangePop) for a stage of the work on this thread, until the end of the scope;
/// Nsight Systems shows it (docs/performance.md). Without a profiler it costs a test of a pointer; builds without CUDA
/// have no ranges.
class StageRange {
 public:
#ifdef HETSYN_NVTX
  explicit StageRange(const char* name) { nvtxRangePushA(name); }
  ~StageRange() { nvtxRangePop(); }
#else
  explicit StageRange(const char* /*name*/) {}
  ~StageRange() {}  // NOLINT(modernize-use-equals-default): an object that does something is no unused variable
#endif
  StageRange(const StageRange&) = delete;
  StageRange& operator=(const StageRange&) = delete;
};

/// Calls the function inside a range and returns its result.
template <class Function>
decltype(auto) in_stage(const char* name, Function&& function) {
  const StageRange stage(name);
  return function();
}

}  // namespace hetsyn
