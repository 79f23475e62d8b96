#include "common/hdf5_file.hpp"

#include <algorithm>
#include <cstring>
#include <hetsyn/error.hpp>
#include <numeric>
#include <utility>

namespace hetsyn::tasks {
namespace {

constexpr hsize_t kMostCompression = 1032;  // of deflate, the strongest of HDF5's own filters

Hdf5Handle open_file(const std::filesystem::path& path) {
  if (!std::filesystem::is_regular_file(path)) throw sdk::TaskError(path.string() + ": is not a file");
  Hdf5Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!file.valid()) {
    const bool signature = H5Fis_hdf5(path.c_str()) > 0;
    throw sdk::TaskError(path.string() + (signature ? ": is an HDF5 file that is damaged, truncated or not readable"
                                                    : ": is not an HDF5 file, or not readable"));
  }
  return file;
}

/// Rows that HDF5 allocated; given back to it when done.
template <class T>
class VariableRows {
 public:
  VariableRows(hid_t type, hid_t space, std::size_t count) : type_(type), space_(space), rows_(count) {}
  VariableRows(const VariableRows&) = delete;
  VariableRows& operator=(const VariableRows&) = delete;
  ~VariableRows() { H5Dvlen_reclaim(type_, space_, H5P_DEFAULT, rows_.data()); }

  hvl_t* data() { return rows_.data(); }
  [[nodiscard]] Ragged<T> rows() const {
    Ragged<T> ragged;
    for (const hvl_t& row : rows_) ragged.offsets.push_back(ragged.offsets.back() + row.len);
    ragged.values.reserve(ragged.offsets.back());
    for (const hvl_t& row : rows_) {
      const T* first = static_cast<const T*>(row.p);
      ragged.values.insert(ragged.values.end(), first, first + row.len);
    }
    return ragged;
  }

 private:
  hid_t type_, space_;
  std::vector<hvl_t> rows_;
};

}  // namespace

Hdf5File::Hdf5File(const std::filesystem::path& path) : path_(path), file_(open_file(path)) {}

bool Hdf5File::has(const std::string& name) const {
  // H5Lexists wants every link on the way to exist.
  for (std::size_t end = name.find('/', 1);; end = name.find('/', end + 1)) {
    if (H5Lexists(file_.get(), name.substr(0, end).c_str(), H5P_DEFAULT) <= 0) return false;
    if (end == std::string::npos) return true;
  }
}

std::size_t Hdf5File::rows(const std::string& name) const { return rows(open(name).get(), name); }

