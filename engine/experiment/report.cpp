#include "experiment/report.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <vector>

#include "core/error.hpp"

namespace hetsyn {
namespace {

using nlohmann::json;

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw DataError(fmt::format("{}: cannot be read; expected a run directory", file.string()));
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The configuration without what may differ between the runs of a row: the seed, and where the run lies.
std::string without_seed(const std::string& config) {
  std::istringstream in(config);
  std::string kept;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("seed = ") && !line.starts_with("out = ")) kept += line + '\n';
  }
  return kept;
}

/// Runs of one configuration.
struct Row {   // NOLINT(bugprone-exception-escape): the check sees a throw in nlohmann::json's move, which is noexcept
  json facts;  ///< summary.json of the first run
  std::set<std::string> seeds;
  std::vector<double> last, best_validation, best_test, train, seconds;
};

void append(std::vector<double>& values, const json& number) {
  if (number.is_number()) values.push_back(number.get<double>());
}

void add_run(Row& row, const json& summary, const std::filesystem::path& run) {
  if (row.seeds.empty()) row.facts = summary;
  if (!row.seeds.insert(summary.at("seed").dump()).second) {
    throw DataError(fmt::format("{}: a run of the same configuration and seed {} is in the table already", run.string(),
                                summary.at("seed").dump()));
  }
  const std::string metric = summary.at("selection").at("metric");
  const json& test = summary.at("metrics").at("test").at(metric);
  append(row.last, test.at("last"));
  append(row.best_validation, test.at("best_validation"));
  append(row.best_test, test.at("best_test"));
  append(row.train, summary.at("metrics").at("train").at(metric).at("last"));
  append(row.seconds, summary.at("seconds"));
}

double mean(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// "0.834 ± 0.012", the mean alone for one value, "–" for none.
std::string spread(const std::vector<double>& values) {
  if (values.empty()) return "–";
  const double centre = mean(values);
  if (values.size() == 1) return fmt::format("{:.4g}", centre);
  double squares = 0.0;
  for (const double value : values) squares += (value - centre) * (value - centre);
  return fmt::format("{:.3f} ± {:.3f}", centre, std::sqrt(squares / static_cast<double>(values.size() - 1)));
}

std::string row_text(const Row& row) {
  const json& f = row.facts;
  const std::string data = f.at("data").at("name").get<std::string>();
  return fmt::format("| {} | {}{} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {:.0f} |\n",
                     f.at("task").get<std::string>(), data, f.at("data").at("standin").get<bool>() ? " (stand-in)" : "",
                     f.at("model").get<std::string>(), f.at("parameters").dump(), row.seeds.size(),
                     f.at("epochs").dump(), f.at("selection").at("metric").get<std::string>(), spread(row.train),
                     spread(row.last), spread(row.best_validation), spread(row.best_test), mean(row.seconds));
}

}  // namespace

std::string report_table(std::span<const std::filesystem::path> runs) {
  std::map<std::string, std::size_t> row_of;  // configuration → row, rows in the order of the arguments
  std::vector<Row> rows;
  std::string unfinished;
  for (const std::filesystem::path& run : runs) {
    const std::string text = read_text(run / "summary.json");
    try {
      const json summary = json::parse(text);
      const std::string status = summary.at("status");
      if (status == "running" || status == "interrupted" || status == "failed") {
        unfinished += fmt::format("- {}: {}\n", run.string(), status);
        continue;
      }
      const auto [at, is_new] = row_of.emplace(without_seed(read_text(run / "config.toml")), rows.size());
      if (is_new) rows.emplace_back();
      add_run(rows[at->second], summary, run);
    } catch (const json::exception& error) {
      throw DataError(fmt::format("{}: not the summary of a run: {}", (run / "summary.json").string(), error.what()));
    }
  }
  std::string out;
  if (!rows.empty()) {
    out +=
        "| task | data | model | parameters | seeds | epochs | metric | train, last epoch | test, last epoch | test, "
        "best "
        "validation epoch | test, best test epoch | seconds a run |\n"
        "| --- | --- | --- | ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |\n";
  }
  for (const Row& row : rows) out += row_text(row);
  if (!unfinished.empty()) out += "\nNot counted, because they did not finish:\n" + unfinished;
  return out;
}

}  // namespace hetsyn
