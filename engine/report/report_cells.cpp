#include "report/report_cells.hpp"

#include <fmt/format.h>

#include <cmath>

namespace hetsyn {
namespace {

std::string csv_number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : ""; }

}  // namespace

std::string spread_text(const Spread& spread) {
  if (spread.n == 0) return "–";
  if (spread.n == 1) return fmt::format("{:.4g}", spread.mean);
  return fmt::format("{:.3f} ± {:.3f} [{:.3f}, {:.3f}]", spread.mean, spread.sd, spread.low95(), spread.high95());
}

std::string spread_legend(std::string_view over, std::size_t columns) {
  return wrapped(
      fmt::format("\nMean ± standard deviation over {} [95 % interval of the mean, Student's t; of accuracies "
                  "cut off at 0 and 1, of their differences at −1 and 1].\n",
                  over),
      columns);
}

nlohmann::ordered_json spread_json(const Spread& spread) {
  return {{"n", spread.n},
          {"mean", spread.mean},
          {"sd", spread.sd},
          {"low95", spread.low95()},
          {"high95", spread.high95()}};
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string csv_spread(const Spread& spread) {
  return fmt::format("{},{},{},{},{}", spread.n, csv_number(spread.mean), csv_number(spread.sd),
                     csv_number(spread.low95()), csv_number(spread.high95()));
}

}  // namespace hetsyn
