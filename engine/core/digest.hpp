#pragma once
#include <cstdint>
#include <string>
#include <string_view>

/// Digests of texts and bytes, by XXH3: they tell content apart, and are no protection against intent.
namespace hetsyn {

std::uint64_t hash_of(std::string_view bytes);
/// The same as 16 hexadecimal digits.
std::string hash_name(std::string_view bytes);

}  // namespace hetsyn
