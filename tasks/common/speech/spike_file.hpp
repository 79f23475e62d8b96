#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/hdf5_writer.hpp"
#include "common/speech/spikes.hpp"

namespace hetsyn::tasks {

/// The entry of a speaker in /extra/meta_info; 0 and "unknown" if not known.
struct SpeakerInfo {
  std::string name;
  std::string gender = "unknown";
  std::uint16_t age = 0;
  std::uint16_t height_cm = 0;
};

/// Writes spikes in the format of the Spiking Heidelberg Digits: /spikes/times (variable-length rows of seconds, the
/// beginning of each spike's step: in half precision as there, or in single precision for steps of 2⁻¹¹ s and more,
/// which half precision could nearly resolve, so that every time is in its own step), /spikes/units (uint16), /labels,
/// /extra/speaker (uint16), /extra/keys (names of the classes), /extra/meta_info/{name, gender, age, body_height} (per
/// speaker), and the attribute "encoder". The file gets its name when finish() returns. All members throw RunError,
/// which names file and cause. Not thread-safe, as HDF5 is not.
class SpikeFileWriter {
 public:
  /// `step_s`: duration of a step of the spikes, which must be < 65536 s in all; `encoder`: its description.
  SpikeFileWriter(const std::filesystem::path& path, double step_s, const std::string& encoder);

  /// Appends a recording: spikes sorted by step, units < 65536; label and speaker are indices into the names of
  /// finish().
  void append(std::span<const StepSpike> spikes, std::uint16_t label, std::uint16_t speaker);
  [[nodiscard]] std::size_t recordings() const { return labels_.size(); }

  void finish(const std::vector<std::string>& class_names, const std::vector<SpeakerInfo>& speakers);

 private:
  struct Rows {
    Hdf5Handle times, units;
  };
  void append_row(const Hdf5Handle& dataset, hid_t element, void* values, std::size_t count);
  void write_numbers(const char* name, const std::vector<std::uint16_t>& values);
  void write_texts(const char* name, const std::vector<std::string>& texts);
  [[noreturn]] void fail(const char* name) const;

  std::filesystem::path path_;
  double step_s_;
  UnfinishedFile unfinished_;
  Hdf5Writer file_;
  std::optional<Rows> rows_;  ///< empty after the file is finished
  std::vector<std::uint16_t> labels_, speakers_;
};

}  // namespace hetsyn::tasks
