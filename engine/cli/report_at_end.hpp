#pragma once
#include <atomic>
#include <filesystem>

#include "run/opened_run.hpp"

namespace hetsyn::cli {

/// run.report: its destructor writes the page of a training into the run directory, however the training has ended.
class ReportAtEnd {
 public:
  /// `opened` and `stop` must outlive it.
  ReportAtEnd(const OpenedRun& opened, const std::atomic<bool>& stop) : opened_(opened), stop_(stop) {}
  /// Does nothing without write_to(). A page that cannot be made is a warning.
  ~ReportAtEnd();
  ReportAtEnd(const ReportAtEnd&) = delete;
  ReportAtEnd& operator=(const ReportAtEnd&) = delete;

  void write_to(const RunDirectory& directory);

 private:
  const OpenedRun& opened_;
  const std::atomic<bool>& stop_;
  std::filesystem::path run_, file_;  ///< empty: nothing is to be written
};

}  // namespace hetsyn::cli
