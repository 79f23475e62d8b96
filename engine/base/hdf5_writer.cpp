#include "base/hdf5_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <hetsyn/exceptions.hpp>
#include <vector>

namespace hetsyn {

Hdf5Handle hdf5_text_type(std::size_t length, H5T_cset_t characters) {
  Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), std::max<std::size_t>(length, 1));
  H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
  H5Tset_cset(type.get(), characters);
  return type;
}

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

void Hdf5Writer::write_texts(const std::string& path, std::span<const std::string> texts, H5T_cset_t characters) {
  std::size_t width = 1;
  for (const std::string& text : texts) width = std::max(width, text.size());
  std::string block;
  for (const std::string& text : texts) block += text + std::string(width - text.size(), '\0');
  const Hdf5Handle type = hdf5_text_type(width, characters);
  write(path, type.get(), type.get(), block.data(), {texts.size()});
}

void Hdf5Writer::write_attribute(const std::string& path, const char* name, hid_t stored_type, hid_t memory_type,
                                 const void* value) {
  const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Hdf5Handle attribute(H5Acreate_by_name(file_.get(), path.c_str(), name, stored_type, space.get(), H5P_DEFAULT,
                                               H5P_DEFAULT, H5P_DEFAULT),
                             H5Aclose);
  if (!attribute.valid() || H5Awrite(attribute.get(), memory_type, value) < 0) {
    throw RunError(fmt::format("{}: HDF5 cannot store the attribute {} of {}", name_, name, path));
  }
}

void Hdf5Writer::write_text_attribute(const std::string& path, const char* name, const std::string& text) {
  const Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), H5T_VARIABLE);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  const char* const characters = text.c_str();
  write_attribute(path, name, type.get(), type.get(), static_cast<const void*>(&characters));
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
