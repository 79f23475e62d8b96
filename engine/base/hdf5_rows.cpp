// Datasets with rows of variable length: texts and lists of numbers.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <hetsyn/exceptions.hpp>
#include <memory_resource>
#include <new>
#include <numeric>
#include <type_traits>

#include "base/hdf5_reader.hpp"

namespace hetsyn {
namespace {

constexpr std::size_t kMostTextBytes = std::size_t{1} << 12;
constexpr std::size_t kMostAttributeBytes = std::size_t{1} << 16;  // the limit of an object header

/// A memory manager for the rows that H5Dread returns, with a limit; it frees all of them at once.
class RowMemory {
 public:
  explicit RowMemory(std::size_t most_bytes) : left_(most_bytes), transfer_(H5Pcreate(H5P_DATASET_XFER), H5Pclose) {
    H5Pset_vlen_mem_manager(transfer_.get(), take, this, leave, nullptr);
  }
  RowMemory(const RowMemory&) = delete;
  RowMemory& operator=(const RowMemory&) = delete;
  ~RowMemory() = default;

  /// The property list for H5Dread.
  [[nodiscard]] hid_t transfer() const { return transfer_.get(); }
  [[nodiscard]] bool exhausted() const { return exhausted_; }

 private:
  static void* take(std::size_t bytes, void* self) { return static_cast<RowMemory*>(self)->take(bytes); }
  static void leave(void* /*row*/, void* /*self*/) {}
  void* take(std::size_t bytes) {
    exhausted_ = bytes > left_;
    if (exhausted_) return nullptr;
    left_ -= bytes;
    try {
      return rows_.allocate(bytes);
    } catch (const std::bad_alloc&) {  // must not pass through HDF5
      return nullptr;
    }
  }

  std::size_t left_;
  bool exhausted_ = false;
  std::pmr::monotonic_buffer_resource rows_;
  Hdf5Handle transfer_;
};

/// A text without its terminating zero and padding blanks.
std::string trimmed(const char* text, std::size_t most) {
  std::string result(text, strnlen(text, most));
  result.erase(result.find_last_not_of(' ') + 1);
  return result;
}

template <class T>
Ragged<T> joined(const std::vector<hvl_t>& rows) {
  Ragged<T> ragged;
  for (const hvl_t& row : rows) ragged.offsets.push_back(ragged.offsets.back() + row.len);
  ragged.values.reserve(ragged.offsets.back());
  for (const hvl_t& row : rows) {
    const T* first = static_cast<const T*>(row.p);
    ragged.values.insert(ragged.values.end(), first, first + row.len);
  }
  return ragged;
}

}  // namespace

std::vector<std::string> Hdf5Reader::read_texts(const std::string& path, std::size_t most_rows) const {
  const Hdf5Handle dataset = open(path);
  const Hdf5Handle type(H5Dget_type(dataset.get()), H5Tclose);
  if (H5Tget_class(type.get()) != H5T_STRING) return {};
  const std::size_t count = bounded_rows(dataset, path, most_rows);
  if (count == 0) return {};
  const bool variable = H5Tis_variable_str(type.get()) > 0;
  return variable ? read_variable_texts(dataset, path, count) : read_fixed_texts(dataset, path, count);
}

std::vector<std::string> Hdf5Reader::read_fixed_texts(const Hdf5Handle& dataset, const std::string& path,
                                                      std::size_t count) const {
  const Hdf5Handle type(H5Dget_type(dataset.get()), H5Tclose);
  const std::size_t width = H5Tget_size(type.get());
  if (width > kMostTextBytes)
    fail(path, fmt::format("has texts of {} bytes; at most {} make sense", width, kMostTextBytes));
  std::vector<char> block(count * width);
  if (H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, block.data()) < 0) {
    fail(path, "cannot be read: the file is damaged");
  }
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) texts.push_back(trimmed(block.data() + i * width, width));
  return texts;
}

std::vector<std::string> Hdf5Reader::read_variable_texts(const Hdf5Handle& dataset, const std::string& path,
                                                         std::size_t count) const {
  const Hdf5Handle type(H5Dget_type(dataset.get()), H5Tclose);
  RowMemory memory(row_bytes_left_ + count);  // each row has a terminating zero
  std::vector<const char*> rows(count, nullptr);
  const bool good = H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, memory.transfer(), rows.data()) >= 0;
  if (memory.exhausted()) fail(path, "has texts that are larger than the file");
  if (!good) fail(path, "cannot be read: the file is damaged");
  std::vector<std::string> texts;
  for (const char* text : rows) {
    texts.push_back(text == nullptr ? std::string() : trimmed(text, std::strlen(text)));
    row_bytes_left_ -= std::min(row_bytes_left_, texts.back().size());
  }
  return texts;
}

std::string Hdf5Reader::read_text_attribute(const std::string& name) const {
  if (H5Aexists(file_.get(), name.c_str()) <= 0) return {};
  const Hdf5Handle attribute(H5Aopen(file_.get(), name.c_str(), H5P_DEFAULT), H5Aclose);
  const Hdf5Handle type(H5Aget_type(attribute.get()), H5Tclose);
  const Hdf5Handle space(H5Aget_space(attribute.get()), H5Sclose);
  if (H5Tget_class(type.get()) != H5T_STRING || H5Sget_simple_extent_npoints(space.get()) != 1) return {};
  const std::string place = fmt::format("{}: the attribute {} ", name_, name);
  const std::size_t width = H5Tget_size(type.get());
  if (width > kMostAttributeBytes) throw RunError(place + "is larger than one can be");
  if (H5Tis_variable_str(type.get()) <= 0) {
    std::vector<char> text(width);
    if (H5Aread(attribute.get(), type.get(), text.data()) < 0) throw RunError(place + "is damaged");
    return trimmed(text.data(), width);
  }
  char* text = nullptr;
  if (H5Aread(attribute.get(), type.get(), static_cast<void*>(&text)) < 0) throw RunError(place + "is damaged");
  std::string copy = text == nullptr ? std::string() : trimmed(text, kMostAttributeBytes);
  H5free_memory(text);
  return copy;
}

