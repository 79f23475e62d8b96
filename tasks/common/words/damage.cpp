#include "common/words/damage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <hetsyn/error.hpp>

namespace hetsyn::tasks {
namespace {

constexpr const char* kDamagedShare = "damaged_share";
constexpr std::size_t kNamed = 3;

std::string reason(const std::filesystem::path& file, const std::function<void(const std::filesystem::path&)>& read) {
  try {
    read(file);
  } catch (const sdk::TaskError& e) {
    return e.what();
  }
  return file.string() + ": could not be read before";
}

}  // namespace

std::vector<sdk::Key> damage_keys() {
  return {sdk::Key::real(kDamagedShare, 0.01,
                         "Share of the recordings that may be damaged; these are skipped with a warning, more end the "
                         "run; 0: the first one does")
              .between(0.0, 1.0)};
}

std::string describe_damage(const std::vector<std::filesystem::path>& files, const std::vector<std::uint32_t>& damaged,
                            const std::function<void(const std::filesystem::path&)>& read) {
  if (damaged.empty()) return {};
  std::string text = fmt::format("{} of {} recordings cannot be used: ", damaged.size(), files.size());
  for (std::size_t i = 0; i < std::min(kNamed, damaged.size()); ++i) {
    text += (i == 0 ? "" : "; ") + reason(files[damaged[i]], read);
  }
  return damaged.size() > kNamed ? text + "; and others" : text;
}

void check_damage(const sdk::OpenArgs& args, const std::string& damage, std::size_t damaged, std::size_t files) {
  if (damaged == 0) return;
  const double allowed = args.real(kDamagedShare);
  if (static_cast<double>(damaged) > allowed * static_cast<double>(files)) {
    throw sdk::TaskError(fmt::format("{}. They are more than task.{} = {} allows", damage, kDamagedShare, allowed));
  }
  args.warning(damage + ". They are skipped");
}

}  // namespace hetsyn::tasks
