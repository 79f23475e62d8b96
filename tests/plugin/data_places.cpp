// Where the tasks look for their data: the place that is given and no other; and what a dry run leaves alone.
#include <boost/test/data/test_case.hpp>
#include <ostream>

#include "plugin/support.hpp"
#include "support/temporary_directory.hpp"

using namespace hetsyn;
using namespace hetsyn::test;
namespace fs = std::filesystem;

namespace {

struct Corpus {
  std::string task, title;
  std::vector<NamedValue> values;
  bool standin = true;
};

std::ostream& operator<<(std::ostream& out, const Corpus& corpus) { return out << corpus.title; }

const std::vector<Corpus> kCorpora{{"shd", "SHD", {}},
                                   {"shd",
                                    "SSC",
                                    {{"train_file", std::string("ssc_train.h5")},
                                     {"validation_file", std::string("ssc_valid.h5")},
                                     {"test_file", std::string("ssc_test.h5")}},
                                    false},
                                   {"shd",
                                    "Arabic Speech Commands",
                                    {{"train_file", std::string("asc_train.h5")},
                                     {"validation_file", std::string("asc_valid.h5")},
                                     {"test_file", std::string("asc_test.h5")}},
                                    false},
                                   {"smnist", "MNIST", {}},
                                   {"tidigits", "TIDIGITS", {}},
                                   {"ti46", "TI46-Alpha", {}}};

std::unique_ptr<Task> open(const Corpus& corpus, const std::string& path, const OpenOptions& options) {
  std::vector<NamedValue> values = corpus.values;
  values.push_back({"path", path});
  return load_own_plugin(corpus.task).open(values, options);
}

}  // namespace

BOOST_DATA_TEST_CASE(a_path_that_does_not_hold_the_corpus_is_an_error, kCorpora, corpus) {
  const TemporaryDirectory folder;
  const OpenOptions options{.seed = 0, .data_path = folder.path().string(), .cache_path = folder / "cache"};
  fs::create_directory(folder / "empty");
  write_text(folder / "file", "no folder");
  for (const char* name : {"nowhere", "empty", "file"}) {
    const std::string path = (folder / name).string();
    BOOST_CHECK_EXCEPTION(open(corpus, path, options), DataError,
                          Says({"task.path = " + path + ": does not hold " + corpus.title, "expected its folder"}));
  }
  BOOST_TEST(!fs::exists(folder / "cache"));  // nothing was made in its place
}

BOOST_DATA_TEST_CASE(a_dry_run_says_what_would_be_made_and_makes_nothing, kCorpora, corpus) {
  const TemporaryDirectory folder;
  const OpenOptions options{.seed = 0, .data_path = {}, .cache_path = folder / "cache", .dry_run = true};
  if (corpus.standin) {
    BOOST_CHECK_EXCEPTION(open(corpus, "", options), DataToBeMade,
                          Says({corpus.title, "was not found",
                                "would first make a synthetic corpus instead, " + (folder / "cache/standin").string(),
                                "which takes about "}));
  } else {
    BOOST_CHECK_EXCEPTION(open(corpus, "", options), DataError, Says({corpus.title + " was not found"}));
  }
  BOOST_TEST(!fs::exists(folder / "cache"));
}
