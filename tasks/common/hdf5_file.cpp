#include "common/hdf5_file.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <hetsyn/error.hpp>
#include <numeric>
#include <optional>
#include <type_traits>
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

Hdf5Handle create_in_memory() {
  constexpr std::size_t kGrowth = std::size_t{1} << 20;
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fapl_core(access.get(), kGrowth, false);
  // HDF5 wants a name, and refuses that of a file that exists, on a disk (nothing is below /dev/null) or in memory.
  static std::atomic<unsigned> files{0};
  const std::string name = "/dev/null/" + std::to_string(files++);
  return {H5Fcreate(name.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.get()), H5Fclose};
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

/// The type that T is in memory.
template <class T>
hid_t native_type() {
  if constexpr (std::is_same_v<T, float>) return H5T_NATIVE_FLOAT;
  if constexpr (std::is_same_v<T, double>) return H5T_NATIVE_DOUBLE;
  if constexpr (std::is_same_v<T, std::uint16_t>) return H5T_NATIVE_UINT16;
  if constexpr (std::is_same_v<T, std::int64_t>) return H5T_NATIVE_INT64;
  if constexpr (std::is_same_v<T, std::uint64_t>) return H5T_NATIVE_UINT64;
}

/// Without the zero that ends it and the blanks that fill it up.
std::string trimmed(const char* text, std::size_t most) {
  std::string result(text, strnlen(text, most));
  result.erase(result.find_last_not_of(' ') + 1);
  return result;
}

/// `count` texts of a type of fixed or variable length, which read(memory) puts into memory; none where it cannot.
template <class Read>
std::optional<std::vector<std::string>> read_strings(hid_t type, std::size_t count, const Read& read) {
  std::vector<std::string> texts;
  if (H5Tis_variable_str(type) <= 0) {
    const std::size_t width = H5Tget_size(type);
    std::vector<char> block(count * width);
    if (!read(block.data())) return std::nullopt;
    for (std::size_t i = 0; i < count; ++i) texts.push_back(trimmed(block.data() + i * width, width));
    return texts;
  }
  std::vector<char*> pointers(count, nullptr);
  if (!read(pointers.data())) return std::nullopt;
  for (char* text : pointers) {
    texts.push_back(text == nullptr ? std::string() : trimmed(text, std::strlen(text)));
    H5free_memory(text);
  }
  return texts;
}

}  // namespace

Hdf5Memory::Hdf5Memory() : file_(create_in_memory()) {
  if (!file_.valid()) throw sdk::TaskError("HDF5 cannot make a file in memory");
}

std::string Hdf5Memory::bytes() {
  H5Fflush(file_.get(), H5F_SCOPE_GLOBAL);
  const ssize_t size = H5Fget_file_image(file_.get(), nullptr, 0);
  std::string bytes(static_cast<std::size_t>(std::max<ssize_t>(size, 0)), '\0');
  if (size <= 0 || H5Fget_file_image(file_.get(), bytes.data(), bytes.size()) != size) {
    throw sdk::TaskError("HDF5 cannot hand over a file made in memory");
  }
  return bytes;
}

Hdf5File::Hdf5File(const std::filesystem::path& path) : path_(path), file_(open_file(path)) {}

bool Hdf5File::has(const std::string& name) const {
  // H5Lexists wants every link on the way to exist.
  for (std::size_t end = name.find('/', 1);; end = name.find('/', end + 1)) {
    if (H5Lexists(file_.get(), name.substr(0, end).c_str(), H5P_DEFAULT) <= 0) return false;
    if (end == std::string::npos) return true;
  }
}

std::size_t Hdf5File::rows(const std::string& name) const { return rows(open(name).get(), name); }

std::vector<std::int64_t> Hdf5File::read_integers(const std::string& name) const {
  const Hdf5Handle dataset = open(name);
  const Hdf5Handle type(H5Dget_type(dataset.get()), H5Tclose);
  if (H5Tget_class(type.get()) != H5T_INTEGER) fail(name, "does not hold integers");
  if (H5Tget_size(type.get()) > sizeof(std::int64_t)) fail(name, "holds integers of more than 64 bits");
  if (H5Tget_sign(type.get()) != H5T_SGN_NONE) return read_numbers<std::int64_t>(dataset.get(), name, H5T_NATIVE_INT64);
  const std::vector<std::uint64_t> wide = read_numbers<std::uint64_t>(dataset.get(), name, H5T_NATIVE_UINT64);
  const auto large = std::ranges::find_if(wide, [](std::uint64_t v) { return !std::in_range<std::int64_t>(v); });
  if (large != wide.end()) {
    fail(name, "has the number " + std::to_string(*large) + " in row " + std::to_string(large - wide.begin()) +
                   ", which makes no sense");
  }
  return {wide.begin(), wide.end()};
}

