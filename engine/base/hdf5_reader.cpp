#include "base/hdf5_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <hetsyn/exceptions.hpp>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

namespace hetsyn {
namespace {

// The largest ratio by which deflate, the strongest of the filters, can compress.
constexpr std::size_t kMostCompression = 1032;
// HDF5 allocates memory for a whole chunk. Chunks usually have about a megabyte.
constexpr std::size_t kMostChunkBytes = std::size_t{1} << 26;
constexpr std::array<H5Z_filter_t, 3> kFilters{H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32};

/// The element types of read(), as NumPy calls them.
template <class T>
constexpr std::string_view kTypeName = std::is_same_v<T, float>    ? "float32"
                                       : std::is_same_v<T, double> ? "float64"
                                       : std::is_same_v<T, char>   ? "uint8"
                                                                   : "uint64";

Hdf5Handle open_image(const std::string& name, const std::string& image) {
  const Hdf5Handle access = hdf5_in_memory(image.size());
  std::string bytes = image;  // HDF5 takes a pointer to non-const, but copies
  H5Pset_file_image(access.get(), bytes.data(), bytes.size());
  Hdf5Handle file(H5Fopen(hdf5_memory_name(name).c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose);
  if (!file.valid()) throw RunError(fmt::format("{}: not an HDF5 file", name));
  return file;
}

Hdf5Handle open_file(const std::filesystem::path& path) {
  std::error_code none;
  if (!std::filesystem::is_regular_file(path, none)) throw RunError(path.string() + ": is not a file");
  Hdf5Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!file.valid()) {
    const bool signature = H5Fis_hdf5(path.c_str()) > 0;
    throw RunError(path.string() + (signature ? ": is an HDF5 file that is damaged, truncated or not readable"
                                              : ": is not an HDF5 file, or not readable"));
  }
  return file;
}

std::size_t size_on_disk(const std::filesystem::path& path) {
  std::error_code problem;
  const std::uintmax_t size = std::filesystem::file_size(path, problem);
  return problem ? 0 : size;
}

}  // namespace

Hdf5Reader::Hdf5Reader(std::string name, const std::string& image)
    : name_(std::move(name)),
      storage_(Hdf5Storage::plain),
      size_(image.size()),
      file_(open_image(name_, image)),
      row_bytes_left_(size_) {
  H5PLset_loading_state(0);  // no filter plugins: datasets and groups can request them
}

Hdf5Reader::Hdf5Reader(const std::filesystem::path& file)
    : name_(file.string()),
      storage_(Hdf5Storage::compressed),
      size_(size_on_disk(file)),
      file_(open_file(file)),
      row_bytes_left_(size_) {
  H5PLset_loading_state(0);
}

void Hdf5Reader::fail(const std::string& path, const std::string& reason) const {
  throw RunError(fmt::format("{}: the dataset {} {}", name_, path, reason));
}

bool Hdf5Reader::find(const std::string& path) const {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string name = path.substr(0, end);
    H5L_info_t link{};
    if (H5Lget_info(file_.get(), name.c_str(), &link, H5P_DEFAULT) < 0) return false;
    if (link.type != H5L_TYPE_HARD) {
      throw RunError(fmt::format("{}: {} is a link to another place or file, which is not followed", name_, name));
    }
    if (end == std::string::npos) return true;
  }
}

bool Hdf5Reader::has(const std::string& path) const { return find(path); }

std::size_t Hdf5Reader::size_of_group(const std::string& path) const {
  H5G_info_t info{};
  if (!find(path) || H5Gget_info_by_name(file_.get(), path.c_str(), &info, H5P_DEFAULT) < 0) {
    throw RunError(fmt::format("{}: the group {} is missing or damaged", name_, path));
  }
  return info.nlinks;
}