std::vector<std::int32_t> Hdf5File::read_integers(const std::string& name) const {
  const Hdf5Handle dataset = open(name);
  const Hdf5Handle type(H5Dget_type(dataset.get()), H5Tclose);
  if (H5Tget_class(type.get()) != H5T_INTEGER) fail(name, "does not hold integers");
  const hsize_t count = rows(dataset.get(), name);
  hsize_t held = 0;
  H5Fget_filesize(file_.get(), &held);
  held = std::min(held, H5Dget_storage_size(dataset.get()));
  if (count / kMostCompression > held / H5Tget_size(type.get())) {
    fail(name, "says it has " + std::to_string(count) + " rows, more than the file can hold");
  }
  std::vector<std::int32_t> values(count);
  if (H5Dread(dataset.get(), H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
    fail(name, "cannot be read: the file is damaged");
  }
  return values;
}

Ragged<float> Hdf5File::read_ragged_reals(const std::string& name, std::size_t first, std::size_t count) const {
  const Hdf5Handle dataset = open(name);
  const Hdf5Handle element = element_type(dataset.get(), name, H5T_FLOAT);
  return read_ragged<float>(dataset.get(), name, H5T_NATIVE_FLOAT, first, count);
}

Ragged<std::uint16_t> Hdf5File::read_ragged_integers(const std::string& name, std::size_t first,
                                                     std::size_t count) const {
  const Hdf5Handle dataset = open(name);
  const Hdf5Handle element = element_type(dataset.get(), name, H5T_INTEGER);
  return read_ragged<std::uint16_t>(dataset.get(), name, H5T_NATIVE_UINT16, first, count);
}

Ragged<std::uint16_t> Hdf5File::read_ragged_patterns(const std::string& name, std::size_t first,
                                                     std::size_t count) const {
  const Hdf5Handle dataset = open(name);
  const Hdf5Handle element = element_type(dataset.get(), name, H5T_FLOAT);
  if (H5Tget_size(element.get()) != sizeof(std::uint16_t)) fail(name, "does not hold numbers of half precision");
  return read_ragged<std::uint16_t>(dataset.get(), name, element.get(), first, count);
}

std::vector<float> Hdf5File::half_precision_values(const std::string& name) const {
  const Hdf5Handle dataset = open(name);
  const Hdf5Handle element = element_type(dataset.get(), name, H5T_FLOAT);
  if (H5Tget_size(element.get()) != sizeof(std::uint16_t)) return {};
  std::vector<float> values(65536);
  std::vector<std::uint16_t> patterns(2 * values.size());  // converted in place, so with room for the floats
  std::iota(patterns.begin(), patterns.begin() + 65536, std::uint16_t{0});
  H5Tconvert(element.get(), H5T_NATIVE_FLOAT, values.size(), patterns.data(), nullptr, H5P_DEFAULT);
  std::memcpy(values.data(), patterns.data(), values.size() * sizeof(float));
  return values;
}

Hdf5Handle Hdf5File::open(const std::string& name) const {
  if (!has(name)) fail(name, "is missing");
  Hdf5Handle dataset(H5Dopen2(file_.get(), name.c_str(), H5P_DEFAULT), H5Dclose);
  if (!dataset.valid()) fail(name, "is not a dataset, or damaged");
  return dataset;
}

std::size_t Hdf5File::rows(hid_t dataset, const std::string& name) const {
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose);
  if (H5Sget_simple_extent_ndims(space.get()) != 1) fail(name, "is not one-dimensional");
  hsize_t count = 0;
  H5Sget_simple_extent_dims(space.get(), &count, nullptr);
  return count;
}

Hdf5Handle Hdf5File::element_type(hid_t dataset, const std::string& name, H5T_class_t wanted) const {
  const Hdf5Handle stored(H5Dget_type(dataset), H5Tclose);
  if (H5Tget_class(stored.get()) != H5T_VLEN) fail(name, "does not hold variable-length arrays");
  Hdf5Handle element(H5Tget_super(stored.get()), H5Tclose);
  if (H5Tget_class(element.get()) != wanted) {
    fail(name, wanted == H5T_FLOAT ? "does not hold arrays of real numbers" : "does not hold arrays of integers");
  }
  return element;
}

template <class T>
Ragged<T> Hdf5File::read_ragged(hid_t dataset, const std::string& name, hid_t element, std::size_t first,
                                std::size_t count) const {
  const Hdf5Handle wanted(H5Tvlen_create(element), H5Tclose);
  const Hdf5Handle source(H5Dget_space(dataset), H5Sclose);
  const hsize_t start = first;
  const hsize_t block = count;
  const Hdf5Handle target(H5Screate_simple(1, &block, nullptr), H5Sclose);
  VariableRows<T> rows_read(wanted.get(), target.get(), count);
  if (H5Sselect_hyperslab(source.get(), H5S_SELECT_SET, &start, nullptr, &block, nullptr) < 0 ||
      H5Dread(dataset, wanted.get(), target.get(), source.get(), H5P_DEFAULT, rows_read.data()) < 0) {
    fail(name, "cannot be read from row " + std::to_string(first) + " on: the file is damaged");
  }
  return rows_read.rows();
}

void Hdf5File::fail(const std::string& name, const std::string& reason) const {
  throw sdk::TaskError(path_.string() + ": dataset " + name + " " + reason);
}

bool write_dataset(hid_t file, const char* name, hid_t stored, hid_t native, std::size_t count, const void* values) {
  const hsize_t extent = count;
  const Hdf5Handle space(H5Screate_simple(1, &extent, nullptr), H5Sclose);
  const Hdf5Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(links.get(), 1);
  const Hdf5Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.get(), false);  // the same content, the same file
  const Hdf5Handle dataset(H5Dcreate2(file, name, stored, space.get(), links.get(), creation.get(), H5P_DEFAULT),
                           H5Dclose);
  if (!dataset.valid()) return false;
  return count == 0 || H5Dwrite(dataset.get(), native, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
}

}  // namespace hetsyn::tasks
