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
  plain,       ///< in one piece, as they are
  compressed,  ///< the same, or in chunks, which may be deflated, shuffled and have checksums
};

/// n rows of different lengths, one after the other.
template <class T>
struct Ragged {
  std::vector<std::uint64_t> offsets{0};  ///< [n+1]: row i is values[offsets[i] … offsets[i+1])
  std::vector<T> values;

  [[nodiscard]] std::size_t rows() const { return offsets.size() - 1; }
  [[nodiscard]] std::size_t length(std::size_t row) const { return offsets[row + 1] - offsets[row]; }
};

/// Reads an HDF5 file as one of strangers. Nothing outside of the file is touched: links are hard ones, or refused, as
/// are external and virtual datasets and all filters but HDF5's own deflate, shuffle and fletcher32, of which none is
/// loaded. No memory is taken for more than the file can hold, or the caller asks for. What HDF5 itself does with a
/// damaged file is not in our hands: it may crash. So the bytes have a checksum, or another process reads them. All
/// members throw RunError naming the file and the dataset. HDF5 is not safe for threads.
class Hdf5Reader {
 public:
  /// `image`: the bytes of the file, stored plainly.
  Hdf5Reader(std::string name, const std::string& image);
  /// A file on the disk, which may be compressed.
  explicit Hdf5Reader(const std::filesystem::path& file);

  /// Of the file, for errors.
  [[nodiscard]] const std::string& name() const { return name_; }
  /// Whether there is a dataset or group of that name.
  [[nodiscard]] bool has(const std::string& path) const;
  /// Number of datasets and groups in a group.
  [[nodiscard]] std::size_t size_of_group(const std::string& path) const;

  /// A dataset of exactly this element type: float, double, char or std::uint64_t. With a shape, any other one is
  /// refused.
  template <class T>
  [[nodiscard]] std::vector<T> read(const std::string& path, const std::optional<Shape>& shape = std::nullopt) const;
  template <class T>
  [[nodiscard]] T read_one(const std::string& path) const {
    return read<T>(path, Shape{1}).front();
  }
  /// A dataset of bytes.
  [[nodiscard]] std::string read_text(const std::string& path) const;

  /// Number of rows of a dataset of one dimension and any type.
  [[nodiscard]] std::size_t rows(const std::string& path) const;
  /// For `most_rows` where nothing but the size of the file limits them.
  static constexpr std::size_t kAsTheFileHolds = std::numeric_limits<std::size_t>::max();
  /// Integers of any width, at most so many. Numbers above 2^63 − 1 are refused.
  [[nodiscard]] std::vector<std::int64_t> read_integers(const std::string& path, std::size_t most_rows) const;
  /// Texts of fixed or variable length, at most so many, without the zeros and blanks that fill them up; none where the
  /// dataset does not hold texts.
  [[nodiscard]] std::vector<std::string> read_texts(const std::string& path, std::size_t most_rows) const;
  /// An attribute of the file that is one text; empty where there is none.
  [[nodiscard]] std::string read_text_attribute(const std::string& name) const;

  /// The numbers in the rows of variable length of a dataset, as the file stores them.
  struct Element {
    std::size_t bytes = 0;
    bool real = false;
    bool is_signed = false;
  };
  [[nodiscard]] Element ragged_element(const std::string& path) const;
  /// `count` rows from `first` on of a dataset of rows of variable length, converted to T: float or double for reals,
  /// std::uint16_t, std::int64_t or std::uint64_t for integers. HDF5 replaces what T cannot hold by the nearest that it
  /// can, so T must hold what ragged_element() says. Each row may be read once: rows that are larger than the file in
  /// all share their content, and are refused.
  template <class T>
  [[nodiscard]] Ragged<T> read_ragged(const std::string& path, std::size_t first, std::size_t count) const;
  /// The same of a dataset of reals of half precision, unconverted (HDF5 takes 50 ns for each): patterns, and the float
  /// that each of the 65536 is; none where the dataset has other reals.
  [[nodiscard]] Ragged<std::uint16_t> read_ragged_patterns(const std::string& path, std::size_t first,
                                                           std::size_t count) const;
  [[nodiscard]] std::vector<float> half_precision_values(const std::string& path) const;

 private:
  [[noreturn]] void fail(const std::string& path, const std::string& reason) const;
  /// Whether there is something of that name. Refuses all links on the way that are not hard ones.
  [[nodiscard]] bool find(const std::string& path) const;
  /// Refuses what is not stored as it may be.
  [[nodiscard]] Hdf5Handle open(const std::string& path) const;
  void check_layout(const Hdf5Handle& creation, const std::string& path) const;
  void check_filters(const Hdf5Handle& creation, const std::string& path) const;
  void check_chunks(const Hdf5Handle& creation, std::size_t element_bytes, const std::string& path) const;

  [[nodiscard]] Shape shape_of(const Hdf5Handle& dataset, const std::string& path) const;
  /// Refuses a shape that the file cannot hold.
  void check_claim(const Shape& shape, std::size_t element_bytes, const std::string& path) const;
  [[nodiscard]] std::size_t rows_of(const Hdf5Handle& dataset, const std::string& path) const;
  /// The same for what is read as a whole: refuses more than `most`, or than the file can hold.
  [[nodiscard]] std::size_t bounded_rows(const Hdf5Handle& dataset, const std::string& path, std::size_t most) const;
  template <class T>
  [[nodiscard]] std::vector<T> read_values(const Hdf5Handle& dataset, const std::string& path, std::size_t count) const;

  /// Type of the numbers in rows of variable length: integers or reals of at most 64 bits.
  [[nodiscard]] Hdf5Handle element_type(const Hdf5Handle& dataset, const std::string& path) const;
  [[nodiscard]] Hdf5Handle element_type(const Hdf5Handle& dataset, const std::string& path, H5T_class_t wanted) const;
  /// Rows of variable length as numbers of the type `element` in memory, which T represents.
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
  mutable std::size_t row_bytes_left_;  ///< that the rows of variable length not yet read may have
};

}  // namespace hetsyn
