#include "cli/check_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "core/columns.hpp"
#include "core/text_table.hpp"
#include "data/data_identity.hpp"

namespace hetsyn::cli {
namespace {

constexpr std::size_t kMostClassRows = 10;
constexpr std::size_t kVerdictColumns = 9;

std::string range(double least, double most) {
  return least == most ? fmt::format("{:.4g}", least) : fmt::format("{:.4g} to {:.4g}", least, most);
}

/// With three digits, and without an exponent where that is shorter.
std::string short_number(double value) {
  return value >= 100.0 && value < 1e7 ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value);
}

/// The table of splits: a row for each quantity, a column for each split.
class SplitTable {
 public:
  SplitTable(const TaskInfo& info, const TaskCheck& check) : info_(info), check_(check) {
    table_.titles = {"split"};
    table_.texts = 1;
    for (const CheckedSplit& split : check.splits) table_.titles.push_back(split.name);
  }

  std::string text(std::size_t columns) {
    row("samples", [](const CheckedSplit& s) { return fmt::format("{}{}", s.samples, s.drawn ? " drawn" : ""); });
    row("looked at", [](const CheckedSplit& s) { return std::to_string(s.looked_at); });
    add_classes();
    add_input();
    row("ms per sample, median", [](const CheckedSplit& s) { return fmt::format("{:.3g}", s.median_ms); });
    row("ms per sample, most", [](const CheckedSplit& s) { return fmt::format("{:.3g}", s.most_ms); });
    row("samples/s, 1 thread", [](const CheckedSplit& s) { return short_number(s.samples_per_s); });
    row(fmt::format("samples/s, {} threads", check_.threads),
        [](const CheckedSplit& s) { return short_number(s.samples_per_s_threads); });
    return table_text(table_, columns);
  }

 private:
  template <class Cell>
  void row(const std::string& name, const Cell& cell) {
    table_.rows.push_back({name});
    for (const CheckedSplit& split : check_.splits) {
      table_.rows.back().push_back(split.looked_at == 0 && name != "samples" && name != "looked at" ? "-"
                                                                                                    : cell(split));
    }
  }

  void add_classes() {
    const auto has_labels = [](const CheckedSplit& split) { return !split.labels.empty(); };
    if (std::ranges::none_of(check_.splits, has_labels)) return;
    for (std::size_t k = 0; info_.outputs <= kMostClassRows && k < info_.outputs; ++k) {
      const std::string name = info_.class_names.empty() ? "" : fmt::format(" ({:.12})", info_.class_names[k]);
      row(fmt::format("of class {}{}", k, name),
          [k](const CheckedSplit& s) { return s.labels.empty() ? "-" : std::to_string(s.labels[k]); });
    }
    if (info_.outputs <= kMostClassRows) return;
    row("classes that occur", [](const CheckedSplit& s) {
      const auto occurs = [](std::uint64_t count) { return count > 0; };
      return fmt::format("{} of {}", std::ranges::count_if(s.labels, occurs), s.labels.size());
    });
    row("samples of a class", [](const CheckedSplit& s) {
      if (s.labels.empty()) return std::string("-");
      const auto [least, most] = std::ranges::minmax(s.labels);
      return range(static_cast<double>(least), static_cast<double>(most));
    });
  }

  void add_input() {
    const bool analog = info_.input_kind == InputKind::analog;
    if (analog) {
      row("value, mean", [](const CheckedSplit& s) { return fmt::format("{:.3g}", s.input.mean_value); });
      row("value", [](const CheckedSplit& s) { return range(s.input.least_value, s.input.most_value); });
    } else {
      row("events, mean", [](const CheckedSplit& s) { return fmt::format("{:.4g}", s.input.mean_events); });
      row("events", [](const CheckedSplit& s) {
        return range(static_cast<double>(s.input.least_events), static_cast<double>(s.input.most_events));
      });
      row("Hz per channel, mean", [](const CheckedSplit& s) { return fmt::format("{:.3g}", s.input.rate_hz); });
      row("Hz of a channel", [](const CheckedSplit& s) {
        const auto [least, most] = std::ranges::minmax(s.input.channel_rates_hz);
        return fmt::format("{:.3g} to {:.3g}", least, most);
      });
    }
    row("silent channels", [](const CheckedSplit& s) { return std::to_string(s.input.silent.size()); });
    row("empty samples", [](const CheckedSplit& s) { return std::to_string(s.input.empty_samples); });
  }

  const TaskInfo& info_;
  const TaskCheck& check_;
  TextTable table_;
};

std::string line_of(const Finding& finding, const Terminal& terminal) {
  const auto [word, style] = [&]() -> std::pair<std::string_view, fmt::text_style> {
    switch (finding.verdict) {
      case Verdict::passed: return {"ok", fmt::fg(fmt::terminal_color::green)};
      case Verdict::warning: return {"warning", fmt::fg(fmt::terminal_color::yellow)};
      case Verdict::broken: return {"broken", fmt::fg(fmt::terminal_color::red)};
      case Verdict::not_applicable: break;
    }
    return {"-", {}};
  }();
  const std::string text = wrapped(fmt::format("{:<{}}{}: {}", word, kVerdictColumns, finding.check, finding.text),
                                   terminal.columns, kVerdictColumns);
  return terminal.paint(style, word) + text.substr(word.size()) + "\n";
}

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string conclusion(const TaskCheck& check) {
  const std::size_t broken = check.count(Verdict::broken), warnings = check.count(Verdict::warning);
  std::string text = broken == 0 ? "nothing breaks the contract" : counted(broken, "finding") + " that must be mended";
  if (warnings > 0) text += ", " + counted(warnings, "warning");
  return text;
}

}  // namespace

std::string check_text(const TaskInfo& info, const TaskCheck& check, const Terminal& terminal) {
  std::string out = wrapped(fmt::format("{} {} on {}: {} channels, {} steps of {:g} ms, {} outputs; seed {}", info.name,
                                        info.plugin_version, data_title(info.data_name, info.standin), info.inputs,
                                        info.steps, info.step_ms, info.outputs, check.seed),
                            terminal.columns, 2);
  out += "\n\n" + SplitTable(info, check).text(terminal.columns) + "\n";
  for (const Finding& finding : check.findings) out += line_of(finding, terminal);
  return out + "\n" + conclusion(check) + "\n";
}

}  // namespace hetsyn::cli
