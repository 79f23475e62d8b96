#pragma once
#include <hdf5.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

/// Shared by the readers and writers of HDF5 files.
namespace hetsyn {

/// An HDF5 identifier. The destructor closes it.
class Hdf5Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Hdf5Handle(hid_t id, Close close) : id_(id), close_(close) {}
  Hdf5Handle(Hdf5Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}
  Hdf5Handle(const Hdf5Handle&) = delete;
  Hdf5Handle& operator=(const Hdf5Handle&) = delete;
  Hdf5Handle& operator=(Hdf5Handle&&) = delete;
  ~Hdf5Handle() {
    if (id_ >= 0) close_(id_);
  }
  [[nodiscard]] hid_t get() const { return id_; }
  [[nodiscard]] bool valid() const { return id_ >= 0; }

 private:
  hid_t id_;
  Close close_;
};

/// Keeps HDF5 from printing its error stack on the terminal; exceptions report errors instead. The setting is global to
/// the library.
class Hdf5Silence {
 public:
  Hdf5Silence();
  ~Hdf5Silence();
  Hdf5Silence(const Hdf5Silence&) = delete;
  Hdf5Silence& operator=(const Hdf5Silence&) = delete;

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

using Shape = std::vector<std::size_t>;

/// "[128][700]"
std::string shape_text(const Shape& shape);
/// The product of all extents.
std::size_t count_of(const Shape& shape);

/// A file access property list for a file in memory that grows by `growth_bytes` at a time.
Hdf5Handle hdf5_in_memory(std::size_t growth_bytes);
/// A new name for a file in memory. HDF5 needs one and refuses names of existing files, on the disk and in memory.
std::string hdf5_memory_name(const std::string& file);

/// The type with which HDF5 stores a T: little endian.
template <class T>
hid_t hdf5_stored_type();
/// The type of a T in memory.
template <class T>
hid_t hdf5_memory_type();

}  // namespace hetsyn
