#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/host/batch_plan.hpp"
#include "backend/cuda/host/population.hpp"

namespace hetsyn::cuda {

/// The results of a forward pass on the host: spike counts, and the readout if it is requested. They are copied while
/// the backward pass runs, which does not change them.
class Answers {
 public:
  /// Allocates memory for the results of a batch; the previous results are lost.
  void start(const std::vector<Population>& populations, const TapeShape& batch);
  /// Starts copying the counts of a part in the stream `copies`, after the work of `stream` so far.
  void fetch_counts(const std::vector<Population>& populations, const Part& part, Stream& stream, Stream& copies);
  /// The same for the readout of the part; call it after fetch_counts().
  void fetch_readout(const std::vector<Population>& populations, const Part& part, Stream& copies);
  /// The event after all copies. Work that overwrites what they read, such as the next forward pass, waits for it.
  [[nodiscard]] const Event& copied() const { return copied_; }

  // These block until the copies are done.
  [[nodiscard]] std::span<const float> readout() const;                             ///< [B][T][K]
  [[nodiscard]] std::span<const float> spike_counts(std::size_t population) const;  ///< [B][N]

 private:
  /// Values of all samples, `row` for each sample.
  template <class T>
  struct Fetched {
    HostBuffer<T> host;
    std::size_t row = 0, size = 0;

    void fetch(const DeviceBuffer<T>& from, const Part& part, Stream& copies);
    [[nodiscard]] std::span<const T> values() const { return host.span().first(size); }
  };

  template <class T>
  void resize(Fetched<T>& fetched, std::size_t row);

  Event computed_, copied_;
  TapeShape batch_;
  std::size_t outputs_ = 0;              ///< K
  Fetched<float> potential_;             ///< [B][T][K] for a leaky readout
  Fetched<std::uint32_t> spikes_;        ///< [B][W][K] for a spiking readout
  std::vector<Fetched<float>> counts_;   ///< [B][N] of each population
  mutable std::vector<float> unpacked_;  ///< spikes_ as [B][T][K], set when they are first read
};

}  // namespace hetsyn::cuda
