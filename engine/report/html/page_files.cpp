#include "report/html/page_files.hpp"

#define EMBEDDED(name) extern "C" const char name##_begin[], name##_end[]
EMBEDDED(hetsyn_page_style);
EMBEDDED(hetsyn_page_script);
EMBEDDED(hetsyn_plotly_gzip);
EMBEDDED(hetsyn_plotly_licence);

namespace hetsyn {

std::string_view page_style() { return {hetsyn_page_style_begin, hetsyn_page_style_end}; }
std::string_view page_script() { return {hetsyn_page_script_begin, hetsyn_page_script_end}; }
std::string_view plotly_gzip() { return {hetsyn_plotly_gzip_begin, hetsyn_plotly_gzip_end}; }
std::string_view plotly_licence() { return {hetsyn_plotly_licence_begin, hetsyn_plotly_licence_end}; }

}  // namespace hetsyn