Hdf5Reader::Element Hdf5Reader::ragged_element(const std::string& path) const {
  const Hdf5Handle element = element_type(open(path), path);
  const bool real = H5Tget_class(element.get()) == H5T_FLOAT;
  return {H5Tget_size(element.get()), real, real || H5Tget_sign(element.get()) != H5T_SGN_NONE};
}

Hdf5Handle Hdf5Reader::element_type(const Hdf5Handle& dataset, const std::string& path) const {
  const Hdf5Handle stored(H5Dget_type(dataset.get()), H5Tclose);
  if (H5Tget_class(stored.get()) != H5T_VLEN) fail(path, "does not hold variable-length arrays");
  Hdf5Handle element(H5Tget_super(stored.get()), H5Tclose);
  const H5T_class_t kind = H5Tget_class(element.get());
  if (kind != H5T_FLOAT && kind != H5T_INTEGER) fail(path, "does not hold arrays of numbers");
  const std::size_t bytes = H5Tget_size(element.get());
  if (bytes == 0 || bytes > sizeof(double)) fail(path, fmt::format("has numbers of {} bits", 8 * bytes));
  return element;
}

Hdf5Handle Hdf5Reader::element_type(const Hdf5Handle& dataset, const std::string& path, H5T_class_t wanted) const {
  Hdf5Handle element = element_type(dataset, path);
  if (H5Tget_class(element.get()) != wanted) {
    fail(path, wanted == H5T_FLOAT ? "does not hold arrays of real numbers" : "does not hold arrays of integers");
  }
  return element;
}

template <class T>
Ragged<T> Hdf5Reader::read_rows(const Hdf5Handle& dataset, const std::string& path, hid_t element, std::size_t first,
                                std::size_t count) const {
  const std::size_t stored_bytes = H5Tget_size(element_type(dataset, path).get());
  const Hdf5Handle wanted(H5Tvlen_create(element), H5Tclose);
  const Hdf5Handle source(H5Dget_space(dataset.get()), H5Sclose);
  const hsize_t start = first;
  const hsize_t block = count;
  const Hdf5Handle target(H5Screate_simple(1, &block, nullptr), H5Sclose);
  RowMemory memory(row_bytes_left_ / stored_bytes * sizeof(T));
  std::vector<hvl_t> rows(count);
  const bool good =
      H5Sselect_hyperslab(source.get(), H5S_SELECT_SET, &start, nullptr, &block, nullptr) >= 0 &&
      H5Dread(dataset.get(), wanted.get(), target.get(), source.get(), memory.transfer(), rows.data()) >= 0;
  if (memory.exhausted()) fail(path, "has rows that are larger than the file in all");
  if (!good) fail(path, fmt::format("cannot be read from row {} on: the file is damaged", first));
  Ragged<T> ragged = joined<T>(rows);
  row_bytes_left_ -= std::min(row_bytes_left_, ragged.values.size() * stored_bytes);
  return ragged;
}

template <class T>
Ragged<T> Hdf5Reader::read_ragged(const std::string& path, std::size_t first, std::size_t count) const {
  const Hdf5Handle dataset = open(path);
  const Hdf5Handle element = element_type(dataset, path, std::is_floating_point_v<T> ? H5T_FLOAT : H5T_INTEGER);
  return read_rows<T>(dataset, path, hdf5_memory_type<T>(), first, count);
}

template Ragged<float> Hdf5Reader::read_ragged(const std::string&, std::size_t, std::size_t) const;
template Ragged<double> Hdf5Reader::read_ragged(const std::string&, std::size_t, std::size_t) const;
template Ragged<std::uint16_t> Hdf5Reader::read_ragged(const std::string&, std::size_t, std::size_t) const;
template Ragged<std::int64_t> Hdf5Reader::read_ragged(const std::string&, std::size_t, std::size_t) const;
template Ragged<std::uint64_t> Hdf5Reader::read_ragged(const std::string&, std::size_t, std::size_t) const;

Ragged<std::uint16_t> Hdf5Reader::read_ragged_patterns(const std::string& path, std::size_t first,
                                                       std::size_t count) const {
  const Hdf5Handle dataset = open(path);
  const Hdf5Handle element = element_type(dataset, path, H5T_FLOAT);
  if (H5Tget_size(element.get()) != sizeof(std::uint16_t)) fail(path, "does not hold numbers of half precision");
  return read_rows<std::uint16_t>(dataset, path, element.get(), first, count);
}

std::vector<float> Hdf5Reader::half_precision_values(const std::string& path) const {
  const Hdf5Handle element = element_type(open(path), path, H5T_FLOAT);
  if (H5Tget_size(element.get()) != sizeof(std::uint16_t)) return {};
  std::vector<float> values(65536);
  std::vector<std::uint16_t> patterns(2 * values.size());  // converted in place, so with room for the floats
  std::iota(patterns.begin(), patterns.begin() + 65536, std::uint16_t{0});
  H5Tconvert(element.get(), H5T_NATIVE_FLOAT, values.size(), patterns.data(), nullptr, H5P_DEFAULT);
  std::memcpy(values.data(), patterns.data(), values.size() * sizeof(float));
  return values;
}

}  // namespace hetsyn
