#pragma once
#include <string>
#include <string_view>

namespace hetsyn {

/// `text` as a gzip file in memory. Throws std::bad_alloc without memory.
std::string gzip(std::string_view text);

/// RFC 4648, with padding.
std::string base64(std::string_view bytes);

}  // namespace hetsyn
