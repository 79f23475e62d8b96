#pragma once
#include <fmt/format.h>

#include <charconv>
#include <concepts>
#include <hetsyn/exceptions.hpp>
#include <optional>
#include <string_view>
#include <system_error>

/// Numbers in the text of options.
namespace hetsyn::cli {

/// The number that the whole text consists of; empty if it is not a number from `minimum` to `maximum`.
template <class Number>
std::optional<Number> parse_number(std::string_view text, Number minimum, Number maximum) {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  const bool good = error == std::errc() && stopped == end && value >= minimum && value <= maximum;
  return good ? std::optional(value) : std::nullopt;
}

/// The value of an option. Throws UsageError if it is not a number from `minimum` to `maximum`.
template <class Number>
Number number_option(std::string_view option, std::string_view text, Number minimum, Number maximum) {
  if (const auto value = parse_number(text, minimum, maximum)) return *value;
  throw UsageError(fmt::format("{} {}: expected {} from {} to {}", option, text,
                               std::integral<Number> ? "an integer" : "a number", minimum, maximum));
}

}  // namespace hetsyn::cli
