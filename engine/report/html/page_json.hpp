#pragma once
#include <string>

#include "report/html/page.hpp"

namespace hetsyn {

/// The content of a page as the JSON that page.js reads: the members of the structures under their own names, without
/// those that have their default value. Numbers have 7 significant digits (whole numbers all), NaN and infinity are
/// null.
std::string page_json(const Page& page);

}  // namespace hetsyn
