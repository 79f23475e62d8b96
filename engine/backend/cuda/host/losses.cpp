#include <algorithm>
#include <numeric>

#include "backend/cuda/host/cuda_backend.hpp"
#include "backend/cuda/kernels/loss.hpp"

namespace hetsyn::cuda {
namespace {

bool any_kind(std::span<const LossTerm> terms, bool (*is)(LossKind)) {
  return std::ranges::any_of(terms, is, &LossTerm::kind);
}
bool is_rate(LossKind kind) { return kind == LossKind::rate; }

}  // namespace

Readout CudaBackend::readout_on_device() {
  const Population& readout = populations_.back();
  const bool spiking = readout.layout.spiking;
  return {spiking ? nullptr : readout.potential.data(), spiking ? readout.spikes.data() : nullptr,
          static_cast<unsigned>(readout.layout.size)};
}

void CudaBackend::send_wanted(const BatchLosses& losses) {
  if (any_kind(losses.terms, has_labels)) {
    std::ranges::copy(losses.labels, loss_.labels.fill(losses.labels.size()).begin());
    loss_.labels.send(losses.labels.size(), stream_);
  }
  if (any_kind(losses.terms, has_target)) {
    std::ranges::copy(losses.target, loss_.target.fill(losses.target.size()).begin());
    loss_.target.send(losses.target.size(), stream_);
  }
}

/// Sets values to 0, and gradients if they are wanted; those of rates only if there is a rate term.
void CudaBackend::clear_loss(bool of_rates, LossGradients wanted) {
  std::size_t neurons = 0;
  for (std::size_t p = 0; of_rates && p + 1 < populations_.size(); ++p) neurons += populations_[p].layout.size;
  loss_.neurons = neurons;
  stream_.wait_for(loss_.copied);
  loss_.values.grow(batch_.size() + neurons);
  loss_.values.zero(stream_);
  if (wanted == LossGradients::kept) buffers_.d_readout.device().zero(stream_);
  d_constant_.device().grow(neurons);
  d_constant_.device().zero(stream_);
  std::ranges::fill(constants_, nullptr);
}

void CudaBackend::add_rate_losses(const LossTerm& term, double dt_ms) {
  const RateTerm rate(term, loss_.neurons, batch_.size(), batch_.steps, dt_ms);
  std::size_t at = 0;
  for (std::size_t p = 0; p + 1 < populations_.size(); ++p) {
    const std::size_t size = populations_[p].layout.size;
    float* const d_spike = d_constant_.device().data() + at;
    add_rate_loss(rate, populations_[p].counts.data(), shape().samples, static_cast<unsigned>(size), d_spike,
                  loss_.values.data() + batch_.size() + at, stream_);
    constants_[p] = d_spike;
    at += size;
  }
}

void CudaBackend::add_loss(const LossTerm& term, double dt_ms, LossGradients wanted) {
  float* const d_readout = wanted == LossGradients::kept ? buffers_.d_readout.device().data() : nullptr;
  const ReadoutLoss loss{d_readout, loss_.values.data()};
  if (term.kind == LossKind::rate) {
    add_rate_losses(term, dt_ms);
  } else if (has_target(term.kind)) {
    add_trace_loss(term, readout_on_device(), shape(), loss_.target.device().data(), loss, stream_);
  } else {
    add_label_loss(term, readout_on_device(), shape(), loss_.labels.device().data(), loss, stream_);
  }
}

void CudaBackend::fetch_loss() {
  const std::size_t count = batch_.size() + loss_.neurons;
  if (loss_.host_values.size() < count) {
    loss_.copied.synchronize();
    loss_.host_values = HostBuffer<double>(count);
  }
  loss_.fetched = loss_.host_values.span().first(count);
  loss_.computed.record(stream_);
  copy_stream_.wait_for(loss_.computed);
  loss_.values.download(loss_.fetched, copy_stream_);
  loss_.copied.record(copy_stream_);
}

bool CudaBackend::start_loss(const BatchLosses& losses, LossGradients wanted) {
  if (parts_.size() != 1 || !fits_label_loss(readout_on_device().outputs, device_limits())) return false;
  try {
    send_wanted(losses);
    clear_loss(any_kind(losses.terms, is_rate), wanted);
  } catch (const OutOfDeviceMemory&) {
    return false;  // the memory plan of a batch does not include losses
  }
  for (const LossTerm& term : losses.terms) add_loss(term, losses.dt_ms, wanted);
  fetch_loss();
  return true;
}

double CudaBackend::finish_loss() const {
  loss_.copied.synchronize();
  return std::accumulate(loss_.fetched.begin(), loss_.fetched.end(), 0.0);
}

void CudaBackend::run_backward_of_loss(const std::optional<SpikeGradients>& d_spike) {
  if (d_spike) send_d_spike(*d_spike);
  backward_part();
}

}  // namespace hetsyn::cuda
