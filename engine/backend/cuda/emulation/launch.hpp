#pragma once
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "backend/cuda/device/device.hpp"

/// launch() of device/device.hpp for the emulation.
namespace hetsyn::cuda {

/// Puts work at the end of a stream. It runs when the host waits for it, not before: a host that forgets to wait reads
/// what was there before.
void enqueue(Stream& stream, std::function<void()> work);
/// The same for who has a stream's handle only.
void enqueue(void* stream_handle, std::function<void()> work);
/// Runs a kernel for every thread of a grid.
void run_kernel(const LaunchShape& shape, const std::function<void()>& thread_body);

template <class... Parameters, class... Arguments>
void launch(void (*kernel)(Parameters...), const LaunchShape& shape, Stream& stream, Arguments&&... arguments) {
  static_assert((std::is_trivially_copyable_v<Parameters> && ...));
  check_shape(shape);
  std::tuple<Parameters...> values(std::forward<Arguments>(arguments)...);
  enqueue(stream, [=] { run_kernel(shape, [&] { std::apply(kernel, values); }); });
}

}  // namespace hetsyn::cuda
