#include "common/speech/spike_file.hpp"

#include <hetsyn/exceptions.hpp>
#include <utility>

#include "common/files/spike_file_format.hpp"

namespace hetsyn::tasks {
namespace {

constexpr hsize_t kRowsPerChunk = 256;
constexpr std::size_t kGrowthBytes = std::size_t{1} << 20;
// The resolution of half precision for times from 0.5 to 1 s. Steps shorter than this are not distinguished.
constexpr double kHalfPrecisionStep = 0x1p-11;

/// IEEE half precision, for which HDF5 before 1.14 has no predefined type: 1 sign, 5 exponent, 10 mantissa bits.
Hdf5Handle half_precision() {
  Hdf5Handle type(H5Tcopy(H5T_IEEE_F32LE), H5Tclose);
  H5Tset_fields(type.get(), 15, 10, 5, 0, 10);
  H5Tset_size(type.get(), 2);
  H5Tset_ebias(type.get(), 15);
  return type;
}

/// A dataset of variable-length rows that can be extended.
Hdf5Handle create_rows(const Hdf5Writer& file, const char* name, hid_t element) {
  const hsize_t none = 0, unlimited = H5S_UNLIMITED;
  const Hdf5Handle space(H5Screate_simple(1, &none, &unlimited), H5Sclose);
  const Hdf5Handle row(H5Tvlen_create(element), H5Tclose);
  const Hdf5Handle chunked = hdf5_without_times();
  H5Pset_chunk(chunked.get(), 1, &kRowsPerChunk);
  return {H5Dcreate2(file.get(), name, row.get(), space.get(), hdf5_with_groups().get(), chunked.get(), H5P_DEFAULT),
          H5Dclose};
}

template <class T, class Of>
std::vector<T> collect(const std::vector<SpeakerInfo>& speakers, Of of) {
  std::vector<T> values;
  values.reserve(speakers.size());
  for (const SpeakerInfo& speaker : speakers) values.push_back(speaker.*of);
  return values;
}

}  // namespace

SpikeFileWriter::SpikeFileWriter(const std::filesystem::path& path, double step_s, const std::string& encoder)
    : path_(path),
      step_s_(step_s),
      unfinished_(path, UnfinishedFile::Writers::several),
      file_(path.string(), kGrowthBytes) {
  if (path.has_parent_path()) make_directories(path.parent_path());
  unfinished_.write("");  // detects a folder that is not writable before hours of work
  const Hdf5Handle half = half_precision();
  Hdf5Handle times = create_rows(file_, spike_file::kTimes, step_s < kHalfPrecisionStep ? half.get() : H5T_IEEE_F32LE);
  Hdf5Handle units = create_rows(file_, spike_file::kUnits, H5T_STD_U16LE);
  if (!times.valid() || !units.valid()) fail("/spikes");
  const Hdf5Handle text = hdf5_text_type(encoder.size(), H5T_CSET_ASCII);
  file_.write_attribute("/", spike_file::kEncoder, text.get(), text.get(), encoder.c_str());
  rows_.emplace(Rows{std::move(times), std::move(units)});
}

void SpikeFileWriter::append(std::span<const StepSpike> spikes, std::uint16_t label, std::uint16_t speaker) {
  std::vector<float> time_s;
  std::vector<std::uint16_t> unit;
  for (const StepSpike& spike : spikes) {
    time_s.push_back(static_cast<float>(spike.step * step_s_));
    unit.push_back(static_cast<std::uint16_t>(spike.unit));
  }
  append_row(rows_->times, H5T_NATIVE_FLOAT, time_s.data(), time_s.size());
  append_row(rows_->units, H5T_NATIVE_UINT16, unit.data(), unit.size());
  labels_.push_back(label);
  speakers_.push_back(speaker);
}

void SpikeFileWriter::append_row(const Hdf5Handle& dataset, hid_t element, void* values, std::size_t count) {
  const hsize_t row = labels_.size(), rows = row + 1, one = 1;
  const Hdf5Handle type(H5Tvlen_create(element), H5Tclose);
  const Hdf5Handle memory(H5Screate_simple(1, &one, nullptr), H5Sclose);
  if (H5Dset_extent(dataset.get(), &rows) < 0) fail("/spikes");
  const Hdf5Handle target(H5Dget_space(dataset.get()), H5Sclose);
  H5Sselect_hyperslab(target.get(), H5S_SELECT_SET, &row, nullptr, &one, nullptr);
  const hvl_t view{count, values};
  if (H5Dwrite(dataset.get(), type.get(), memory.get(), target.get(), H5P_DEFAULT, &view) < 0) fail("/spikes");
}

void SpikeFileWriter::finish(const std::vector<std::string>& class_names, const std::vector<SpeakerInfo>& speakers) {
  write_numbers(spike_file::kLabels, labels_);
  write_numbers(spike_file::kSpeaker, speakers_);
  write_texts(spike_file::kKeys, class_names);
  write_texts(spike_file::kSpeakerNames, collect<std::string>(speakers, &SpeakerInfo::name));
  write_texts("/extra/meta_info/gender", collect<std::string>(speakers, &SpeakerInfo::gender));
  write_numbers("/extra/meta_info/age", collect<std::uint16_t>(speakers, &SpeakerInfo::age));
  write_numbers("/extra/meta_info/body_height", collect<std::uint16_t>(speakers, &SpeakerInfo::height_cm));
  rows_.reset();
  unfinished_.write(file_.image());
  unfinished_.finish();
}

void SpikeFileWriter::write_numbers(const char* name, const std::vector<std::uint16_t>& values) {
  file_.write<std::uint16_t>(name, values, {values.size()});
}

void SpikeFileWriter::write_texts(const char* name, const std::vector<std::string>& texts) {
  file_.write_texts(name, texts, H5T_CSET_ASCII);
}

void SpikeFileWriter::fail(const char* name) const {
  throw RunError(path_.string() + ": " + name + " cannot be stored");
}

}  // namespace hetsyn::tasks