std::vector<std::string> Hdf5Reader::names_of_group(const std::string& path) const {
  std::vector<std::string> names(size_of_group(path));
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto read_name = [&](char* name, std::size_t room) {
      return H5Lget_name_by_idx(file_.get(), path.c_str(), H5_INDEX_NAME, H5_ITER_INC, i, name, room, H5P_DEFAULT);
    };
    const auto length = read_name(nullptr, 0);
    if (length < 0) throw RunError(fmt::format("{}: the group {} is damaged", name_, path));
    names[i].resize(static_cast<std::size_t>(length) + 1);
    read_name(names[i].data(), names[i].size());
    names[i].pop_back();  // the final zero
  }
  return names;
}

Shape Hdf5Reader::shape(const std::string& path) const { return shape_of(open(path), path); }

Hdf5Handle Hdf5Reader::open(const std::string& path) const {
  if (!find(path)) fail(path, "is missing");
  Hdf5Handle dataset(H5Dopen2(file_.get(), path.c_str(), H5P_DEFAULT), H5Dclose);
  if (!dataset.valid()) fail(path, "is not a dataset, or damaged");
  const Hdf5Handle creation(H5Dget_create_plist(dataset.get()), H5Pclose);
  check_layout(creation, path);
  check_filters(creation, path);
  const Hdf5Handle type(H5Dget_type(dataset.get()), H5Tclose);
  check_chunks(creation, H5Tget_size(type.get()), path);
  return dataset;
}

void Hdf5Reader::check_layout(const Hdf5Handle& creation, const std::string& path) const {
  const H5D_layout_t layout = H5Pget_layout(creation.get());
  if (layout == H5D_VIRTUAL || H5Pget_external_count(creation.get()) != 0) fail(path, "lies outside of the file");
  const bool whole = layout == H5D_CONTIGUOUS || layout == H5D_COMPACT;
  const bool good = whole || (layout == H5D_CHUNKED && storage_ == Hdf5Storage::compressed);
  if (!good) fail(path, "is stored in chunks; expected one that is stored in one piece");
}

void Hdf5Reader::check_filters(const Hdf5Handle& creation, const std::string& path) const {
  const int count = H5Pget_nfilters(creation.get());
  if (count < 0) fail(path, "is damaged");
  for (unsigned i = 0; i < static_cast<unsigned>(count); ++i) {
    unsigned flags = 0;
    std::size_t values = 0;
    std::array<char, 64> name{};
    const H5Z_filter_t filter =
        H5Pget_filter2(creation.get(), i, &flags, &values, nullptr, name.size() - 1, name.data(), nullptr);
    if (std::ranges::find(kFilters, filter) != kFilters.end()) continue;
    fail(path, fmt::format("is stored through the filter {} ('{}'); deflate, shuffle and fletcher32 are read",
                           static_cast<int>(filter), name.data()));
  }
}

void Hdf5Reader::check_chunks(const Hdf5Handle& creation, std::size_t element_bytes, const std::string& path) const {
  if (H5Pget_layout(creation.get()) != H5D_CHUNKED) return;
  std::array<hsize_t, H5S_MAX_RANK> extents{};
  const int dimensions = H5Pget_chunk(creation.get(), H5S_MAX_RANK, extents.data());
  if (dimensions <= 0 || element_bytes == 0) fail(path, "is damaged");
  std::size_t room = kMostChunkBytes / element_bytes;
  for (int d = 0; d < dimensions; ++d) {
    const hsize_t extent = extents[static_cast<std::size_t>(d)];
    if (extent == 0 || extent > room) {
      fail(path, fmt::format("is stored in chunks of more than {} MiB", kMostChunkBytes >> 20));
    }
    room /= extent;
  }
}

Shape Hdf5Reader::shape_of(const Hdf5Handle& dataset, const std::string& path) const {
  const Hdf5Handle space(H5Dget_space(dataset.get()), H5Sclose);
  if (H5Sget_simple_extent_type(space.get()) != H5S_SIMPLE) fail(path, "is not an array");
  std::array<hsize_t, H5S_MAX_RANK> extents{};
  const int dimensions = H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr);
  if (dimensions < 0) fail(path, "is damaged");
  return {extents.begin(), extents.begin() + dimensions};
}

