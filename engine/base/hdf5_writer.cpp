#include "base/hdf5_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <hetsyn/exceptions.hpp>
#include <vector>

namespace hetsyn {

Hdf5Handle hdf5_with_groups() {
  Hdf5Handle list(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(list.get(), 1);
  return list;
}

Hdf5Handle hdf5_without_times() {
  Hdf5Handle list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(list.get(), false);
  return list;
}

Hdf5Writer::Hdf5Writer(std::string file, std::size_t growth_bytes)
    : name_(std::move(file)),
      file_(H5Fcreate(hdf5_memory_name(name_).c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, hdf5_in_memory(growth_bytes).get()),
            H5Fclose) {
  if (!file_.valid()) throw RunError(fmt::format("{}: HDF5 cannot make a file in memory", name_));
}

void Hdf5Writer::write(const std::string& path, hid_t stored_type, hid_t memory_type, const void* values,
                       const Shape& shape) {
  const std::vector<hsize_t> dimensions(shape.begin(), shape.end());
  const Hdf5Handle space(H5Screate_simple(static_cast<int>(dimensions.size()), dimensions.data(), nullptr), H5Sclose);
  const Hdf5Handle dataset(H5Dcreate2(file_.get(), path.c_str(), stored_type, space.get(), hdf5_with_groups().get(),
                                      hdf5_without_times().get(), H5P_DEFAULT),
                           H5Dclose);
  const bool good = dataset.valid() && (count_of(shape) == 0 || H5Dwrite(dataset.get(), memory_type, H5S_ALL, H5S_ALL,
                                                                         H5P_DEFAULT, values) >= 0);
  if (!good) throw RunError(fmt::format("{}: HDF5 cannot store the dataset {}", name_, path));
}

void Hdf5Writer::write_text(const std::string& path, const std::string& text) {
  write<char>(path, text, {text.size()});
}

std::string Hdf5Writer::image() {
  H5Fflush(file_.get(), H5F_SCOPE_GLOBAL);
  const ssize_t size = H5Fget_file_image(file_.get(), nullptr, 0);
  std::string bytes(static_cast<std::size_t>(std::max<ssize_t>(size, 0)), '\0');
  if (size <= 0 || H5Fget_file_image(file_.get(), bytes.data(), bytes.size()) != size) {
    throw RunError(fmt::format("{}: HDF5 cannot hand over the file made in memory", name_));
  }
  return bytes;
}

}  // namespace hetsyn
