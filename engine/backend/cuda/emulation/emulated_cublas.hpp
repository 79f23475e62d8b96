#pragma once
#include <cstddef>

/// cuBLAS on the emulated device, behind the table of device/cublas.hpp: column-major products, as work of the
/// stream of their handle. It refuses what the library would refuse, and beside that what would give other bits or
/// other memory than the backend promises: a handle without a workspace of its own, or with defaults that nobody chose.
namespace hetsyn::simt {

/// Until the end of the scope there is no library.
class WithoutCublas {
 public:
  WithoutCublas();
  ~WithoutCublas();
  WithoutCublas(const WithoutCublas&) = delete;
  WithoutCublas& operator=(const WithoutCublas&) = delete;

 private:
  bool before_;
};

/// Whether there is a library, from now on.
void set_cublas(bool present);

/// Products asked for so far.
std::size_t products();

}  // namespace hetsyn::simt
