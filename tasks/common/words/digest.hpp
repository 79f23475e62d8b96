#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace hetsyn::tasks {

/// 128 bits that differ where contents differ (XXH3; not meant against forgers), most significant byte first.
using Digest = std::array<std::uint8_t, 16>;

Digest digest_of(std::span<const std::byte> bytes);

/// 32 hexadecimal digits.
std::string to_hex(const Digest& digest);

}  // namespace hetsyn::tasks
