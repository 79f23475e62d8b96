#pragma once
#include <string_view>

/// The files that every page contains, as the build has embedded them in the engine (page_files.S).
namespace hetsyn {

std::string_view page_style();   ///< page.css
std::string_view page_script();  ///< figure.js and page.js
std::string_view plotly_gzip();  ///< plotly.min.js compressed by gzip; empty if the build could not get it
std::string_view plotly_licence();

}  // namespace hetsyn