std::vector<std::string> Hdf5File::read_texts(const std::string& name) const {
  const Hdf5Handle dataset = open(name);
  const std::size_t count = rows(dataset.get(), name);
  const Hdf5Handle type(H5Dget_type(dataset.get()), H5Tclose);
  if (H5Tget_class(type.get()) != H5T_STRING) return {};
  const auto read = [&](void* values) {
    return H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
  };
  if (H5Tis_variable_str(type.get()) <= 0) check_claim(dataset.get(), name, count, H5Tget_size(type.get()));
  const std::optional<std::vector<std::string>> texts = read_strings(type.get(), count, read);
  if (!texts) fail(name, "cannot be read: the file is damaged");
  return *texts;
}

std::string Hdf5File::read_text_attribute(const std::string& name) const {
  if (H5Aexists(file_.get(), name.c_str()) <= 0) return {};
  const Hdf5Handle attribute(H5Aopen(file_.get(), name.c_str(), H5P_DEFAULT), H5Aclose);
  const Hdf5Handle type(H5Aget_type(attribute.get()), H5Tclose);
  const Hdf5Handle space(H5Aget_space(attribute.get()), H5Sclose);
  if (H5Tget_class(type.get()) != H5T_STRING || H5Sget_simple_extent_npoints(space.get()) != 1) return {};
  const auto read = [&](void* value) { return H5Aread(attribute.get(), type.get(), value) >= 0; };
  const std::optional<std::vector<std::string>> texts = read_strings(type.get(), 1, read);
  return texts ? texts->front() : std::string();
}

Hdf5File::Element Hdf5File::ragged_element(const std::string& name) const {
  const Hdf5Handle dataset = open(name);
  const Hdf5Handle element = element_type(dataset.get(), name);
  const bool real = H5Tget_class(element.get()) == H5T_FLOAT;
  return {H5Tget_size(element.get()), real, real || H5Tget_sign(element.get()) != H5T_SGN_NONE};
}

template <class T>
Ragged<T> Hdf5File::read_ragged(const std::string& name, std::size_t first, std::size_t count) const {
  const Hdf5Handle dataset = open(name);
  const Hdf5Handle element = element_type(dataset.get(), name, std::is_floating_point_v<T> ? H5T_FLOAT : H5T_INTEGER);
  return read_rows<T>(dataset.get(), name, native_type<T>(), first, count);
}

template Ragged<float> Hdf5File::read_ragged(const std::string&, std::size_t, std::size_t) const;
template Ragged<double> Hdf5File::read_ragged(const std::string&, std::size_t, std::size_t) const;
template Ragged<std::uint16_t> Hdf5File::read_ragged(const std::string&, std::size_t, std::size_t) const;
template Ragged<std::int64_t> Hdf5File::read_ragged(const std::string&, std::size_t, std::size_t) const;
template Ragged<std::uint64_t> Hdf5File::read_ragged(const std::string&, std::size_t, std::size_t) const;

Ragged<std::uint16_t> Hdf5File::read_ragged_patterns(const std::string& name, std::size_t first,
                                                     std::size_t count) const {
  const Hdf5Handle dataset = open(name);
  const Hdf5Handle element = element_type(dataset.get(), name, H5T_FLOAT);
  if (H5Tget_size(element.get()) != sizeof(std::uint16_t)) fail(name, "does not hold numbers of half precision");
  return read_rows<std::uint16_t>(dataset.get(), name, element.get(), first, count);
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

void Hdf5File::check_claim(hid_t dataset, const std::string& name, std::size_t rows, std::size_t bytes) const {
  hsize_t held = 0;
  H5Fget_filesize(file_.get(), &held);
  held = std::min(held, H5Dget_storage_size(dataset));
  if (rows / kMostCompression > held / std::max<std::size_t>(bytes, 1)) {
    fail(name, "says it has " + std::to_string(rows) + " rows, more than the file can hold");
  }
}

template <class T>
std::vector<T> Hdf5File::read_numbers(hid_t dataset, const std::string& name, hid_t native) const {
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose);
  const std::size_t count = rows(dataset, name);
  check_claim(dataset, name, count, H5Tget_size(type.get()));
  std::vector<T> values(count);
  if (H5Dread(dataset, native, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
    fail(name, "cannot be read: the file is damaged");
  }
  return values;
}

Hdf5Handle Hdf5File::element_type(hid_t dataset, const std::string& name) const {
  const Hdf5Handle stored(H5Dget_type(dataset), H5Tclose);
  if (H5Tget_class(stored.get()) != H5T_VLEN) fail(name, "does not hold variable-length arrays");
  return {H5Tget_super(stored.get()), H5Tclose};
}

Hdf5Handle Hdf5File::element_type(hid_t dataset, const std::string& name, H5T_class_t wanted) const {
  Hdf5Handle element = element_type(dataset, name);
  if (H5Tget_class(element.get()) != wanted) {
    fail(name, wanted == H5T_FLOAT ? "does not hold arrays of real numbers" : "does not hold arrays of integers");
  }
  return element;
}

template <class T>
Ragged<T> Hdf5File::read_rows(hid_t dataset, const std::string& name, hid_t element, std::size_t first,
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
