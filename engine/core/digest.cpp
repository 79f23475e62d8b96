#include "core/digest.hpp"

#include <fmt/format.h>

#define XXH_INLINE_ALL  // the library's header alone
#include <xxhash.h>

namespace hetsyn {

std::uint64_t hash_of(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::string hash_name(std::string_view bytes) { return fmt::format("{:016x}", hash_of(bytes)); }

}  // namespace hetsyn
