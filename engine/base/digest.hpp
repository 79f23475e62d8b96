#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Digests of texts and bytes by XXH3. They identify content, but do not protect against intentional changes.
namespace hetsyn {

/// A digest of 64 bits.
std::uint64_t hash_of(std::string_view bytes);
/// hash_of() as 16 hexadecimal digits.
std::string hash_name(std::string_view bytes);

/// A digest of 128 bits, most significant byte first.
using Digest = std::array<std::uint8_t, 16>;

Digest digest_of(std::span<const std::byte> bytes);

/// The digest as 32 hexadecimal digits.
std::string to_hex(const Digest& digest);

/// The form in which the digest of data is recorded: the name of the algorithm, then to_hex().
std::string data_digest_text(const Digest& digest);

/// One digest of several lists and texts. The length of each is hashed too, so that ("a", "bc") and ("ab", "c") differ.
class Digester {
 public:
  Digester();
  Digester(const Digester&) = delete;
  Digester& operator=(const Digester&) = delete;
  ~Digester();

  template <class T>
  void add(const std::vector<T>& values) {
    static_assert(std::has_unique_object_representations_v<T> || std::is_floating_point_v<T>);
    add_bytes(std::as_bytes(std::span(values)));
  }
  void add(const Digest& digest) { add_bytes(std::as_bytes(std::span(digest))); }
  void add(std::string_view text) { add_bytes(std::as_bytes(std::span(text))); }
  void add(const std::vector<std::string>& texts);
  [[nodiscard]] Digest digest() const;

 private:
  struct State;
  void add_bytes(std::span<const std::byte> bytes);

  std::unique_ptr<State> state_;
};

}  // namespace hetsyn
