#include "report/html/gzip.hpp"

#include <zlib.h>

#include <boost/archive/iterators/base64_from_binary.hpp>
#include <boost/archive/iterators/transform_width.hpp>
#include <limits>
#include <new>
#include <stdexcept>

namespace hetsyn {

std::string gzip(std::string_view text) {
  constexpr int kGzip = 16 + MAX_WBITS;  // zlib's way to ask for the header of gzip
  constexpr int kMemory = 8;             // zlib's default
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  std::string packed(deflateBound(&stream, text.size()), '\0');
  if (packed.size() > std::numeric_limits<uInt>::max()) {
    deflateEnd(&stream);
    throw std::length_error("a report of more than 4 GB");
  }
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib does not write to it
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);  // ends at once, since the bound is large enough
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string base64(std::string_view bytes) {
  using boost::archive::iterators::base64_from_binary;
  using boost::archive::iterators::transform_width;
  using Digits = base64_from_binary<transform_width<std::string_view::const_iterator, 6, 8>>;
  const std::size_t remainder = bytes.size() % 3;
  std::string padded(bytes);  // the iterator reads whole groups of three bytes
  if (remainder != 0) padded.append(3 - remainder, '\0');
  const std::string_view whole = padded;
  std::string text(Digits(whole.begin()), Digits(whole.end()));
  if (remainder != 0) text.replace(text.size() - (3 - remainder), 3 - remainder, 3 - remainder, '=');
  return text;
}

}  // namespace hetsyn
