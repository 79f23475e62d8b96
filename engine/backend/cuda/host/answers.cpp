#include "backend/cuda/host/answers.hpp"

#include "backend/cuda/host/packed_spikes.hpp"

namespace hetsyn::cuda {

template <class T>
void Answers::resize(Fetched<T>& fetched, std::size_t row) {
  fetched.row = row;
  fetched.size = batch_.samples * row;
  if (fetched.host.size() >= fetched.size) return;
  copied_.synchronize();  // copies that nobody has waited for may not be done
  fetched.host = HostBuffer<T>(fetched.size);
}

template <class T>
void Answers::Fetched<T>::fetch(const DeviceBuffer<T>& from, const Part& part, Stream& copies) {
  from.download(host.span().subspan(part.first * row, part.count * row), copies);
}

void Answers::start(const std::vector<Population>& populations, const TapeShape& batch) {
  batch_ = batch;
  const PopulationLayout& readout = populations.back().layout;
  outputs_ = readout.size;
  resize(potential_, readout.spiking ? 0 : batch.steps * outputs_);
  resize(spikes_, readout.spiking ? batch.words() * outputs_ : 0);
  counts_.resize(populations.size());
  for (std::size_t p = 0; p < populations.size(); ++p) {
    const PopulationLayout& layout = populations[p].layout;
    resize(counts_[p], layout.spiking ? layout.size : 0);
  }
  unpacked_.clear();
}

void Answers::fetch_readout(const std::vector<Population>& populations, const Part& part, Stream& copies) {
  potential_.fetch(populations.back().potential, part, copies);
  spikes_.fetch(populations.back().spikes, part, copies);
  copied_.record(copies);
}

void Answers::fetch_counts(const std::vector<Population>& populations, const Part& part, Stream& stream,
                           Stream& copies) {
  computed_.record(stream);
  copies.wait_for(computed_);
  for (std::size_t p = 0; p < populations.size(); ++p) counts_[p].fetch(populations[p].counts, part, copies);
  copied_.record(copies);
}

std::span<const float> Answers::readout() const {
  copied_.synchronize();
  if (spikes_.size == 0) return potential_.values();
  if (unpacked_.empty()) {
    unpacked_.resize(batch_.samples * batch_.steps * outputs_);
    unpack_spikes(spikes_.values(), batch_.steps, outputs_, unpacked_);
  }
  return unpacked_;
}

std::span<const float> Answers::spike_counts(std::size_t population) const {
  if (counts_.empty()) return {};
  copied_.synchronize();
  return counts_.at(population).values();
}

}  // namespace hetsyn::cuda
