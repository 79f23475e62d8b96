#pragma once
#include <cstddef>

/// cuBLAS for the emulated device, with the table of device/cublas.hpp: column-major products, as work of the stream of
/// their handle. It refuses what the library refuses, and also what would give other results or use other memory than
/// the backend guarantees: a handle without its own workspace, or with defaults that were not set.
namespace hetsyn::simt {

/// Until the end of the scope there is no cuBLAS.
class WithoutCublas {
 public:
  WithoutCublas();
  ~WithoutCublas();
  WithoutCublas(const WithoutCublas&) = delete;
  WithoutCublas& operator=(const WithoutCublas&) = delete;

 private:
  bool before_;
};

/// Sets whether there is a cuBLAS.
void set_cublas(bool present);

/// The number of products so far.
std::size_t products();

}  // namespace hetsyn::simt
