#pragma once
#include <filesystem>
#include <functional>
#include <hetsyn/config.hpp>
#include <string>
#include <vector>

#include "common/standin/make_once.hpp"

/// Where a corpus is, and what takes its place where it is not.
namespace hetsyn::tasks {

/// What a task looks for, and what it says and makes where it finds nothing.
struct CorpusQuery {
  std::string name;   ///< "mnist": of its folder in HETSYN_DATA, in data/ and in the cache
  std::string title;  ///< "MNIST": as messages call it
  /// What a folder lacks, for the user: "shd_test.h5". Empty: the corpus is there.
  std::function<std::string(const std::filesystem::path& directory)> missing;
  std::string remedy;  ///< a sentence: how to get the corpus
  /// A sentence with what `standin` lacks on this machine; empty: nothing.
  std::function<std::string()> standin_lacks = [] { return std::string(); };
  FolderBuilder standin;     ///< makes a stand-in with the corpus's own layout; null: there is none
  int standin_version = 1;   ///< raised when `standin` makes something else than before
  std::string standin_time;  ///< how long that takes: "half a minute on two cores"
};

struct CorpusLocation {
  std::filesystem::path directory;
  bool standin = false;  ///< what is there was made by CorpusQuery::standin
};

/// The keys that locate_corpus() reads: `path` and `standin`.
std::vector<sdk::Key> location_keys(const std::string& name);

/// task.path where it is given; otherwise the first folder that lacks nothing of: each folder of HETSYN_DATA, and its
/// subfolder `name`; data/name. Where none has the corpus, the stand-in, which is made once in the cache. Throws
/// sdk::NoData naming the places tried and the remedy where task.path does not hold the corpus, where there is no
/// stand-in, or task.standin is false; sdk::TaskError where the stand-in cannot be made; and in a dry run
/// sdk::DataToBeMade where it would be.
CorpusLocation locate_corpus(const sdk::OpenArgs& args, const CorpusQuery& corpus);

}  // namespace hetsyn::tasks
