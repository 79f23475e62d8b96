#pragma once
#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// HDF5 files built and parsed in memory, so that what touches the disk is one plain write or read. All throw RunError
/// naming `file`.
namespace hetsyn {

/// An HDF5 identifier that is closed at the end of its scope.
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

/// Keeps HDF5 from printing its error stack on the terminal; errors are reported by exceptions.
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

class Hdf5Writer {
 public:
  /// `expected_bytes`: about the size of the file. Memory for it is taken at once, and more only if that was too
  /// little.
  Hdf5Writer(std::string file, std::size_t expected_bytes);

  /// `path` may name groups, which are made: "progress/records/last". T is float, double or std::uint64_t.
  template <class T>
  void write(const std::string& path, std::span<const T> values, const Shape& shape);
  template <class T>
  void write(const std::string& path, T value) {
    write<T>(path, std::span<const T>(&value, 1), {1});
  }
  void write_text(const std::string& path, const std::string& text);

  /// The bytes of the file; call once, last.
  std::string image();

 private:
  void write_raw(const std::string& path, hid_t stored_type, hid_t memory_type, const void* values, const Shape& shape);

  Hdf5Silence silence_;
  std::string name_;
  Hdf5Handle file_;
};

/// A file of strangers until it is read: links to other places or files, data that lie outside of it, filters, and
/// datasets that claim to be larger than the file are refused before anything is followed or taken memory for.
class Hdf5Reader {
 public:
  Hdf5Reader(std::string file, const std::string& image);

  /// Of the file, for errors.
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool has(const std::string& path) const;
  /// Number of datasets and groups in a group.
  [[nodiscard]] std::size_t size_of_group(const std::string& path) const;
  /// With a shape, any other one is refused.
  template <class T>
  [[nodiscard]] std::vector<T> read(const std::string& path, const std::optional<Shape>& shape = std::nullopt) const;
  template <class T>
  [[nodiscard]] T read_one(const std::string& path) const {
    return read<T>(path, Shape{1}).front();
  }
  [[nodiscard]] std::string read_text(const std::string& path) const;

 private:
  /// Refuses all links on the way that are not hard ones.
  void check_links(const std::string& path) const;
  /// Refuses what is not stored plainly in the file.
  [[nodiscard]] Hdf5Handle open_dataset(const std::string& path) const;
  /// Refuses another element type.
  [[nodiscard]] Shape shape_of(const Hdf5Handle& dataset, const std::string& path, hid_t stored_type) const;

  Hdf5Silence silence_;
  std::string name_;
  std::size_t size_;  ///< bytes of the file
  Hdf5Handle file_;
};

}  // namespace hetsyn
