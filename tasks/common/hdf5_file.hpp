#pragma once
#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace hetsyn::tasks {

/// An HDF5 identifier that is closed with its own function.
class Hdf5Handle {
 public:
  Hdf5Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  Hdf5Handle(Hdf5Handle&& other) noexcept : id_(other.id_), close_(other.close_) { other.id_ = H5I_INVALID_HID; }
  Hdf5Handle(const Hdf5Handle&) = delete;
  Hdf5Handle& operator=(const Hdf5Handle&) = delete;
  Hdf5Handle& operator=(Hdf5Handle&&) = delete;
  ~Hdf5Handle() {
    if (valid()) close_(id_);
  }
  [[nodiscard]] bool valid() const { return id_ >= 0; }
  [[nodiscard]] hid_t get() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// Keeps HDF5 from printing its own error stack while it lives; the setting is the library's, not the file's.
class Hdf5Silence {
 public:
  Hdf5Silence() {
    H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  Hdf5Silence(const Hdf5Silence&) = delete;
  Hdf5Silence& operator=(const Hdf5Silence&) = delete;
  ~Hdf5Silence() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

/// n rows of different lengths, one after the other.
template <class T>
struct Ragged {
  std::vector<std::uint64_t> offsets{0};  ///< [n+1]: row i is values[offsets[i] … offsets[i+1])
  std::vector<T> values;

  [[nodiscard]] std::size_t rows() const { return offsets.size() - 1; }
  [[nodiscard]] std::size_t length(std::size_t row) const { return offsets[row + 1] - offsets[row]; }
};

/// An HDF5 file that is made in memory. HDF5 crashes at the end of a program in which a write to a full disk has
/// failed, as it tries again; so files are made here, and their bytes are written as those of any other file.
class Hdf5Memory {
 public:
  /// Throws sdk::TaskError where HDF5 gives no file.
  Hdf5Memory();
  [[nodiscard]] hid_t get() const { return file_.get(); }
  /// The bytes of the file, when all of its datasets are closed; call once, last. Throws sdk::TaskError.
  [[nodiscard]] std::string bytes();

 private:
  Hdf5Silence silence_;
  Hdf5Handle file_;
};

/// An HDF5 file opened for reading one-dimensional datasets. All members throw sdk::TaskError, whose message names file
/// and dataset. HDF5 is not safe for threads: use this while a task is opened only.
class Hdf5File {
 public:
  explicit Hdf5File(const std::filesystem::path& path);

  /// True if there is a dataset or group of that absolute name: "/extra/keys".
  [[nodiscard]] bool has(const std::string& name) const;
  /// Number of rows of a dataset of any type.
  [[nodiscard]] std::size_t rows(const std::string& name) const;
  /// A dataset of integers of any width. Numbers above 2^63 − 1 are refused.
  [[nodiscard]] std::vector<std::int64_t> read_integers(const std::string& name) const;
  /// A dataset of texts of fixed or variable length, without the zeros and blanks that fill them up; none where it does
  /// not hold texts.
  [[nodiscard]] std::vector<std::string> read_texts(const std::string& name) const;
  /// An attribute of the file that is one text; empty where there is none.
  [[nodiscard]] std::string read_text_attribute(const std::string& name) const;

  /// The numbers in the variable-length rows of a dataset, as the file stores them.
  struct Element {
    std::size_t bytes = 0;
    bool real = false;
    bool is_signed = false;
  };
  [[nodiscard]] Element ragged_element(const std::string& name) const;
  /// `count` rows from `first` on of a dataset of variable-length rows, converted to T: float or double for reals,
  /// std::uint16_t, std::int64_t or std::uint64_t for integers. HDF5 replaces what T cannot hold by the nearest that it
  /// can, so T must hold what ragged_element() says. Ask for some hundred rows at a time: HDF5 allocates each of them.
  template <class T>
  [[nodiscard]] Ragged<T> read_ragged(const std::string& name, std::size_t first, std::size_t count) const;
  /// The same of a dataset of reals of half precision, unconverted (HDF5 takes 50 ns for each): patterns, and the float
  /// that each of the 65536 is; none where the dataset has other reals.
  [[nodiscard]] Ragged<std::uint16_t> read_ragged_patterns(const std::string& name, std::size_t first,
                                                           std::size_t count) const;
  [[nodiscard]] std::vector<float> half_precision_values(const std::string& name) const;

 private:
  [[nodiscard]] Hdf5Handle open(const std::string& name) const;
  [[nodiscard]] std::size_t rows(hid_t dataset, const std::string& name) const;
  /// Type of the numbers of a variable-length dataset.
  [[nodiscard]] Hdf5Handle element_type(hid_t dataset, const std::string& name) const;
  [[nodiscard]] Hdf5Handle element_type(hid_t dataset, const std::string& name, H5T_class_t wanted) const;
  /// Rows of a variable-length dataset as numbers of the type `element` in memory, which T represents.
  template <class T>
  [[nodiscard]] Ragged<T> read_rows(hid_t dataset, const std::string& name, hid_t element, std::size_t first,
                                    std::size_t count) const;
  /// A whole dataset of numbers of any width, as T, which the type `native` is in memory.
  template <class T>
  [[nodiscard]] std::vector<T> read_numbers(hid_t dataset, const std::string& name, hid_t native) const;
  /// Refuses a number of rows of `bytes` each that the file cannot hold.
  void check_claim(hid_t dataset, const std::string& name, std::size_t rows, std::size_t bytes) const;
  [[noreturn]] void fail(const std::string& name, const std::string& reason) const;

  std::filesystem::path path_;
  Hdf5Silence silence_;
  Hdf5Handle file_;
};

/// Writes a whole one-dimensional dataset of `count` numbers that are of the type `native` in memory, and the groups on
/// the way to it; false where it cannot be written.
bool write_dataset(hid_t file, const char* name, hid_t stored, hid_t native, std::size_t count, const void* values);

}  // namespace hetsyn::tasks
