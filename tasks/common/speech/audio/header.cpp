#include "common/speech/audio/header.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <hetsyn/error.hpp>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace hetsyn::tasks {
namespace {

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[noreturn]] void fail_short(const std::string& name, std::uint64_t promised, std::size_t there) {
  throw sdk::TaskError(name + ": is truncated: its header promises " + std::to_string(promised) +
                       " bytes and there are " + std::to_string(there));
}

/// The number at the beginning of a text, after blanks; empty if there is none, or it is negative.
std::optional<std::uint64_t> leading_number(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  std::uint64_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  return result.ec == std::errc() ? std::optional(number) : std::nullopt;
}

/// Removes the first line from `rest` and returns it.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

// ---- NIST SPHERE: "NIST_1A\n", length of the header, then lines "name -i|-r|-sN value", ";" comments, "end_head" ----

using Fields = std::map<std::string_view, std::string_view>;

Fields sphere_fields(std::string_view header, const std::string& name) {
  Fields fields;
  while (!header.empty()) {
    const std::string_view line = take_line(header);
    if (line.starts_with("end_head")) return fields;
    const std::size_t type = line.find(" -");
    if (line.starts_with(';') || type == std::string_view::npos) continue;
    const std::size_t value = line.find(' ', type + 1);
    if (value != std::string_view::npos) fields[line.substr(0, type)] = line.substr(value + 1);
  }
  throw sdk::TaskError(name + ": has a NIST SPHERE header without its end_head");
}

/// The value of a field that is a number of 0 or more; `otherwise` if the header lacks it.
std::uint64_t sphere_number(const Fields& fields, std::string_view field, std::uint64_t otherwise,
                            const std::string& name) {
  const auto found = fields.find(field);
  if (found == fields.end()) return otherwise;
  if (const std::optional<std::uint64_t> number = leading_number(found->second)) return *number;
  throw sdk::TaskError(name + ": has a NIST SPHERE header with " + std::string(field) + " = " +
                       std::string(found->second) + "; expected a number from 0 up");
}

void check_sphere(std::string_view file, const std::string& name) {
  std::string_view rest = file;
  take_line(rest);
  const std::optional<std::uint64_t> length = leading_number(take_line(rest));
  if (!length) throw sdk::TaskError(name + ": has a NIST SPHERE header that does not say its length");
  if (*length > file.size()) fail_short(name, *length, file.size());
  const Fields fields = sphere_fields(file.substr(0, *length), name);
  const auto coding = fields.find("sample_coding");
  const bool says_shorten = coding != fields.end() && coding->second.find("shorten") != std::string_view::npos;
  if (says_shorten || file.substr(*length).starts_with("ajkg")) {
    throw ShortenedAudio(name + ": is compressed with shorten, which cannot be read; convert it: sph2pipe -f wav " +
                         name + " OUT.wav");
  }
  // The product cannot overflow: each factor is limited by what fits into the file.
  std::uint64_t promised = 1;
  for (const auto& [field, otherwise] :
       {std::pair{"sample_count", 0}, std::pair{"channel_count", 1}, std::pair{"sample_n_bytes", 1}}) {
    const std::uint64_t factor = sphere_number(fields, field, static_cast<std::uint64_t>(otherwise), name);
    if (factor > file.size()) fail_short(name, factor, file.size());
    promised *= factor;
  }
  if (*length + promised > file.size()) fail_short(name, *length + promised, file.size());
}

// ---- RIFF: "RIFF", size, "WAVE", then chunks of a four-letter name, a 32-bit size and as many bytes, padded to even
// ----

// Programs that write to a pipe do not know the length and write sizes of this or more.
constexpr std::uint32_t kUnknownSize = 0x7FFFF000;

std::uint32_t little_endian_32(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

void check_riff(std::string_view file, const std::string& name) {
  std::size_t place = 12;
  while (place + 8 <= file.size()) {
    const std::string_view chunk = file.substr(place, 4);
    const std::uint32_t size = little_endian_32(file.substr(place + 4));
    place += 8;
    if (chunk == "data" && size >= kUnknownSize) return;
    if (size > file.size() - place) fail_short(name, place + std::uint64_t{size}, file.size());
    if (chunk == "data") return;
    place += std::size_t{size} + size % 2;
  }
  throw sdk::TaskError(name + ": is a WAV file without a data chunk");
}

}  // namespace

void check_audio_header(std::span<const std::byte> bytes, const std::string& name) {
  const std::string_view file = as_text(bytes);
  if (file.empty()) throw sdk::TaskError(name + ": is empty");
  if (file.starts_with("NIST_1A\n")) return check_sphere(file, name);
  if (file.starts_with("RIFF") && file.size() >= 12 && file.substr(8, 4) == "WAVE") return check_riff(file, name);
  if (!file.starts_with("fLaC")) throw sdk::TaskError(name + ": is not a WAV, FLAC or NIST SPHERE file");
}

}  // namespace hetsyn::tasks
