#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/hdf5.hpp"

namespace hetsyn {

/// How the datasets of a file may be stored.
enum class Hdf5Storage : std::uint8_t {
  plain,       ///< contiguous and uncompressed
  compressed,  ///< contiguous, or in chunks with the filters deflate, shuffle and fletcher32
};

/// n rows of different lengths, stored one after the other.
template <class T>
struct Ragged {
  std::vector<std::uint64_t> offsets{0};  ///< [n+1]: row i is values[offsets[i] … offsets[i+1])
  std::vector<T> values;

  [[nodiscard]] std::size_t rows() const { return offsets.size() - 1; }
  [[nodiscard]] std::size_t length(std::size_t row) const { return offsets[row + 1] - offsets[row]; }
};

/// Reads HDF5 files that may be damaged or made on purpose to do harm. Nothing outside the file is read: soft and
/// external links, external and virtual datasets, and all filters except HDF5's own deflate, shuffle and fletcher32 are
/// refused, and no filter is loaded. It allocates no more memory than the size of the file, or its caller's limit,
/// justifies. HDF5 itself may crash on damaged files, which this class cannot prevent: either the bytes must have been
/// checked by a checksum, or the file is read in a separate process. All members throw RunError, which names file and
/// dataset. Not thread-safe, as HDF5 is not.
class Hdf5Reader {
 public:
  /// Reads from `image`, the bytes of an uncompressed file.
  Hdf5Reader(std::string name, const std::string& image);
  /// Reads a file on the disk, which may be compressed.
  explicit Hdf5Reader(const std::filesystem::path& file);

  /// The name of the file, for messages.
  [[nodiscard]] const std::string& name() const { return name_; }
  /// Whether there is a dataset or group with this path.
  [[nodiscard]] bool has(const std::string& path) const;
  /// The number of datasets and groups in a group.
  [[nodiscard]] std::size_t size_of_group(const std::string& path) const;
  /// Their names, in alphabetical order.
  [[nodiscard]] std::vector<std::string> names_of_group(const std::string& path) const;
  /// The shape of a dataset of any type.
  [[nodiscard]] Shape shape(const std::string& path) const;

  /// Reads a dataset that has exactly this element type: float, double, char or std::uint64_t. If a shape is given, any
  /// other shape is refused.
  template <class T>
  [[nodiscard]] std::vector<T> read(const std::string& path, const std::optional<Shape>& shape = std::nullopt) const;
  template <class T>
  [[nodiscard]] T read_one(const std::string& path) const {
    return read<T>(path, Shape{1}).front();
  }
  /// Reads a dataset of bytes.
  [[nodiscard]] std::string read_text(const std::string& path) const;

  /// The number of rows of a one-dimensional dataset of any type.
  [[nodiscard]] std::size_t rows(const std::string& path) const;
  /// A value for `most_rows` if only the size of the file limits them.
  static constexpr std::size_t kAsTheFileHolds = std::numeric_limits<std::size_t>::max();
  /// Reads integers of any width, at most `most_rows`. Values above 2^63 − 1 are refused.
  [[nodiscard]] std::vector<std::int64_t> read_integers(const std::string& path, std::size_t most_rows) const;
  /// Reads at most `most_rows` texts of fixed or variable length, without padding zeros and blanks. Empty if the
  /// dataset does not contain texts.
  [[nodiscard]] std::vector<std::string> read_texts(const std::string& path, std::size_t most_rows) const;
  /// Reads an attribute of the file that is one text. Empty if there is none.
  [[nodiscard]] std::string read_text_attribute(const std::string& name) const;

  /// The element type of rows of variable length, as it is stored.
  struct Element {
    std::size_t bytes = 0;
    bool real = false;
    bool is_signed = false;
  };
  [[nodiscard]] Element ragged_element(const std::string& path) const;
  /// Reads `count` rows, starting with `first`, of a dataset with rows of variable length, and converts them to T:
  /// float or double for reals, std::uint16_t, std::int64_t or std::uint64_t for integers. HDF5 replaces values outside
  /// the range of T by the nearest value, so T must be able to represent what ragged_element() returns. Each row may be
  /// read only once: rows whose sizes add up to more than the file share their content, and are refused.
  template <class T>
  [[nodiscard]] Ragged<T> read_ragged(const std::string& path, std::size_t first, std::size_t count) const;
  /// The same for half-precision reals, without conversion, for which HDF5 needs 50 ns per value: returns the bit
  /// patterns, and writes the float value of each of the 65536 patterns. Empty if the dataset has other reals.
  [[nodiscard]] Ragged<std::uint16_t> read_ragged_patterns(const std::string& path, std::size_t first,
                                                           std::size_t count) const;
  [[nodiscard]] std::vector<float> half_precision_values(const std::string& path) const;

 private:
  [[noreturn]] void fail(const std::string& path, const std::string& reason) const;
  /// Whether there is an object with this path. Refuses any link on the path that is not a hard link.
  [[nodiscard]] bool find(const std::string& path) const;
  /// Opens a dataset. Refuses a storage layout or filter that is not allowed.
  [[nodiscard]] Hdf5Handle open(const std::string& path) const;
  void check_layout(const Hdf5Handle& creation, const std::string& path) const;
  void check_filters(const Hdf5Handle& creation, const std::string& path) const;
  void check_chunks(const Hdf5Handle& creation, std::size_t element_bytes, const std::string& path) const;

  [[nodiscard]] Shape shape_of(const Hdf5Handle& dataset, const std::string& path) const;
  /// Refuses a shape that is too large for the file.
  void check_claim(const Shape& shape, std::size_t element_bytes, const std::string& path) const;
  [[nodiscard]] std::size_t rows_of(const Hdf5Handle& dataset, const std::string& path) const;
  /// The number of rows of a dataset that is read as a whole. Refuses more than `most`, or more than the file can
  /// contain.
  [[nodiscard]] std::size_t bounded_rows(const Hdf5Handle& dataset, const std::string& path, std::size_t most) const;
  template <class T>
  [[nodiscard]] std::vector<T> read_values(const Hdf5Handle& dataset, const std::string& path, std::size_t count) const;

  /// The element type of rows of variable length: integers or reals of at most 64 bits.
  [[nodiscard]] Hdf5Handle element_type(const Hdf5Handle& dataset, const std::string& path) const;
  [[nodiscard]] Hdf5Handle element_type(const Hdf5Handle& dataset, const std::string& path, H5T_class_t wanted) const;
  /// Reads rows of variable length as numbers of the HDF5 type `element`, which corresponds to T.
  template <class T>
  [[nodiscard]] Ragged<T> read_rows(const Hdf5Handle& dataset, const std::string& path, hid_t element,
                                    std::size_t first, std::size_t count) const;
  [[nodiscard]] std::vector<std::string> read_fixed_texts(const Hdf5Handle& dataset, const std::string& path,
                                                          std::size_t count) const;
  [[nodiscard]] std::vector<std::string> read_variable_texts(const Hdf5Handle& dataset, const std::string& path,
                                                             std::size_t count) const;

  Hdf5Silence silence_;
  std::string name_;
  Hdf5Storage storage_;
  std::size_t size_;  ///< bytes of the file
  Hdf5Handle file_;
  mutable std::size_t row_bytes_left_;  ///< limit for the rows of variable length that are still to be read
};

}  // namespace hetsyn
