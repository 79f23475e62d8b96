#include "plugin/shd_file.hpp"

namespace hetsyn::test {
namespace {

/// IEEE half precision: 1 sign, 5 exponent, 10 mantissa bits.
hid_t half_type(bool big_endian) {
  const hid_t type = H5Tcopy(big_endian ? H5T_IEEE_F32BE : H5T_IEEE_F32LE);
  H5Tset_fields(type, 15, 10, 5, 0, 10);
  H5Tset_size(type, 2);
  H5Tset_ebias(type, 15);
  return type;
}

template <class T>
void write_ragged(hid_t file, const char* name, const std::vector<std::vector<T>>& rows, hid_t stored, hid_t native) {
  std::vector<hvl_t> views;
  for (const auto& row : rows) views.push_back({row.size(), const_cast<T*>(row.data())});
  const hsize_t count = rows.size();
  const hid_t space = H5Screate_simple(1, &count, nullptr);
  const hid_t stored_rows = H5Tvlen_create(stored);
  const hid_t native_rows = H5Tvlen_create(native);
  const hid_t dataset = H5Dcreate2(file, name, stored_rows, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  if (count > 0) H5Dwrite(dataset, native_rows, H5S_ALL, H5S_ALL, H5P_DEFAULT, views.data());
  H5Dclose(dataset);
  H5Tclose(native_rows);
  H5Tclose(stored_rows);
  H5Sclose(space);
}

/// The type in memory of numbers that are kept as std::int64_t: of those above 2^63 the bits count.
hid_t native_of(hid_t stored) {
  return H5Tget_size(stored) == 8 && H5Tget_sign(stored) == H5T_SGN_NONE ? H5T_NATIVE_UINT64 : H5T_NATIVE_INT64;
}

void write_dataset(hid_t file, const char* name, hid_t stored, hid_t native, std::size_t rows, const void* values) {
  const hsize_t count = rows;
  const hid_t space = H5Screate_simple(1, &count, nullptr);
  const hid_t dataset = H5Dcreate2(file, name, stored, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  if (count > 0) H5Dwrite(dataset, native, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  H5Dclose(dataset);
  H5Sclose(space);
}

void write_numbers(hid_t file, const char* name, const std::vector<std::int64_t>& values, hid_t stored) {
  write_dataset(file, name, stored, native_of(stored), values.size(), values.data());
}

void write_texts(hid_t file, const char* name, const std::vector<std::string>& texts, bool variable) {
  constexpr std::size_t kWidth = 16;
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, variable ? H5T_VARIABLE : kWidth);
  std::vector<const char*> pointers;
  std::string block;
  for (const std::string& text : texts) {
    pointers.push_back(text.c_str());
    block += text + std::string(kWidth - text.size(), '\0');
  }
  const void* const values = variable ? static_cast<const void*>(pointers.data()) : block.data();
  write_dataset(file, name, type, type, texts.size(), values);
  H5Tclose(type);
}

void write_attribute(hid_t file, const char* name, const std::string& text) {
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, text.size());
  const hid_t space = H5Screate(H5S_SCALAR);
  const hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  H5Awrite(attribute, type, text.c_str());
  H5Aclose(attribute);
  H5Sclose(space);
  H5Tclose(type);
}

/// A dataset whose storage is never allocated.
void claim_rows(hid_t file, const char* name, hid_t type, hsize_t count) {
  const hid_t space = H5Screate_simple(1, &count, nullptr);
  H5Dclose(H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Sclose(space);
}

void claim_all(hid_t file, hid_t time_type, hsize_t count) {
  const hid_t times = H5Tvlen_create(time_type);
  const hid_t units = H5Tvlen_create(H5T_STD_U16LE);
  claim_rows(file, "/spikes/times", times, count);
  claim_rows(file, "/spikes/units", units, count);
  claim_rows(file, "/labels", H5T_STD_U16LE, count);
  H5Tclose(units);
  H5Tclose(times);
}

}  // namespace

void ShdFile::write(const std::filesystem::path& path) const {
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  H5Gclose(H5Gcreate2(file, "/spikes", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Gclose(H5Gcreate2(file, "/extra", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  const hid_t half = half_type(big_endian);
  if (!times.empty()) write_ragged(file, "/spikes/times", times, time_type.value_or(half), H5T_NATIVE_DOUBLE);
  if (claims) claim_all(file, half, *claims);
  H5Tclose(half);
  if (!units.empty()) write_ragged(file, "/spikes/units", units, unit_type, native_of(unit_type));
  if (!labels.empty()) write_numbers(file, "/labels", labels, label_type);
  if (!speakers.empty()) write_numbers(file, "/extra/speaker", speakers, speaker_type);
  if (keys > 0) write_numbers(file, "/extra/keys", std::vector<std::int64_t>(keys), H5T_STD_U16LE);
  if (!class_names.empty()) write_texts(file, "/extra/keys", class_names, variable_texts);
  if (!speaker_names.empty()) {
    H5Gclose(H5Gcreate2(file, "/extra/meta_info", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    write_texts(file, "/extra/meta_info/name", speaker_names, variable_texts);
  }
  if (!encoder.empty()) write_attribute(file, "encoder", encoder);
  H5Fclose(file);
}

namespace {

/// Twelve recordings of two classes; `unit` is that of the last spike of each.
ShdFile small_recordings(std::int64_t unit) {
  ShdFile file;
  for (std::int64_t sample = 0; sample < 12; ++sample) {
    file.times.push_back({0.1, 0.2, 0.01 * static_cast<double>(sample)});
    file.units.push_back({sample, 7, unit});
    file.labels.push_back(sample % 2);
  }
  file.keys = 2;
  return file;
}

}  // namespace

void write_shd_recordings(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  small_recordings(9).write(folder / "shd_train.h5");
  small_recordings(8).write(folder / "shd_test.h5");  // not the same file twice
}

void write_changed_shd_recording(const std::filesystem::path& file) { small_recordings(99).write(file); }

}  // namespace hetsyn::test
