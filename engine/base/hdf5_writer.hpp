#pragma once
#include <cstddef>
#include <span>
#include <string>

#include "base/hdf5.hpp"

namespace hetsyn {

/// Builds an HDF5 file in memory, whose bytes are then written like any other file: if one of its own writes fails on a
/// full disk, HDF5 crashes at the end of the program, because it tries again. Equal contents give equal bytes. All
/// members throw RunError, which names `file`.
class Hdf5Writer {
 public:
  /// Memory grows in steps of `growth_bytes`; best is about the size of the file, if it is known.
  Hdf5Writer(std::string file, std::size_t growth_bytes);

  /// The HDF5 file, to write other objects than datasets of numbers.
  [[nodiscard]] hid_t get() const { return file_.get(); }

  /// Writes a dataset. Groups in `path`, such as "progress/records/last", are created. T is float, double, an
  /// unsigned integer of 8 to 64 bits, or a signed one of 32.
  template <class T>
  void write(const std::string& path, std::span<const T> values, const Shape& shape) {
    write(path, hdf5_stored_type<T>(), hdf5_memory_type<T>(), values.data(), shape);
  }
  template <class T>
  void write(const std::string& path, T value) {
    write<T>(path, std::span<const T>(&value, 1), {1});
  }
  /// Writes a dataset of bytes.
  void write_text(const std::string& path, const std::string& text);
  /// Writes a dataset of texts, each filled up to the longest with zeros.
  void write_texts(const std::string& path, std::span<const std::string> texts, H5T_cset_t characters = H5T_CSET_UTF8);
  /// Adds an attribute to the object at `path`, which must exist ("/": the file). T as in write().
  template <class T>
  void write_attribute(const std::string& path, const char* name, T value) {
    write_attribute(path, name, hdf5_stored_type<T>(), hdf5_memory_type<T>(), &value);
  }
  /// The same for a text in UTF-8, of variable length.
  void write_text_attribute(const std::string& path, const char* name, const std::string& text);
  /// The same for any type.
  void write_attribute(const std::string& path, const char* name, hid_t stored_type, hid_t memory_type,
                       const void* value);
  /// Writes a dataset of any type.
  void write(const std::string& path, hid_t stored_type, hid_t memory_type, const void* values, const Shape& shape);

  /// The bytes of the file. Close all objects of the file first, and call this once, last.
  std::string image();

 private:
  Hdf5Silence silence_;
  std::string name_;
  Hdf5Handle file_;
};

/// A type for texts of up to `length` bytes, filled up with zeros.
Hdf5Handle hdf5_text_type(std::size_t length, H5T_cset_t characters);
/// A link creation property list that creates missing groups.
Hdf5Handle hdf5_with_groups();
/// A dataset creation property list without the time of creation.
Hdf5Handle hdf5_without_times();

}  // namespace hetsyn