void Hdf5Reader::check_claim(const Shape& shape, std::size_t element_bytes, const std::string& path) const {
  const std::size_t compression = storage_ == Hdf5Storage::plain ? 1 : kMostCompression;
  std::size_t room = size_ / std::max<std::size_t>(element_bytes, 1) * compression;
  for (const std::size_t extent : shape) {
    if (extent > room) fail(path, fmt::format("claims the shape {}, more than the file can hold", shape_text(shape)));
    room = extent == 0 ? room : room / extent;
  }
}

std::size_t Hdf5Reader::rows_of(const Hdf5Handle& dataset, const std::string& path) const {
  const Shape shape = shape_of(dataset, path);
  if (shape.size() != 1) fail(path, "is not one-dimensional");
  return shape.front();
}

std::size_t Hdf5Reader::bounded_rows(const Hdf5Handle& dataset, const std::string& path, std::size_t most) const {
  const std::size_t rows = rows_of(dataset, path);
  if (rows > most) fail(path, fmt::format("has {} rows; expected at most {}", rows, most));
  const Hdf5Handle type(H5Dget_type(dataset.get()), H5Tclose);
  check_claim({rows}, H5Tget_size(type.get()), path);
  return rows;
}

template <class T>
std::vector<T> Hdf5Reader::read_values(const Hdf5Handle& dataset, const std::string& path, std::size_t count) const {
  std::vector<T> values(count);
  if (count > 0 && H5Dread(dataset.get(), hdf5_memory_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
    fail(path, "cannot be read: the file is damaged");
  }
  return values;
}

template <class T>
std::vector<T> Hdf5Reader::read(const std::string& path, const std::optional<Shape>& expected) const {
  const Hdf5Handle dataset = open(path);
  const Hdf5Handle type(H5Dget_type(dataset.get()), H5Tclose);
  if (H5Tequal(type.get(), hdf5_stored_type<T>()) <= 0)
    fail(path, fmt::format("has another element type; expected {}", kTypeName<T>));
  const Shape shape = shape_of(dataset, path);
  check_claim(shape, sizeof(T), path);
  if (expected && shape != *expected) {
    fail(path, fmt::format("has the shape {}, but {} was expected", shape_text(shape), shape_text(*expected)));
  }
  return read_values<T>(dataset, path, count_of(shape));
}

std::string Hdf5Reader::read_text(const std::string& path) const {
  const std::vector<char> text = read<char>(path);
  return {text.begin(), text.end()};
}

std::size_t Hdf5Reader::rows(const std::string& path) const { return rows_of(open(path), path); }

std::vector<std::int64_t> Hdf5Reader::read_integers(const std::string& path, std::size_t most_rows) const {
  const Hdf5Handle dataset = open(path);
  const Hdf5Handle type(H5Dget_type(dataset.get()), H5Tclose);
  if (H5Tget_class(type.get()) != H5T_INTEGER) fail(path, "does not hold integers");
  if (H5Tget_size(type.get()) > sizeof(std::int64_t)) fail(path, "holds integers of more than 64 bits");
  const std::size_t rows = bounded_rows(dataset, path, most_rows);
  if (H5Tget_sign(type.get()) != H5T_SGN_NONE) return read_values<std::int64_t>(dataset, path, rows);
  const std::vector<std::uint64_t> wide = read_values<std::uint64_t>(dataset, path, rows);
  const auto large = std::ranges::find_if(wide, [](std::uint64_t v) { return !std::in_range<std::int64_t>(v); });
  if (large != wide.end()) {
    fail(path, fmt::format("has the number {} in row {}, which makes no sense", *large, large - wide.begin()));
  }
  return {wide.begin(), wide.end()};
}

template std::vector<float> Hdf5Reader::read(const std::string&, const std::optional<Shape>&) const;
template std::vector<double> Hdf5Reader::read(const std::string&, const std::optional<Shape>&) const;
template std::vector<std::uint64_t> Hdf5Reader::read(const std::string&, const std::optional<Shape>&) const;

}  // namespace hetsyn
