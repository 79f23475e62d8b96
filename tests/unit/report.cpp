#include "experiment/report.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <vector>

#include "core/error.hpp"

using namespace hetsyn;

namespace {

struct Runs {
  Runs() { std::filesystem::remove_all(folder); }
  ~Runs() { std::filesystem::remove_all(folder); }

  std::filesystem::path add(const std::string& model, int seed, double accuracy,
                            const std::string& status = "finished") {
    const std::filesystem::path run = folder / (model + "-" + std::to_string(seed));
    std::filesystem::create_directories(run);
    std::ofstream(run / "config.toml") << "[model]\nneuron = \"" << model << "\"\n[train]\nseed = " << seed << "\n";
    const std::string value = std::to_string(accuracy);
    std::ofstream(run / "summary.json")
        << R"({"task":"shd","model":")" << model << R"(","seed":)" << seed
        << R"(,"data":{"name":"words","standin":false},"selection":{"split":"test","metric":"accuracy"},)"
        << R"("parameters":12,"status":")" << status << R"(","epochs":3,"seconds":2.0,"metrics":{)"
        << R"("train":{"accuracy":{"last":1.0,"best_validation":null,"best_test":1.0}},)"
        << R"("test":{"accuracy":{"last":)" << value << R"(,"best_validation":null,"best_test":)" << value << "}}}}";
    return run;
  }

  std::filesystem::path folder = std::filesystem::temp_directory_path() / "hetsyn-report-test";
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(report, Runs)

BOOST_AUTO_TEST_CASE(seeds_are_taken_together_and_configurations_apart) {
  const std::vector<std::filesystem::path> runs{add("hetsyn_lif", 0, 0.8), add("hom_lif", 0, 0.5),
                                                add("hetsyn_lif", 1, 0.9), add("hetsyn_lif", 2, 0.7)};
  const std::string table = report_table(runs);
  // mean 0.8, standard deviation √((0² + 0.1² + 0.1²) / 2) = 0.1
  BOOST_TEST(table.find("| hetsyn_lif | 12 | 3 | 3 | accuracy | 1.000 ± 0.000 | 0.800 ± 0.100 | – |") !=
             std::string::npos);
  BOOST_TEST(table.find("| hom_lif | 12 | 1 | 3 | accuracy | 1 | 0.5 | – |") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(unfinished_runs_are_named) {
  const std::vector<std::filesystem::path> runs{add("hetsyn_lif", 0, 0.8), add("hetsyn_lif", 1, 0.1, "interrupted")};
  const std::string table = report_table(runs);
  BOOST_TEST(table.find("| hetsyn_lif | 12 | 1 |") != std::string::npos);
  BOOST_TEST(table.find("hetsyn_lif-1: interrupted") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_not_a_run_is_an_error) {
  const std::vector<std::filesystem::path> missing{folder / "nothing"};
  BOOST_CHECK_THROW(report_table(missing), DataError);
  const auto twice = add("hetsyn_lif", 0, 0.8);
  const std::vector<std::filesystem::path> same{twice, twice};
  BOOST_CHECK_THROW(report_table(same), DataError);
  std::ofstream(twice / "summary.json") << "{}";
  const std::vector<std::filesystem::path> empty{twice};
  BOOST_CHECK_THROW(report_table(empty), DataError);
}

BOOST_AUTO_TEST_SUITE_END()
