// The shared bodies on the CUDA backend as it is, in the emulation of a device: see tests/simt.
#include <optional>

#include "backend/cuda/emulation/emulated_cublas.hpp"
#include "backend/cuda/emulation/emulated_device.hpp"
#include "backend/cuda/emulation/grid.hpp"
#include "backend/cuda/host/make_cuda_backend.hpp"
#include "backend/under_test.hpp"

namespace hetsyn::test {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSlow = true;
#else
constexpr bool kSlow = false;
#endif

/// Registers of a block that has room for three warps: of more than 32 neurons, recurrent populations take clusters.
constexpr std::size_t kThreeWarps = std::size_t{3} * 32 * 128;

/// What the whole program then has, as one backend at a time is under test.
template <simt::Order order, bool has_cublas, bool small_blocks>
std::unique_ptr<Backend> create(NetworkState state, const BackendOptions& options) {
  static const cuda::DeviceLimits whole = cuda::device_limits();
  static std::optional<simt::WithLimits> limited;
  cuda::DeviceLimits limits = whole;
  if (small_blocks) limits.registers_per_block = kThreeWarps;
  limited.emplace(limits);
  simt::set_schedule({order, 1});
  simt::set_cublas(has_cublas);
  return make_cuda_backend(std::move(state), options);
}

std::string available() { return {}; }

template <simt::Order order, bool has_cublas, bool small_blocks>
Variant variant(std::string name) {
  BackendInfo emulated = find_backend("cuda");
  emulated.unavailable = &available;
  emulated.create = &create<order, has_cublas, small_blocks>;
  emulated.memory = &cuda_memory;
  return {std::move(name), emulated, {}};
}

}  // namespace

const std::vector<Variant>& variants() {
  static const std::vector<Variant> table = [] {
    using simt::Order;
    std::vector<Variant> all{variant<Order::ascending, true, false>("cuda, emulated, with cuBLAS"),
                             variant<Order::seeded, false, true>("cuda, emulated, clusters, threads in drawn order")};
    if (!kSlow) all.push_back(variant<Order::seeded, false, false>("cuda, emulated, threads in drawn order"));
    return all;
  }();
  return table;
}

std::size_t most_neuron_steps() { return kSlow ? 1500 : 100000; }

}  // namespace hetsyn::test
