#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <hetsyn/config.hpp>
#include <string>
#include <vector>

/// Recordings that cannot be used, in a corpus of thousands that can.
namespace hetsyn::tasks {

/// The schema's key that says how many may be damaged.
std::vector<sdk::Key> damage_keys();

/// One sentence: how many of the files are damaged, and the first three of them with what `read` throws for each.
/// `damaged`: indices into `files`; empty gives an empty text.
std::string describe_damage(const std::vector<std::filesystem::path>& files, const std::vector<std::uint32_t>& damaged,
                            const std::function<void(const std::filesystem::path&)>& read);

/// Warns of the damage; throws sdk::TaskError where more recordings are damaged than task.damaged_share allows.
void judge_damage(const sdk::OpenArgs& args, const std::string& damage, std::size_t damaged, std::size_t files);

}  // namespace hetsyn::tasks
