#pragma once
#include <filesystem>
#include <functional>
#include <hetsyn/config.hpp>
#include <string>
#include <vector>

#include "common/standin/make_once.hpp"

/// Finds a corpus, or makes a stand-in for it.
namespace hetsyn::tasks {

/// The corpus that a task looks for, and what to do if it is not found.
struct CorpusQuery {
  std::string name;   ///< "mnist": the name of its folder in HETSYN_DATA, in data/ and in the cache
  std::string title;  ///< "MNIST": the name in messages
  /// What is missing in a folder, for messages: "shd_test.h5". Empty if the corpus is complete.
  std::function<std::string(const std::filesystem::path& directory)> missing;
  std::string remedy;  ///< a sentence: how to get the corpus
  /// A sentence about what `standin` needs and this machine lacks; empty if nothing is missing.
  std::function<std::string()> standin_lacks = [] { return std::string(); };
  FolderBuilder standin;     ///< makes a stand-in in the layout of the corpus; null: there is none
  int standin_version = 1;   ///< increased when the output of `standin` changes
  std::string standin_time;  ///< the time that it takes: "half a minute on two cores"
};

struct CorpusLocation {
  std::filesystem::path directory;
  bool standin = false;  ///< the corpus was made by CorpusQuery::standin
};

/// The keys that locate_corpus() reads: `path` and `standin`.
std::vector<sdk::Key> location_keys(const std::string& name);

/// Returns task.path if it is given; otherwise the first complete folder among each folder of HETSYN_DATA and its
/// subfolder `name`, and data/name; otherwise the stand-in, which is made once in the cache. Throws sdk::NoData, which
/// lists the places tried and the remedy, if task.path does not have the corpus, if there is no stand-in, or if
/// task.standin is false; sdk::TaskError if the stand-in cannot be made; and in a dry run sdk::DataToBeMade if it would
/// be made.
CorpusLocation locate_corpus(const sdk::OpenArgs& args, const CorpusQuery& corpus);

}  // namespace hetsyn::tasks
