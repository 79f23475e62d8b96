#pragma once
#include <string>
#include <string_view>

namespace hetsyn {

/// A plugin's text in a form that is safe in terminals, JSON and lines of a file: control characters become blanks, and
/// each byte that is not UTF-8 becomes U+FFFD, as in the engine's own JSON.
std::string printable(std::string_view text);

/// A text of a plugin, made printable; "" for null. Throws PluginError, which names `what`, if it does not end within
/// HETSYN_MAX_TEXT bytes.
std::string read_text(std::string_view what, const char* text);

}  // namespace hetsyn
