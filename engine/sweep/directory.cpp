#include "sweep/directory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <hetsyn/exceptions.hpp>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/digest.hpp"
#include "base/error_text.hpp"
#include "base/file_lock.hpp"
#include "base/files.hpp"
#include "core/folder_place.hpp"
#include "core/json_file.hpp"
#include "core/json_text.hpp"
#include "run/data_json.hpp"
#include "run/summary.hpp"
#include "sweep/json.hpp"

namespace hetsyn {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// Locks the byte of a file that belongs to `name`. Empty if another process has locked it; with `wait`, blocks
/// instead.
std::optional<Descriptor> claim_byte(const fs::path& file, std::string_view name, bool wait) {
  Descriptor descriptor(file, O_RDWR | O_CREAT);
  if (descriptor.number() < 0) {
    throw RunError(fmt::format("{}: cannot open: {}", file.string(), error_text(errno)));
  }
  const auto byte = static_cast<::off_t>(hash_of(name) >> 2);  // offsets are signed
  // Some file systems have no locks; then none is needed.
  if (lock_byte(descriptor, byte, wait) == LockState::busy) return std::nullopt;
  return descriptor;
}

Json plan_json(const SweepFile& sweep, const std::vector<SweepModel>& models) {
  Json plan{{"task", sweep.task}, {"split", sweep.split}, {"checkpoint", sweep.checkpoint}};
  plan["points"] = Json::array();
  for (const SweepModel& model : models) {
    for (const SweepPoint& point : model.points) {
      plan["points"].push_back({{"hash", point.hash},
                                {"model", model.hash},
                                {"seed", model.seed},
                                {"settings", settings_json(point.settings)}});
    }
  }
  return plan;
}

/// Writes only changed content, so that several processes may start at once.
void write_where_new(const fs::path& file, const std::string& content) {
  if (!fs::exists(file) || read_file(file) != content) write_file_atomically(file, content);
}

}  // namespace

bool is_whole_point(const fs::path& file) {
  constexpr std::string_view kEnd = "\n}\n";  // the object inside is indented
  std::ifstream content(file, std::ios::binary | std::ios::ate);
  if (!content || content.tellg() < static_cast<std::streamoff>(kEnd.size())) return false;
  std::string end(kEnd.size(), '\0');
  content.seekg(-static_cast<std::streamoff>(kEnd.size()), std::ios::end);
  content.read(end.data(), static_cast<std::streamsize>(end.size()));
  return content && end == kEnd;
}

bool is_sweep_directory(const fs::path& path) {
  return fs::exists(path / "plan.json") && fs::exists(path / "sweep.toml");
}

SweepDirectory::SweepDirectory(fs::path path) : path_(std::move(path)) {
  check_folder_place(path_, "a sweep directory");
  // `claims` is the first file of a sweep; another process may have created it just now.
  if (fs::exists(path_) && !fs::is_empty(path_) && !fs::exists(path_ / "claims")) {
    throw UsageError(fmt::format("{}: is neither empty nor a sweep directory; choose another --out", path_.string()));
  }
}

void SweepDirectory::create() const {
  make_directories(path_);
  const SweepClaim claims_file(*claim_byte(path_ / "claims", "directory", true));
  for (const char* name : {"models", "points", "failed", "logs"}) make_directories(path_ / name);
}

void SweepDirectory::write_plan(const SweepFile& sweep, const std::vector<SweepModel>& models) const {
  const SweepClaim writer(*claim_byte(path_ / "claims", "directory", true));
  write_where_new(path_ / "plan.json", json_text(plan_json(sweep, models), 1) + "\n");
  write_where_new(path_ / "sweep.toml", write_sweep_file(sweep));
}

std::optional<SweepClaim> SweepDirectory::claim(const std::string& model) const {
  std::optional<Descriptor> file = claim_byte(path_ / "claims", model, false);
  if (!file) return std::nullopt;
  return SweepClaim(*std::move(file));
}

void SweepDirectory::write_point(const std::string& hash, const std::string& content) const {
  write_file_atomically(point(hash), content);
}

void SweepDirectory::write_failure(const std::string& hash, const SweepSettings& settings,
                                   const std::string& reason) const {
  const Json content{{"hash", hash}, {"status", "failed"}, {"settings", settings_json(settings)}, {"reason", reason}};
  write_file_atomically(failure(hash), json_text(content, 2) + "\n");
}

void SweepDirectory::forget_failures(const SweepModel& model) const {
  fs::remove(failure(model.hash));
  for (const SweepPoint& each : model.points) fs::remove(failure(each.hash));
}

PointState SweepDirectory::state(const SweepModel& model, const SweepPoint& each) const {
  if (is_whole_point(point(each.hash))) return PointState::finished;
  const bool failed = fs::exists(failure(each.hash)) || fs::exists(failure(model.hash));
  return failed ? PointState::failed : PointState::missing;
}

std::string SweepDirectory::headline(const SweepModel& model) const {
  const auto finished = [&](const SweepPoint& each) { return is_whole_point(point(each.hash)); };
  const auto first = std::ranges::find_if(model.points, finished);
  if (first == model.points.end()) return "no result";
  try {
    const JsonValue content = read_json_object(point(first->hash));
    const std::string metric = content.at("metric").text();
    const std::optional<double> value = content.at("metrics").number_if_any(metric);
    const DataIdentity data = data_from_json(content.at("data"));
    return fmt::format("{} {} on {}", metric, value ? metric_text(*value) : "undefined",
                       data_title(data.name, data.standin));
  } catch (const Error& error) {
    return error.what();
  }
}

bool SweepDirectory::is_open(const SweepModel& model) const {
  return std::ranges::any_of(model.points,
                             [&](const SweepPoint& each) { return state(model, each) == PointState::missing; });
}

}  // namespace hetsyn
