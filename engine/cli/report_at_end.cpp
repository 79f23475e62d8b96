#include "cli/report_at_end.hpp"

#include <exception>
#include <optional>

#include "cli/log.hpp"
#include "report/html/run_page.hpp"

namespace hetsyn::cli {
namespace {

/// Without an evaluation if `stop` is set, before or meanwhile.
Page page_of(const std::filesystem::path& run, const OpenedRun& opened, const std::atomic<bool>& stop) {
  if (!stop) {
    const auto page = run_page({.run = run, .open = [&] { return opened; }}, stop);
    if (page) return *page;
  }
  return run_page({.run = run}, std::atomic<bool>(false)).value();
}

}  // namespace

void ReportAtEnd::write_to(const RunDirectory& directory) {
  run_ = directory.path();
  file_ = directory.report();
}

ReportAtEnd::~ReportAtEnd() {
  if (run_.empty()) return;
  try {
    write_page(file_, page_of(run_, opened_, stop_));
    log::info("report in {}", file_.string());
  } catch (const std::exception& error) {
    log::warning("no report was written: {}", error.what());
  }
}

}  // namespace hetsyn::cli
