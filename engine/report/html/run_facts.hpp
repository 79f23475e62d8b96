#pragma once
#include <string>
#include <string_view>

#include "report/html/page.hpp"
#include "report/run_record.hpp"

/// Sections of the page of a run that say what was computed, and what came of it.
namespace hetsyn {

/// The value of a key of the recorded config ("train.seed"); empty if it is absent.
std::string key_text(const RunRecord& run, std::string_view key);

/// Task, data, network, training, machine, cost.
Section facts_section(const RunRecord& run);

/// Each metric in the last epoch, the best on validation and the best on test, and what the three mean.
Section results_section(const RunRecord& run);

/// All keys.
Section configuration_section(const RunRecord& run);

}  // namespace hetsyn
