// Streams and events of the emulated device.
#include "backend/cuda/emulation/streams.hpp"

#include <algorithm>
#include <deque>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include "backend/cuda/emulation/emulated_device.hpp"
#include "backend/cuda/emulation/grid.hpp"
#include "backend/cuda/emulation/launch.hpp"

namespace hetsyn {
namespace {

/// The work of a stream, which runs when somebody waits for it.
struct Queue {
  std::deque<std::function<void()>> work;
  std::size_t submitted = 0, done = 0;

  void run_until(std::size_t count) {
    while (done < count && !work.empty()) {
      const std::function<void()> next = std::move(work.front());
      work.pop_front();
      ++done;
      next();
    }
  }
  void run() { run_until(submitted); }
};

struct Point {
  std::shared_ptr<Queue> queue;
  std::size_t position = 0;
};

using QueueHandle = std::shared_ptr<Queue>;
Queue& queue_of(void* stream_handle) { return **static_cast<QueueHandle*>(stream_handle); }

std::vector<QueueHandle>& queues() {
  static std::vector<QueueHandle> all;
  return all;
}

std::exception_ptr& failure() {
  static std::exception_ptr kept;
  return kept;
}

void throw_failure() {
  if (failure() != nullptr) std::rethrow_exception(std::exchange(failure(), nullptr));
}

std::size_t launch_count = 0;

simt::Index index(const cuda::Extent& extent) { return {extent.x, extent.y, extent.z}; }

}  // namespace

namespace simt {

void run_all_streams() noexcept {
  const DeviceAccess access;
  for (const QueueHandle& queue : queues()) {
    try {
      queue->run();
    } catch (...) {
      queue->work.clear();
      failure() = std::current_exception();
    }
  }
}

std::size_t launches() { return launch_count; }

HostCalls& count_calls() {
  static HostCalls calls;
  return calls;
}
HostCalls host_calls() { return count_calls(); }

}  // namespace simt

namespace cuda {

Stream::Stream() : handle_(new QueueHandle(queues().emplace_back(std::make_shared<Queue>()))) {}

Stream::~Stream() {
  if (handle_ == nullptr) return;
  simt::run_all_streams();
  auto* const queue = static_cast<QueueHandle*>(handle_);
  std::erase(queues(), *queue);
  delete queue;
}

void Stream::synchronize() {
  ++simt::count_calls().waits;
  throw_failure();
  const simt::DeviceAccess access;
  queue_of(handle_).run();
}

void Stream::wait_for(const Event& event) {
  ++simt::count_calls().events;
  const Point point = *static_cast<const Point*>(event.handle());
  if (point.queue != nullptr) enqueue(*this, [=] { point.queue->run_until(point.position); });
}

Event::Event() : handle_(new Point) {}
Event::~Event() { delete static_cast<Point*>(handle_); }

void Event::record(Stream& stream) {
  ++simt::count_calls().events;
  const QueueHandle& queue = *static_cast<QueueHandle*>(stream.handle());
  *static_cast<Point*>(handle_) = {queue, queue->submitted};
}

void Event::synchronize() const {
  ++simt::count_calls().waits;
  throw_failure();
  const simt::DeviceAccess access;
  const Point& point = *static_cast<const Point*>(handle_);
  if (point.queue != nullptr) point.queue->run_until(point.position);
}

void enqueue(Stream& stream, std::function<void()> work) { enqueue(stream.handle(), std::move(work)); }

void enqueue(void* stream_handle, std::function<void()> work) {
  Queue& queue = queue_of(stream_handle);
  queue.work.push_back(std::move(work));
  ++queue.submitted;
}

void enqueue_kernel(Stream& stream, std::function<void()> work) {
  ++simt::count_calls().launches;
  enqueue(stream, std::move(work));
}

void run_kernel(const LaunchShape& shape, const std::function<void()>& thread_body) {
  ++launch_count;
  simt::run_grid({.grid = index(shape.grid),
                  .block = index(shape.block),
                  .cluster_blocks = shape.cluster,
                  .dynamic_bytes = shape.shared_bytes,
                  .most_shared_bytes = device_limits().shared_bytes_per_block},
                 thread_body);
}

}  // namespace cuda
}  // namespace hetsyn
