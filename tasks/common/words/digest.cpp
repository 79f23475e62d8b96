#include "common/words/digest.hpp"

#define XXH_INLINE_ALL  // the library's header alone
#include <xxhash.h>

#include <algorithm>

namespace hetsyn::tasks {

Digest digest_of(std::span<const std::byte> bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  Digest digest;
  std::ranges::copy(canonical.digest, digest.begin());
  return digest;
}

std::string to_hex(const Digest& digest) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace hetsyn::tasks
