#include "report/html/run_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "report/html/run_curves.hpp"
#include "report/html/run_decays.hpp"
#include "report/html/run_evaluation.hpp"
#include "report/html/run_facts.hpp"
#include "report/run_record.hpp"
#include "run/data_json.hpp"

namespace hetsyn {
namespace {

/// Seconds after which a watched page loads itself again: about an epoch.
unsigned reload_s(const RunRecord& run) {
  constexpr double kShortest = 5.0, kLongest = 60.0;
  if (!run.summary || run.epochs.empty()) return static_cast<unsigned>(kShortest);
  const double seconds = run.summary->at("seconds").number() / static_cast<double>(run.epochs.size());
  return static_cast<unsigned>(std::clamp(seconds, kShortest, kLongest));
}

std::string title_of(const RunRecord& run) {
  return fmt::format("{}, {}, seed {}", run.task(), key_text(run, "model.neuron"), key_text(run, "train.seed"));
}

std::vector<std::string> notices(const RunRecord& run) {
  std::vector<std::string> out;
  if (std::string state = state_text(run); !state.empty()) out.push_back(std::move(state));
  const auto data = run.summary ? run.summary->find("data") : std::nullopt;
  if (!data) return out;
  if (const DataIdentity identity = data_from_json(*data); identity.standin) {
    out.push_back(fmt::format(
        "The data are a stand-in, {}: the numbers on this page are not results on the real corpus.", identity.name));
  }
  return out;
}

void append(std::vector<Section>& all, std::vector<Section> sections) {
  std::ranges::move(sections, std::back_inserter(all));
}

}  // namespace

std::optional<Page> run_page(const RunPageRequest& request, const std::atomic<bool>& stop) {
  const RunRecord run = read_run_record(request.run);
  Page page{.title = title_of(run),
            .subtitle = fmt::format("Report of the run {}", run.path.filename().string()),
            .notices = notices(run)};
  if (request.watched && run.going) page.reload_s = reload_s(run);
  std::optional<RunEvaluation> evaluation = evaluate_for_page(run, request.open, request.samples, stop);
  if (!evaluation) return std::nullopt;
  page.sections = {facts_section(run), results_section(run), curves_section(run)};
  append(page.sections, std::move(evaluation->decisions));
  append(page.sections, std::move(evaluation->activity));
  append(page.sections, decay_sections(run));
  append(page.sections, std::move(evaluation->cost));
  page.sections.push_back(configuration_section(run));
  return page;
}

}  // namespace hetsyn
