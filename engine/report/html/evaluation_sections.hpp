#pragma once
#include "report/html/page.hpp"
#include "run/evaluation.hpp"

/// Sections of a page that an evaluation gives.
namespace hetsyn {

/// Which classes were taken for which: the confusion matrix, the share of each class that was recognised, and the most
/// frequent confusions.
Section confusion_section(const EvaluationReport& report);

/// Firing rates and operations of each population in one inference.
Section cost_section(const EvaluationReport& report);

}  // namespace hetsyn
