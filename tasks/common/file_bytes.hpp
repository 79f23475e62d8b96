#pragma once
#include <cstddef>
#include <filesystem>
#include <vector>

namespace hetsyn::tasks {

/// All bytes of a regular file. Throws sdk::TaskError naming the file: it is missing, no file, not readable, or larger
/// than `most_bytes`.
std::vector<std::byte> read_file_bytes(const std::filesystem::path& file, std::size_t most_bytes);

}  // namespace hetsyn::tasks
