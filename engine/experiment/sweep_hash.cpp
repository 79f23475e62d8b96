#include "experiment/sweep_hash.hpp"

#include <fmt/format.h>

#define XXH_INLINE_ALL  // the library's header alone
#include <xxhash.h>

namespace hetsyn {

std::uint64_t hash_of(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

std::string hash_name(std::string_view text) { return fmt::format("{:016x}", hash_of(text)); }

}  // namespace hetsyn
