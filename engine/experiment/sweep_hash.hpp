#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace hetsyn {

/// XXH3, 64 bits: the same on every machine and in every version of the library.
std::uint64_t hash_of(std::string_view text);

/// The same as 16 hexadecimal digits.
std::string hash_name(std::string_view text);

}  // namespace hetsyn
