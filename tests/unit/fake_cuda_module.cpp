// CUDA modules for cuda_module.cpp and tests/cli, with a device that is always there, or a fault.
#include <cstdlib>
#include <hetsyn/exceptions.hpp>

#include "backend/cuda/module.hpp"
#include "base/error_text.hpp"

#if defined(FAKE_CRASHES)
[[gnu::constructor]] static void crash() { std::abort(); }
#endif

namespace {

using hetsyn::cuda::Module;

hetsyn::cuda::DeviceFacts facts() {
  return {.runtime_version = 13000,
          .driver_version = FAKE_DRIVER_VERSION,
          .error = 0,
          .error_text = "no error",
          .devices = 1,
          .name = "Fake device",
          .compute_major = 8,
          .compute_minor = 6,
          .memory_bytes = std::size_t{24} << 30};
}

std::unique_ptr<hetsyn::Backend> create(hetsyn::NetworkState /*state*/, const hetsyn::BackendOptions& /*options*/) {
  throw hetsyn::RunError("the fake device computes nothing");
}

hetsyn::BackendMemory memory(const hetsyn::NetworkLayout& /*network*/, const hetsyn::InputBatch& /*batch*/,
                             const hetsyn::BackendOptions& /*options*/) {
  return {{}, 42.0};
}

std::string nccl() { return "NCCL of the fake"; }
std::string cublas() { return "cuBLAS of the fake"; }

constexpr Module kTable{{FAKE_INTERFACE, FAKE_BUILD}, &facts, &create, &memory, &nccl, &cublas};

}  // namespace

extern "C" __attribute__((visibility("default"))) const hetsyn::ModuleHeader* FAKE_ENTRY() { return &kTable; }
