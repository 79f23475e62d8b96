#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "report/statistics.hpp"

/// What reports in Markdown, JSON and CSV are put together from.
namespace hetsyn {

/// "0.834 ± 0.012 [0.819, 0.849]", the mean alone for one value, "–" for none.
std::string spread_text(const Spread& spread);

/// What spread_text() says, in words, under a table; `over` names what varies: "seeds".
std::string spread_legend(std::string_view over);

/// A number that does not exist is null: JSON has no NaN.
nlohmann::ordered_json spread_json(const Spread& spread);

/// Quoted where it must be (RFC 4180).
std::string csv_field(const std::string& text);

/// "n,mean,sd,low95,high95"; what does not exist is empty.
std::string csv_spread(const Spread& spread);

}  // namespace hetsyn
