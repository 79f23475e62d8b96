#include "common/standin/locate.hpp"

#include <algorithm>
#include <hetsyn/error.hpp>
#include <optional>

namespace hetsyn::tasks {
namespace {

namespace fs = std::filesystem;

/// Folders to look into, in this order.
std::vector<fs::path> candidates(const sdk::OpenArgs& args, const std::string& name) {
  std::vector<fs::path> folders;
  if (!args.path("path").empty()) folders.push_back(args.path("path"));
  for (const fs::path& folder : args.data_path()) {
    folders.push_back(folder);
    folders.push_back(folder / name);
  }
  const fs::path usual = fs::path("data") / name;
  if (std::ranges::find(folders, usual) == folders.end()) folders.push_back(usual);
  return folders;
}

/// The first folder with the corpus; the others before it are listed in `tried`.
std::optional<fs::path> find(const sdk::OpenArgs& args, const CorpusQuery& corpus, std::string& tried) {
  for (const fs::path& folder : candidates(args, corpus.name)) {
    const std::string missing = corpus.missing(folder);
    if (missing.empty()) return folder;
    tried += (tried.empty() ? "" : "; ") + folder.string() + " (no " + missing + ")";
  }
  return std::nullopt;
}

CorpusLocation make_standin(const sdk::OpenArgs& args, const CorpusQuery& corpus, const std::string& not_found) {
  if (args.cache_path().empty()) {
    throw sdk::NoData(not_found + ". A stand-in needs a cache: set XDG_CACHE_HOME or HOME. " + corpus.remedy);
  }
  const fs::path folder = args.cache_path() / "standin" / (corpus.name + "-v" + std::to_string(corpus.standin_version));
  args.warning(not_found + ". A made-up corpus stands in for it, " + folder.string() + ". " + corpus.remedy);
  make_once(folder, [&](const fs::path& directory) {
    args.info("making the stand-in for " + corpus.title + "; this is done once");
    corpus.standin(directory);
  });
  const std::string missing = corpus.missing(folder);
  if (!missing.empty()) {
    throw sdk::TaskError(folder.string() + ": lacks " + missing + "; remove the folder, and it will be made again");
  }
  return {folder, true};
}

}  // namespace

std::vector<sdk::Key> location_keys(const std::string& name) {
  using sdk::Key;
  return {Key::path("path", "", "Folder with the data; otherwise HETSYN_DATA and data/" + name + " are searched"),
          Key::boolean("standin", true, "Where the data are not found: run on a made-up corpus, or stop")};
}

CorpusLocation locate_corpus(const sdk::OpenArgs& args, const CorpusQuery& corpus) {
  std::string tried;
  if (const std::optional<fs::path> folder = find(args, corpus, tried)) {
    if (const fs::path path = args.path("path"); !path.empty() && *folder != path) {
      args.warning("task.path = " + path.string() + " does not hold " + corpus.title + "; using " + folder->string());
    }
    return {*folder, false};
  }
  const std::string not_found = corpus.title + " was not found; looked in " + tried;
  if (!corpus.standin || !args.boolean("standin")) throw sdk::NoData(not_found + ". " + corpus.remedy);
  return make_standin(args, corpus, not_found);
}

}  // namespace hetsyn::tasks
