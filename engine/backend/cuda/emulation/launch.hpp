#pragma once
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "backend/cuda/device/device.hpp"

/// launch() of device/device.hpp, for the emulation.
namespace hetsyn::cuda {

/// Appends work to a stream. It runs only when the host waits for it: if the host forgets to wait, it reads old values.
void enqueue(Stream& stream, std::function<void()> work);
/// The same with the handle of a stream.
void enqueue(void* stream_handle, std::function<void()> work);
/// The same for work that launches a kernel.
void enqueue_kernel(Stream& stream, std::function<void()> work);
/// Runs a kernel for every thread of a grid.
void run_kernel(const LaunchShape& shape, const std::function<void()>& thread_body);

template <class... Parameters, class... Arguments>
void launch(void (*kernel)(Parameters...), const LaunchShape& shape, Stream& stream, Arguments&&... arguments) {
  static_assert((std::is_trivially_copyable_v<Parameters> && ...));
  check_shape(shape);
  std::tuple<Parameters...> values(std::forward<Arguments>(arguments)...);
  enqueue_kernel(stream, [=] { run_kernel(shape, [&] { std::apply(kernel, values); }); });
}

}  // namespace hetsyn::cuda
