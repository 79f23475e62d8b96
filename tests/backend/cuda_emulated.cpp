// The shared bodies on the CUDA backend as it is, in the emulation of a device: see tests/simt.
#include "backend/cuda/cuda_backend.hpp"
#include "backend/under_test.hpp"
#include "simt/emulated_cublas.hpp"
#include "simt/grid.hpp"

namespace hetsyn::test {
namespace {

/// The whole program then runs its kernels in that order, with or without a library, as one backend at a time is under
/// test.
template <simt::Order order, bool has_cublas>
std::unique_ptr<Backend> create_in_order(NetworkState state, const BackendOptions& options) {
  simt::set_schedule({order, 1});
  simt::set_cublas(has_cublas);
  return make_cuda_backend(std::move(state), options);
}

std::string available() { return {}; }

template <simt::Order order, bool has_cublas>
Variant variant(std::string name) {
  return {std::move(name), {"cuda", "emulated", &available, &create_in_order<order, has_cublas>, &cuda_memory}, {}};
}

}  // namespace

const std::vector<Variant>& variants() {
  static const std::vector<Variant> table{
      variant<simt::Order::ascending, true>("cuda, emulated, with cuBLAS"),
      variant<simt::Order::seeded, false>("cuda, emulated, without cuBLAS, threads in drawn order")};
  return table;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
std::size_t most_neuron_steps() { return 1500; }
#else
std::size_t most_neuron_steps() { return 100000; }
#endif

}  // namespace hetsyn::test
