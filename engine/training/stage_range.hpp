#pragma once
#ifdef HETSYN_NVTX
#include <nvtx3/nvToolsExt.h>
#endif

namespace hetsyn {

/// A stage of the work on this thread, from here to the end of the scope, as Nsight Systems shows it
/// (docs/performance.md). Costs nothing where no profiler runs; builds without CUDA do not have it.
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

/// Calls the function as a stage and returns what it returns.
template <class Function>
decltype(auto) in_stage(const char* name, Function&& function) {
  const StageRange stage(name);
  return function();
}

}  // namespace hetsyn
