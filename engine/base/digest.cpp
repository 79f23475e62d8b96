#include "base/digest.hpp"

#include <fmt/format.h>

#define XXH_INLINE_ALL  // the header only
#include <xxhash.h>

#include <algorithm>

namespace hetsyn {
namespace {

Digest to_digest(XXH128_hash_t hash) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  Digest digest;
  std::ranges::copy(canonical.digest, digest.begin());
  return digest;
}

}  // namespace

std::uint64_t hash_of(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::string hash_name(std::string_view bytes) { return fmt::format("{:016x}", hash_of(bytes)); }

Digest digest_of(std::span<const std::byte> bytes) { return to_digest(XXH3_128bits(bytes.data(), bytes.size())); }

std::string to_hex(const Digest& digest) {
  std::string text;
  for (const std::uint8_t byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

std::string data_digest_text(const Digest& digest) { return "xxh3:" + to_hex(digest); }

struct Digester::State {
  XXH3_state_t hash;
};

Digester::Digester() : state_(std::make_unique<State>()) { XXH3_128bits_reset(&state_->hash); }

Digester::~Digester() = default;

void Digester::add(const std::vector<std::string>& texts) {
  const std::uint64_t count = texts.size();
  add_bytes(std::as_bytes(std::span(&count, 1)));
  for (const std::string& text : texts) add(std::string_view(text));
}

Digest Digester::digest() const { return to_digest(XXH3_128bits_digest(&state_->hash)); }

void Digester::add_bytes(std::span<const std::byte> bytes) {
  const std::uint64_t length = bytes.size();
  XXH3_128bits_update(&state_->hash, &length, sizeof length);
  XXH3_128bits_update(&state_->hash, bytes.data(), bytes.size());
}

}  // namespace hetsyn
