#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/columns.hpp"
#include "report/statistics.hpp"

/// Building blocks of reports in Markdown, JSON and CSV.
namespace hetsyn {

/// "0.834 ± 0.012 [0.819, 0.849]"; only the mean for one value; "–" for no values.
std::string spread_text(const Spread& spread);

/// Explains the format of spread_text() below a table; `over` names what varies: "seeds".
std::string spread_legend(std::string_view over, std::size_t columns);

/// Undefined numbers are null, since JSON has no NaN.
nlohmann::ordered_json spread_json(const Spread& spread);

/// Quoted if necessary (RFC 4180).
std::string csv_field(const std::string& text);

/// "n,mean,sd,low95,high95"; undefined numbers are empty.
std::string csv_spread(const Spread& spread);

}  // namespace hetsyn
