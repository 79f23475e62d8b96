#include "common/files/idx_file.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <hetsyn/error.hpp>
#include <hetsyn/exceptions.hpp>
#include <memory>
#include <span>
#include <string>
#include <system_error>

#include "base/error_text.hpp"

namespace hetsyn::tasks {
namespace {

constexpr std::uint32_t kImageMagic = 0x00000803;  // unsigned bytes, three dimensions
constexpr std::uint32_t kLabelMagic = 0x00000801;  // unsigned bytes, one dimension
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
constexpr std::size_t kBytesPerRead = std::size_t{1} << 20;

/// Reads a file from start to end. zlib passes uncompressed files through unchanged.
class ByteReader {
 public:
  explicit ByteReader(std::filesystem::path path) : path_(std::move(path)), file_(nullptr, gzclose_r) {
    std::error_code none;
    if (!std::filesystem::is_regular_file(path_, none)) fail("is not a file");
    errno = 0;
    file_.reset(gzopen(path_.c_str(), "rb"));
    if (file_ == nullptr) fail(std::string("cannot be opened: ") + error_text(errno));
  }

  [[noreturn]] void fail(const std::string& reason) const { throw sdk::TaskError(path_.string() + ": " + reason); }

  /// Fills `bytes` as far as the file goes and returns the number of bytes read.
  std::size_t read(std::span<std::uint8_t> bytes) {
    const int got = gzread(file_.get(), bytes.data(), static_cast<unsigned>(bytes.size()));
    int code = Z_OK;
    const char* const message = gzerror(file_.get(), &code);
    if (code == Z_BUF_ERROR) fail("is truncated: the compressed data end early");
    if (got < 0) fail(std::string("is damaged: ") + message);
    return static_cast<std::size_t>(got);
  }

  std::uint32_t big_endian(const char* what) {
    std::array<std::uint8_t, 4> bytes{};
    if (read(bytes) != bytes.size()) fail(std::string("is truncated: it ends before ") + what);
    return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
  }

 private:
  std::filesystem::path path_;
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
};

void check_magic(ByteReader& reader, std::uint32_t wanted, const char* meaning) {
  const std::uint32_t magic = reader.big_endian("its first number");
  if (magic != wanted) {
    reader.fail("starts with the number " + std::to_string(magic) + "; expected " + std::to_string(wanted) +
                ", an IDX file of " + meaning);
  }
}

/// The bytes after the header, which must be exactly `promised`.
std::vector<std::uint8_t> read_rest(ByteReader& reader, std::uint64_t promised) {
  std::vector<std::uint8_t> bytes;
  std::size_t got = 0;
  do {
    bytes.resize(got + std::min<std::uint64_t>(kBytesPerRead, promised - got));
    const std::size_t more = reader.read(std::span(bytes).subspan(got));
    if (more == 0 && got < promised) {
      reader.fail("is truncated: its header promises " + std::to_string(promised) + " bytes and there are " +
                  std::to_string(got));
    }
    got += more;
  } while (got < promised);
  std::uint8_t extra = 0;
  if (reader.read({&extra, 1}) != 0) {
    reader.fail("continues after the " + std::to_string(promised) + " bytes that its header promises");
  }
  return bytes;
}

void put_big_endian(std::ofstream& out, std::uint32_t number) {
  for (const int shift : {24, 16, 8, 0}) out.put(static_cast<char>(number >> shift & 0xFFU));
}

void write_bytes(const std::filesystem::path& file, std::span<const std::uint32_t> header,
                 std::span<const std::uint8_t> bytes) {
  errno = 0;
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  for (const std::uint32_t number : header) put_big_endian(out, number);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) throw sdk::TaskError(file.string() + ": cannot be written: " + error_text(errno));
}

}  // namespace

IdxImages read_idx_images(const std::filesystem::path& file) {
  ByteReader reader(file);
  check_magic(reader, kImageMagic, "images");
  const std::uint32_t count = reader.big_endian("its number of images");
  IdxImages images;
  images.rows = reader.big_endian("its number of rows");
  images.columns = reader.big_endian("its number of columns");
  // The product of two 32-bit factors fits into 64 bits; the third factor is compared by division.
  const std::uint64_t size = images.pixels_per_image();
  const std::string shape =
      std::to_string(count) + " images of " + std::to_string(images.rows) + "x" + std::to_string(images.columns);
  if (count == 0 || size == 0) reader.fail("promises " + shape + "; expected at least one pixel");
  if (size > kMostBytes / count) reader.fail("promises " + shape + "; expected at most 2^30 pixels");
  images.pixels = read_rest(reader, size * count);
  return images;
}

std::vector<std::uint8_t> read_idx_labels(const std::filesystem::path& file) {
  ByteReader reader(file);
  check_magic(reader, kLabelMagic, "labels");
  const std::uint32_t count = reader.big_endian("its number of labels");
  if (count == 0 || count > kMostBytes) {
    reader.fail("promises " + std::to_string(count) + " labels; expected 1 to 2^30");
  }
  return read_rest(reader, count);
}

void write_idx_images(const std::filesystem::path& file, const IdxImages& images) {
  const std::array<std::uint32_t, 4> header{kImageMagic, static_cast<std::uint32_t>(images.count()), images.rows,
                                            images.columns};
  write_bytes(file, header, images.pixels);
}

void write_idx_labels(const std::filesystem::path& file, const std::vector<std::uint8_t>& labels) {
  const std::array<std::uint32_t, 2> header{kLabelMagic, static_cast<std::uint32_t>(labels.size())};
  write_bytes(file, header, labels);
}

}  // namespace hetsyn::tasks
