#include <algorithm>

#include "backend/cuda/host/cuda_backend.hpp"
#include "backend/cuda/kernels/loss.hpp"
#include "backend/cuda/kernels/metrics.hpp"

namespace hetsyn::cuda {
namespace {

/// Ensures a size of `size` values; the previous ones may still be being copied.
template <class T>
std::span<T> host_room(HostBuffer<T>& buffer, std::size_t size, const Event& copied) {
  if (buffer.size() < size) {
    copied.synchronize();
    buffer = HostBuffer<T>(size);
  }
  return buffer.span().first(size);
}

}  // namespace

bool CudaBackend::start_metrics(const BatchMetrics& metrics) {
  if (parts_.size() != 1 || !fits_label_loss(readout_on_device().outputs, device_limits())) return false;
  const std::size_t samples = batch_.size(), classes = metrics.decisions.size() * samples;
  try {
    stream_.wait_for(metrics_.copied);
    metrics_.classes.grow(classes);
    metrics_.squared_errors.grow(metrics.target ? samples : 0);
    if (metrics.target) {
      std::ranges::copy(*metrics.target, metrics_.target.fill(metrics.target->size()).begin());
      metrics_.target.send(metrics.target->size(), stream_);
    }
  } catch (const OutOfDeviceMemory&) {
    return false;  // the plan of a batch does not include memory for metrics
  }
  metrics_.decisions = metrics.decisions.size();
  metrics_.has_squared_errors = metrics.target.has_value();
  for (std::size_t rule = 0; rule < metrics_.decisions; ++rule) {
    decide_classes(metrics.decisions[rule], readout_on_device(), shape(), metrics_.classes.data() + rule * samples,
                   stream_);
  }
  if (metrics.target) {
    sum_squared_errors(readout_on_device(), shape(), metrics_.target.device().data(), metrics_.squared_errors.data(),
                       stream_);
  }
  fetch_metrics();
  return true;
}

void CudaBackend::fetch_metrics() {
  const std::size_t samples = batch_.size(), classes = metrics_.decisions * samples;
  metrics_.computed.record(stream_);
  copy_stream_.wait_for(metrics_.computed);
  metrics_.classes.download(host_room(metrics_.host_classes, classes, metrics_.copied), copy_stream_);
  if (metrics_.has_squared_errors) {
    metrics_.squared_errors.download(host_room(metrics_.host_squared_errors, samples, metrics_.copied), copy_stream_);
  }
  metrics_.copied.record(copy_stream_);
}

MetricValues CudaBackend::finish_metrics() {
  const std::size_t samples = batch_.size();
  metrics_.copied.synchronize();
  MetricValues values;
  for (std::size_t rule = 0; rule < metrics_.decisions; ++rule) {
    const auto classes = metrics_.host_classes.span().subspan(rule * samples, samples);
    values.classes.emplace_back(classes.begin(), classes.end());
  }
  if (metrics_.has_squared_errors) {
    const auto errors = metrics_.host_squared_errors.span().first(samples);
    values.squared_errors.assign(errors.begin(), errors.end());
  }
  return values;
}

}  // namespace hetsyn::cuda
