#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/host/batch_plan.hpp"
#include "backend/cuda/host/population.hpp"

namespace hetsyn::cuda {

/// What the host learns of a forward pass: spike counts, and the readout where it is asked for. They are copied while
/// the backward pass runs, which does not change them.
class Answers {
 public:
  /// Makes room for the answers to a batch; the previous ones are gone.
  void start(const std::vector<Population>& populations, const TapeShape& batch);
  /// Copies the counts of a part in the order of `copies`, as the work of `stream` so far leaves them.
  void fetch_counts(const std::vector<Population>& populations, const Part& part, Stream& stream, Stream& copies);
  /// The same for its readout, after its fetch_counts().
  void fetch_readout(const std::vector<Population>& populations, const Part& part, Stream& copies);
  /// Later work of `stream`, such as the next forward pass, waits until nothing is copied any more.
  void hold(Stream& stream) const { copied_.hold(stream); }

  // These wait for the copies.
  [[nodiscard]] std::span<const float> readout() const;                             ///< [B][T][K]
  [[nodiscard]] std::span<const float> spike_counts(std::size_t population) const;  ///< [B][N]

 private:
  /// Values of all samples; a sample has `row` of them.
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
  Fetched<float> potential_;             ///< [B][T][K] of a leaky readout
  Fetched<std::uint32_t> spikes_;        ///< [B][W][K] of a spiking one
  std::vector<Fetched<float>> counts_;   ///< [B][N] of each population
  mutable std::vector<float> unpacked_;  ///< spikes_ as [B][T][K], once they are asked for
};

}  // namespace hetsyn::cuda
