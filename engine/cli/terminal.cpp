#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/algorithm/string/predicate.hpp>
#include <cstdlib>

#include "cli/number.hpp"

namespace hetsyn::cli {
namespace {

constexpr std::size_t kUsualColumns = 80, kMostColumns = 10'000;

/// Empty if the variable is not set.
std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

std::size_t columns_of(int descriptor, bool is_terminal) {
  winsize size{};
  std::size_t columns = kUnlimitedColumns;
  if (is_terminal && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) columns = size.ws_col;
  if (const auto wanted = parse_number<std::size_t>(variable("COLUMNS"), 1, kMostColumns)) {
    columns = std::min(columns, *wanted);
  }
  return is_terminal && columns == kUnlimitedColumns ? kUsualColumns : columns;
}

/// As setlocale() does, but also for a locale that is not installed, as in most containers.
bool locale_is_utf8() {
  for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (const std::string_view locale = variable(name); !locale.empty()) {
      return boost::icontains(locale, "utf-8") || boost::icontains(locale, "utf8");
    }
  }
  return false;
}

}  // namespace

std::string Terminal::paint(const fmt::text_style& style, std::string_view text) const {
  return color ? fmt::format(style, "{}", text) : std::string(text);
}

Terminal terminal_of(int descriptor) {
  const bool is_terminal = ::isatty(descriptor) == 1;
  const std::string_view type = variable("TERM");
  Terminal terminal;
  terminal.columns = columns_of(descriptor, is_terminal);
  terminal.redraws = is_terminal && !type.empty() && type != "dumb";
  terminal.color = terminal.redraws && variable("NO_COLOR").empty();
  terminal.utf8 = locale_is_utf8();
  return terminal;
}

}  // namespace hetsyn::cli
