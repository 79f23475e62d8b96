#include "training/hdf5_image.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "core/error.hpp"

namespace hetsyn {
namespace {

template <class T>
hid_t stored_type();
template <>
hid_t stored_type<float>() {
  return H5T_IEEE_F32LE;
}
template <>
hid_t stored_type<double>() {
  return H5T_IEEE_F64LE;
}
template <>
hid_t stored_type<std::uint64_t>() {
  return H5T_STD_U64LE;
}
template <>
hid_t stored_type<char>() {
  return H5T_STD_U8LE;
}

template <class T>
hid_t memory_type();
template <>
hid_t memory_type<float>() {
  return H5T_NATIVE_FLOAT;
}
template <>
hid_t memory_type<double>() {
  return H5T_NATIVE_DOUBLE;
}
template <>
hid_t memory_type<std::uint64_t>() {
  return H5T_NATIVE_UINT64;
}
template <>
hid_t memory_type<char>() {
  return H5T_NATIVE_UINT8;
}

std::size_t count_of(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

Hdf5Handle memory_driver(std::size_t growth_bytes) {
  Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fapl_core(access.get(), growth_bytes, false);
  return access;
}

/// HDF5 wants a name for a file in memory, and refuses that of a file that exists: nothing exists below /dev/null.
std::string name_in_memory(const std::string& file) { return "/dev/null/" + file; }

Hdf5Handle open_image(const std::string& file, const std::string& image) {
  const Hdf5Handle access = memory_driver(image.size());
  std::string bytes = image;  // HDF5 takes a pointer to non-const, and copies
  H5Pset_file_image(access.get(), bytes.data(), bytes.size());
  return {H5Fopen(name_in_memory(file).c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose};
}

}  // namespace

Hdf5Silence::Hdf5Silence() {
  H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Hdf5Silence::~Hdf5Silence() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }

std::string shape_text(const Shape& shape) {
  std::string text;
  for (const std::size_t extent : shape) text += fmt::format("[{}]", extent);
  return text;
}

Hdf5Writer::Hdf5Writer(std::string file, std::size_t expected_bytes)
    : name_(std::move(file)),
      file_(H5Fcreate(name_in_memory(name_).c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, memory_driver(expected_bytes).get()),
            H5Fclose) {
  if (!file_.valid()) throw RunError(fmt::format("{}: HDF5 cannot make a file in memory", name_));
}

void Hdf5Writer::write_raw(const std::string& path, hid_t stored_type, hid_t memory_type, const void* values,
                           const Shape& shape) {
  const std::vector<hsize_t> dimensions(shape.begin(), shape.end());
  const Hdf5Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(links.get(), 1);
  const Hdf5Handle space(H5Screate_simple(static_cast<int>(dimensions.size()), dimensions.data(), nullptr), H5Sclose);
  const Hdf5Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.get(), false);  // equal runs, equal bytes
  const Hdf5Handle dataset(
      H5Dcreate2(file_.get(), path.c_str(), stored_type, space.get(), links.get(), creation.get(), H5P_DEFAULT),
      H5Dclose);
  const bool good = dataset.valid() && (count_of(shape) == 0 || H5Dwrite(dataset.get(), memory_type, H5S_ALL, H5S_ALL,
                                                                         H5P_DEFAULT, values) >= 0);
  if (!good) throw RunError(fmt::format("{}: HDF5 cannot store the dataset {}", name_, path));
}

template <class T>
void Hdf5Writer::write(const std::string& path, std::span<const T> values, const Shape& shape) {
  write_raw(path, stored_type<T>(), memory_type<T>(), values.data(), shape);
}

void Hdf5Writer::write_text(const std::string& path, const std::string& text) {
  write_raw(path, stored_type<char>(), memory_type<char>(), text.data(), {text.size()});
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

Hdf5Reader::Hdf5Reader(std::string file, const std::string& image)
    : name_(std::move(file)), size_(image.size()), file_(open_image(name_, image)) {
  if (!file_.valid()) throw RunError(fmt::format("{}: not an HDF5 file", name_));
}

bool Hdf5Reader::has(const std::string& path) const { return H5Lexists(file_.get(), path.c_str(), H5P_DEFAULT) > 0; }

void Hdf5Reader::check_links(const std::string& path) const {
  for (std::size_t end = path.find('/');; end = path.find('/', end + 1)) {
    const std::string name = path.substr(0, end);
    H5L_info_t link{};
    const bool exists = H5Lget_info(file_.get(), name.c_str(), &link, H5P_DEFAULT) >= 0;
    if (exists && link.type != H5L_TYPE_HARD) {
      throw RunError(fmt::format("{}: {} is a link to another place or file, which no checkpoint has", name_, name));
    }
    if (!exists || end == std::string::npos) return;  // what is missing is found by those who open it
  }
}

std::size_t Hdf5Reader::size_of_group(const std::string& path) const {
  check_links(path);
  H5G_info_t info{};
  if (H5Gget_info_by_name(file_.get(), path.c_str(), &info, H5P_DEFAULT) < 0) {
    throw RunError(fmt::format("{}: the group {} is missing or damaged", name_, path));
  }
  return info.nlinks;
}

Hdf5Handle Hdf5Reader::open_dataset(const std::string& path) const {
  check_links(path);
  Hdf5Handle dataset(H5Dopen2(file_.get(), path.c_str(), H5P_DEFAULT), H5Dclose);
  if (!dataset.valid()) throw RunError(fmt::format("{}: the dataset {} is missing or damaged", name_, path));
  const Hdf5Handle creation(H5Dget_create_plist(dataset.get()), H5Pclose);
  const H5D_layout_t layout = H5Pget_layout(creation.get());
  const bool plain = (layout == H5D_CONTIGUOUS || layout == H5D_COMPACT) &&
                     H5Pget_external_count(creation.get()) == 0 && H5Pget_nfilters(creation.get()) == 0;
  if (!plain) {
    throw RunError(
        fmt::format("{}: the dataset {} is filtered, in pieces, or lies outside of the file; a checkpoint's "
                    "is stored as it is",
                    name_, path));
  }
  return dataset;
}

Shape Hdf5Reader::shape_of(const Hdf5Handle& dataset, const std::string& path, hid_t stored_type) const {
  const Hdf5Handle type(H5Dget_type(dataset.get()), H5Tclose);
  const Hdf5Handle space(H5Dget_space(dataset.get()), H5Sclose);
  if (H5Tequal(type.get(), stored_type) <= 0 || H5Sis_simple(space.get()) <= 0) {
    throw RunError(fmt::format("{}: the dataset {} has another element type than a checkpoint's", name_, path));
  }
  std::vector<hsize_t> dimensions(static_cast<std::size_t>(std::max(0, H5Sget_simple_extent_ndims(space.get()))));
  H5Sget_simple_extent_dims(space.get(), dimensions.data(), nullptr);
  const std::size_t bytes = H5Tget_size(type.get());
  std::size_t room = size_ / bytes;  // for elements: a claim must not overflow, nor take memory
  for (const hsize_t extent : dimensions) {
    if (extent > room) {
      throw RunError(fmt::format("{}: the dataset {} claims to be larger than the file", name_, path));
    }
    room = extent == 0 ? room : room / extent;
  }
  return {dimensions.begin(), dimensions.end()};
}

template <class T>
std::vector<T> Hdf5Reader::read(const std::string& path, const std::optional<Shape>& shape) const {
  const Hdf5Handle dataset = open_dataset(path);
  const Shape actual = shape_of(dataset, path, stored_type<T>());
  if (shape && actual != *shape) {
    throw RunError(fmt::format("{}: the dataset {} has the shape {}, but {} was expected", name_, path,
                               shape_text(actual), shape_text(*shape)));
  }
  std::vector<T> values(count_of(actual));
  if (!values.empty() && H5Dread(dataset.get(), memory_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
    throw RunError(fmt::format("{}: the dataset {} is damaged", name_, path));
  }
  return values;
}

std::string Hdf5Reader::read_text(const std::string& path) const {
  const std::vector<char> text = read<char>(path);
  return {text.begin(), text.end()};
}

template void Hdf5Writer::write(const std::string&, std::span<const float>, const Shape&);
template void Hdf5Writer::write(const std::string&, std::span<const double>, const Shape&);
template void Hdf5Writer::write(const std::string&, std::span<const std::uint64_t>, const Shape&);
template std::vector<float> Hdf5Reader::read(const std::string&, const std::optional<Shape>&) const;
template std::vector<double> Hdf5Reader::read(const std::string&, const std::optional<Shape>&) const;
template std::vector<std::uint64_t> Hdf5Reader::read(const std::string&, const std::optional<Shape>&) const;

}  // namespace hetsyn
