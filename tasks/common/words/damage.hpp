#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <hetsyn/config.hpp>
#include <string>
#include <vector>

/// Handles a few unusable recordings in a corpus of thousands.
namespace hetsyn::tasks {

/// The key that limits the number of damaged recordings.
std::vector<sdk::Key> damage_keys();

/// One sentence: the number of damaged files, and the first three of them with the exception that `read` throws for
/// each. `damaged`: indices into `files`; if it is empty, the text is empty.
std::string describe_damage(const std::vector<std::filesystem::path>& files, const std::vector<std::uint32_t>& damaged,
                            const std::function<void(const std::filesystem::path&)>& read);

/// Warns of the damage. Throws sdk::TaskError if more recordings are damaged than task.damaged_share allows.
void check_damage(const sdk::OpenArgs& args, const std::string& damage, std::size_t damaged, std::size_t files);

}  // namespace hetsyn::tasks
