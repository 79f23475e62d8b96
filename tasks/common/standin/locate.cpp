#include "common/standin/locate.hpp"

#include <hetsyn/error.hpp>
#include <optional>

namespace hetsyn::tasks {
namespace {

namespace fs = std::filesystem;

/// Uses only the folder that the user names: other data would give different results under the same name.
CorpusLocation given_folder(const fs::path& folder, const CorpusQuery& corpus) {
  std::error_code none;
  const std::string missing = fs::exists(folder, none) ? corpus.missing(folder) : "such folder";
  if (!missing.empty()) {
    throw sdk::NoData("task.path = " + folder.string() + ": does not hold " + corpus.title + " (no " + missing +
                      "); expected its folder, or \"\" to search the usual ones. " + corpus.remedy);
  }
  return {folder, false};
}

/// The folders to search if the user names none, in this order.
std::vector<fs::path> usual_folders(const sdk::OpenArgs& args, const std::string& name) {
  std::vector<fs::path> folders;
  for (const fs::path& folder : args.data_path()) {
    folders.push_back(folder);
    folders.push_back(folder / name);
  }
  folders.push_back(fs::path("data") / name);
  return folders;
}

/// The first folder with the corpus; lists the folders before it in `tried`.
std::optional<fs::path> find(const sdk::OpenArgs& args, const CorpusQuery& corpus, std::string& tried) {
  for (const fs::path& folder : usual_folders(args, corpus.name)) {
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
  std::error_code none;
  const bool is_made = fs::exists(folder, none);
  const std::string lacks = is_made ? std::string() : corpus.standin_lacks();
  if (!lacks.empty()) throw sdk::NoData(not_found + ". " + lacks + ". " + corpus.remedy);
  if (args.dry_run() && !is_made) {
    throw sdk::DataToBeMade(not_found + ". A run would first make a synthetic corpus instead, " + folder.string() +
                            ", which takes about " + corpus.standin_time);
  }
  args.warning(not_found + ". A synthetic corpus is used instead, " + folder.string() + ". " + corpus.remedy);
  const auto tell_waiting = [&] {
    args.info("another process is making the stand-in for " + corpus.title + "; waiting for it");
  };
  make_once(folder, tell_waiting, [&](const fs::path& directory) {
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
  return {
      Key::path(
          "path", "",
          "Folder with the data; empty: each folder of HETSYN_DATA and its subfolder " + name + ", then data/" + name),
      Key::boolean("standin", true, "If the data are not found: use a synthetic corpus; otherwise stop").placement()};
}

CorpusLocation locate_corpus(const sdk::OpenArgs& args, const CorpusQuery& corpus) {
  if (const fs::path given = args.path("path"); !given.empty()) return given_folder(given, corpus);
  std::string tried;
  if (const std::optional<fs::path> folder = find(args, corpus, tried)) return {*folder, false};
  const std::string not_found = corpus.title + " was not found; looked in " + tried;
  if (!corpus.standin || !args.boolean("standin")) throw sdk::NoData(not_found + ". " + corpus.remedy);
  return make_standin(args, corpus, not_found);
}

}  // namespace hetsyn::tasks
