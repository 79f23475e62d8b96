#pragma once
#include <atomic>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "report/html/page.hpp"
#include "run/opened_run.hpp"

namespace hetsyn {

struct RunPageRequest {
  std::filesystem::path run;
  std::function<OpenedRun()> open = {};  ///< opens the run's task, where it throws, the page has the reason; or empty
  std::optional<std::vector<std::size_t>> samples =
      {};                ///< places in the set, whose activity is shown; empty: the first
  bool watched = false;  ///< the page is written again while the run is going on
};

/// The page of one run, from its directory and from an evaluation of its best checkpoint. Empty if `stop` was set.
/// Throws as read_run_record().
std::optional<Page> run_page(const RunPageRequest& request, const std::atomic<bool>& stop);

}  // namespace hetsyn
