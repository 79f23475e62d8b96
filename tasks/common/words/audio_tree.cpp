#include "common/words/audio_tree.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <system_error>

#include "common/words/lower_case.hpp"

namespace hetsyn::tasks {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFolders =
    8;  // corpora have six levels, but a data folder may contain a deep tree of other things

/// Ascending as in the "C" locale, ignoring case; names that differ only in case are ordered by case.
bool before(const fs::path& a, const fs::path& b) {
  const std::string left = lower_case(a.generic_string());
  const std::string right = lower_case(b.generic_string());
  return left != right ? left < right : a.generic_string() < b.generic_string();
}

bool is_audio_name(const fs::path& file) {
  const std::string extension = lower_case(file.extension().string());
  return extension == ".wav" || extension == ".flac" || extension == ".sph";
}

class Scan {
 public:
  explicit Scan(AudioTree& tree) : tree_(tree) {}

  void enter(const fs::path& relative, std::size_t depth) {
    std::error_code problem;
    const fs::path folder = tree_.root / relative;
    if (!entered_.insert(fs::canonical(folder, problem)).second) return;
    fs::directory_iterator next(folder, problem);
    std::vector<fs::path> folders;
    for (; !problem && next != fs::directory_iterator(); next.increment(problem)) {
      const fs::path entry = relative / next->path().filename();
      std::error_code unreachable;  // the target of a link; reading the file reports the error
      if (next->is_directory(unreachable)) {
        folders.push_back(entry);
      } else if (is_audio_name(entry)) {
        tree_.files.push_back(entry);
      }
    }
    if (problem) tree_.unreadable.push_back(folder.string() + ": " + problem.message());
    if (depth == kMostFolders) return;
    std::ranges::sort(folders, before);  // if two paths lead to one folder, always the same one is used
    for (const fs::path& next_folder : folders) enter(next_folder, depth + 1);
  }

 private:
  AudioTree& tree_;
  std::set<fs::path> entered_;
};

}  // namespace

AudioTree find_audio_files(const fs::path& root) {
  AudioTree tree{root, {}, {}};
  std::error_code none;
  if (!fs::is_directory(root, none)) return tree;
  Scan(tree).enter({}, 0);
  std::ranges::sort(tree.files, before);
  return tree;
}

}  // namespace hetsyn::tasks
