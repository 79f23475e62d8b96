#pragma once
#include <cstddef>
#include <span>
#include <string>

#include "base/hdf5.hpp"

namespace hetsyn {

/// An HDF5 file that is made in memory, so that its bytes are written to the disk as those of any other file: HDF5
/// crashes at the end of a program in which one of its writes to a full disk has failed, as it tries again. Equal
/// contents give equal bytes. All members throw RunError naming `file`.
class Hdf5Writer {
 public:
  /// `growth_bytes`: memory is taken in steps of this size. About the size of the file, where that is known.
  Hdf5Writer(std::string file, std::size_t growth_bytes);

  /// For what is not a dataset of numbers.
  [[nodiscard]] hid_t get() const { return file_.get(); }

  /// Stores a dataset. `path` may name groups, which are made: "progress/records/last". T is float, double, or an
  /// unsigned integer of 8 to 64 bits.
  template <class T>
  void write(const std::string& path, std::span<const T> values, const Shape& shape) {
    write(path, hdf5_stored_type<T>(), hdf5_memory_type<T>(), values.data(), shape);
  }
  template <class T>
  void write(const std::string& path, T value) {
    write<T>(path, std::span<const T>(&value, 1), {1});
  }
  /// A dataset of bytes.
  void write_text(const std::string& path, const std::string& text);
  /// Of any type.
  void write(const std::string& path, hid_t stored_type, hid_t memory_type, const void* values, const Shape& shape);

  /// The bytes of the file, when all that was opened in it is closed; call once, last.
  std::string image();

 private:
  Hdf5Silence silence_;
  std::string name_;
  Hdf5Handle file_;
};

/// Settings for a new link that make the groups on the way to it.
Hdf5Handle hdf5_with_groups();
/// Settings for a new dataset without its time of creation.
Hdf5Handle hdf5_without_times();

}  // namespace hetsyn
