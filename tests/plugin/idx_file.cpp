#include "common/files/idx_file.hpp"

#include <zlib.h>

#include <hetsyn/error.hpp>
#include <random>

#include "plugin/idx_bytes.hpp"
#include "plugin/support.hpp"
#include "support/temporary_directory.hpp"

using namespace hetsyn::tasks;
using hetsyn::sdk::TaskError;
using hetsyn::test::big_endian;
using hetsyn::test::image_bytes;
using hetsyn::test::label_bytes;
using hetsyn::test::read_text;
using hetsyn::test::Says;
using hetsyn::test::TemporaryDirectory;
using hetsyn::test::write_gzip;
using hetsyn::test::write_text;

namespace hetsyn::test {

void write_gzip(const std::filesystem::path& file, const std::string& bytes) {
  gzFile out = gzopen(file.c_str(), "wb");
  gzwrite(out, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(out);
}

}  // namespace hetsyn::test

namespace {

/// Two images of three rows and two columns.
const std::vector<std::uint8_t> kPixels{0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255};
const std::string kImages = image_bytes(2, 3, 2, kPixels);

struct Folder {
  TemporaryDirectory directory;
  std::filesystem::path file = directory / "images";

  void check_images_refused(const std::string& bytes, const std::string& reason) const {
    write_text(file, bytes);
    BOOST_CHECK_EXCEPTION(read_idx_images(file), TaskError, Says({file.string() + ": " + reason}));
    write_gzip(file, bytes);
    BOOST_CHECK_EXCEPTION(read_idx_images(file), TaskError, Says({file.string() + ": " + reason}));
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(idx_file)

BOOST_FIXTURE_TEST_CASE(plain_and_compressed_files_are_read_alike, Folder) {
  for (const bool compressed : {false, true}) {
    compressed ? write_gzip(file, kImages) : write_text(file, kImages);
    const IdxImages images = read_idx_images(file);
    BOOST_TEST(images.count() == 2U);
    BOOST_TEST(images.rows == 3U);
    BOOST_TEST(images.columns == 2U);
    BOOST_TEST(images.pixels == kPixels, boost::test_tools::per_element());
    compressed ? write_gzip(file, label_bytes({7, 0, 255})) : write_text(file, label_bytes({7, 0, 255}));
    BOOST_TEST((read_idx_labels(file) == std::vector<std::uint8_t>{7, 0, 255}));
  }
}

BOOST_FIXTURE_TEST_CASE(files_longer_than_one_read_are_whole, Folder) {
  std::vector<std::uint8_t> pixels(3U << 20);  // three reads of 1 MiB
  std::mt19937 random(1);
  for (std::uint8_t& pixel : pixels) pixel = static_cast<std::uint8_t>(random());
  write_gzip(file, image_bytes(3, 1024, 1024, pixels));
  BOOST_TEST((read_idx_images(file).pixels == pixels));
}

BOOST_FIXTURE_TEST_CASE(what_is_written_is_the_format, Folder) {
  write_idx_images(file, {3, 2, kPixels});
  BOOST_TEST(read_text(file) == kImages);
  write_idx_labels(file, {1, 2, 9});
  BOOST_TEST(read_text(file) == label_bytes({1, 2, 9}));
  BOOST_CHECK_EXCEPTION(write_idx_labels(directory / "none" / "labels", {1}), TaskError,
                        Says({"none/labels: cannot be written: No such file"}));
}

BOOST_FIXTURE_TEST_CASE(truncated_files_are_refused, Folder) {
  check_images_refused("", "is truncated: it ends before its first number");
  check_images_refused(kImages.substr(0, 3), "is truncated: it ends before its first number");
  check_images_refused(kImages.substr(0, 7), "is truncated: it ends before its number of images");
  check_images_refused(kImages.substr(0, 11), "is truncated: it ends before its number of rows");
  check_images_refused(kImages.substr(0, 15), "is truncated: it ends before its number of columns");
  check_images_refused(kImages.substr(0, 16), "is truncated: its header promises 12 bytes and there are 0");
  check_images_refused(kImages.substr(0, 27), "is truncated: its header promises 12 bytes and there are 11");
}

BOOST_FIXTURE_TEST_CASE(headers_that_cannot_be_true_are_refused, Folder) {
  check_images_refused(kImages + 'x', "continues after the 12 bytes that its header promises");
  check_images_refused(label_bytes({1, 2}), "starts with the number 2049; expected 2051, an IDX file of images");
  check_images_refused(image_bytes(0, 28, 28, {}), "promises 0 images of 28x28; expected at least one pixel");
  check_images_refused(image_bytes(5, 28, 0, {}), "promises 5 images of 28x0; expected at least one pixel");
  // 2^96 pixels: neither the product may overflow nor memory be asked for.
  check_images_refused(image_bytes(0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, {}), "promises 4294967295 images of ");
  check_images_refused(image_bytes(1U << 10, 1U << 10, (1U << 10) + 1, {}), "promises 1024 images of 1024x1025; ");
  // The largest promise that is believed: refused when the file ends, with memory for what was read only.
  check_images_refused(image_bytes(1U << 10, 1U << 10, 1U << 10, {1}), "is truncated: its header promises 1073741824");
}

BOOST_FIXTURE_TEST_CASE(bad_label_files_are_refused, Folder) {
  const auto refused = [&](const std::string& bytes, const std::string& reason) {
    write_text(file, bytes);
    BOOST_CHECK_EXCEPTION(read_idx_labels(file), TaskError, Says({file.string() + ": " + reason}));
  };
  refused(kImages, "starts with the number 2051; expected 2049, an IDX file of labels");
  refused(label_bytes({}), "promises 0 labels");
  refused(big_endian({0x801, 0xFFFFFFFF}), "promises 4294967295 labels");
  refused(label_bytes({1, 2, 3}).substr(0, 10), "is truncated: its header promises 3 bytes and there are 2");
}

BOOST_FIXTURE_TEST_CASE(damaged_compression_is_refused, Folder) {
  write_gzip(file, image_bytes(64, 8, 8, std::vector<std::uint8_t>(64 * 64, 9)));
  const std::string sound = read_text(file);
  write_text(file, sound.substr(0, sound.size() - 12));
  BOOST_CHECK_EXCEPTION(read_idx_images(file), TaskError, Says({"is truncated: the compressed data end early"}));
  std::string damaged = sound;
  damaged[damaged.size() - 6] ^= 1;  // of the checksum
  write_text(file, damaged);
  BOOST_CHECK_EXCEPTION(read_idx_images(file), TaskError, Says({"is damaged: ", "incorrect data check"}));
}

BOOST_FIXTURE_TEST_CASE(what_is_no_file_is_refused, Folder) {
  BOOST_CHECK_EXCEPTION(read_idx_images(directory / "none"), TaskError, Says({"none: is not a file"}));
  BOOST_CHECK_EXCEPTION(read_idx_images(directory.path()), TaskError, Says({": is not a file"}));
  std::filesystem::create_symlink(file, directory / "a");
  std::filesystem::create_symlink(directory / "a", file);
  BOOST_CHECK_EXCEPTION(read_idx_images(file), TaskError, Says({": is not a file"}));
}

BOOST_AUTO_TEST_SUITE_END()
