#include "report/html/page.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <hetsyn/exceptions.hpp>
#include <string_view>

#include "base/files.hpp"
#include "report/html/gzip.hpp"
#include "report/html/page_files.hpp"
#include "report/html/page_json.hpp"

namespace hetsyn {

namespace {

/// The browser refuses every request that leaves the file. Plotly.js compiles its WebGL code at run time.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:";

std::string html_text(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

}  // namespace

void require_plotly() {
  if (plotly_gzip().empty()) {
    throw RunError(
        "this engine was built without Plotly.js, which draws the figures of a report: build it again with a network "
        "connection, or with cmake -D HETSYN_PLOTLY=WHEEL, the file of the Python package plotly that docs/reports.md "
        "names");
  }
}

std::string page_html(const Page& page) {
  require_plotly();
  const std::string reload =
      page.reload_s ? fmt::format("<meta http-equiv=\"refresh\" content=\"{}\">\n", *page.reload_s) : "";
  return fmt::format(R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
{reload}<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<noscript>This report needs JavaScript: the script in this file draws its tables and figures.</noscript>
<main id="page"><p id="progress" role="status">The report is being unpacked.</p></main>
<script type="text/plain" id="content">{content}</script>
<!-- Plotly.js, compressed by gzip. {licence}-->
<script type="text/plain" id="plotly">{plotly}</script>
<script>
{script}</script>
</body>
</html>
)",
                     fmt::arg("policy", kPolicy), fmt::arg("reload", reload), fmt::arg("title", html_text(page.title)),
                     fmt::arg("style", page_style()), fmt::arg("content", base64(gzip(page_json(page)))),
                     fmt::arg("plotly", base64(plotly_gzip())), fmt::arg("script", page_script()),
                     fmt::arg("licence", plotly_licence()));
}

void write_page(const std::filesystem::path& file, const Page& page) { write_file_atomically(file, page_html(page)); }

}  // namespace hetsyn
