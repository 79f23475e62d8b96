#include <algorithm>

#include "plugin/idx_bytes.hpp"
#include "plugin/support.hpp"
#include "support/kept_log.hpp"
#include "support/temporary_directory.hpp"

using namespace hetsyn;
using test::image_bytes;
using test::KeptLog;
using test::label_bytes;
using test::read_text;
using test::Says;
using test::TemporaryDirectory;
using test::write_gzip;
using test::write_text;
namespace fs = std::filesystem;

namespace {

const TaskPlugin& plugin() {
  static const TaskPlugin loaded = test::load_own_plugin("smnist");
  return loaded;
}

/// A folder with two training images and one test image of 2x3 pixels.
struct Folder {
  Folder() {
    write("train-images-idx3-ubyte", image_bytes(2, 2, 3, {0, 51, 255, 7, 7, 0, 1, 2, 3, 4, 5, 6}));
    write("train-labels-idx1-ubyte", label_bytes({9, 4}));
    write("t10k-images-idx3-ubyte", image_bytes(1, 2, 3, {1, 2, 3, 4, 5, 6}));
    write("t10k-labels-idx1-ubyte", label_bytes({0}));
  }

  void write(const std::string& name, const std::string& bytes) const { write_text(directory / name, bytes); }
  std::unique_ptr<Task> open(std::vector<NamedValue> values = {}) const {
    values.push_back({"path", directory.path().string()});
    return plugin().open(values, {.data_path = {}, .cache_path = {}, .log = &log.log()});
  }

  TemporaryDirectory directory;
  KeptLog log;
};

std::vector<float> grey(const Task& task, std::size_t split, std::uint64_t index, std::size_t steps = 6,
                        double time_scale = 1.0) {
  const Sample sample = task.fill({split, index, 0, steps, time_scale});
  return {sample.input->analog.begin(), sample.input->analog.end()};
}

std::vector<float> as_grey(std::vector<int> pixels) {
  std::vector<float> values;
  for (const int pixel : pixels) values.push_back(static_cast<float>(pixel) / 255.0F);
  return values;
}

using Events = std::vector<std::pair<std::size_t, int>>;  // (channel, step)

Events events(const Task& task, std::size_t split, std::uint64_t index, std::size_t steps = 6, double scale = 1.0) {
  const Sample sample = task.fill({split, index, 0, steps, scale});
  const SpikeTrain& train = sample.input->spikes;
  Events result;
  for (std::size_t i = 0; i < train.channels(); ++i) {
    for (std::size_t e = train.offsets[i]; e < train.offsets[i + 1]; ++e) result.emplace_back(i, train.steps[e]);
  }
  return result;
}

const std::vector<NamedValue> kCrossings{{"encoding", std::string("threshold_crossing")}};

}  // namespace

BOOST_FIXTURE_TEST_CASE(images_become_sequences_of_grey_values, Folder) {
  const auto task = open();
  const TaskInfo& info = task->info();
  BOOST_TEST((info.input_kind == InputKind::analog));
  BOOST_TEST(info.inputs == 1U);
  BOOST_TEST(info.outputs == 10U);
  BOOST_TEST(info.steps == 6U);
  BOOST_TEST(info.spiking_readout);
  BOOST_TEST(!info.standin);
  BOOST_REQUIRE_EQUAL(info.splits.size(), 2U);
  BOOST_TEST(info.splits[0].samples == 2U);
  BOOST_TEST((info.splits[1].role == SplitRole::test));
  BOOST_REQUIRE_EQUAL(info.losses.size(), 1U);
  BOOST_TEST((info.losses[0].kind == LossKind::spike_count));
  BOOST_TEST((grey(*task, 0, 0) == as_grey({0, 51, 255, 7, 7, 0})));
  BOOST_TEST((grey(*task, 0, 1) == as_grey({1, 2, 3, 4, 5, 6})));
  BOOST_TEST(task->fill({0, 0, 0, 6, 1.0}).label == 9);
  BOOST_TEST(task->sample_info(0, 1).label == 4);
  BOOST_TEST(task->sample_info(1, 0).label == 0);
}

BOOST_FIXTURE_TEST_CASE(a_readout_that_does_not_spike_sums_its_softmax, Folder) {
  const std::vector<NamedValue> summed{{"readout", std::string("softmax_sum")}, {"skip_steps", std::int64_t{5}}};
  const auto task = open(summed);
  const TaskInfo& info = task->info();
  BOOST_TEST(!info.spiking_readout);
  BOOST_REQUIRE_EQUAL(info.losses.size(), 1U);
  BOOST_TEST((info.losses[0].kind == LossKind::softmax_sum));
  BOOST_TEST(info.losses[0].parameter == 5.0);
  BOOST_CHECK_EXCEPTION(open({summed[0], {"skip_steps", std::int64_t{6}}}), ConfigError,
                        Says({"must be less than the 6 steps of an image"}));
  BOOST_TEST(open({{"skip_steps", std::int64_t{6}}})->info().spiking_readout);  // counts do not leave out any
}

BOOST_FIXTURE_TEST_CASE(compressed_files_are_found, Folder) {
  for (const char* name : {"train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"}) {
    write_gzip(directory / (std::string(name) + ".gz"), read_text(directory / name));
    fs::remove(directory / name);
  }
  BOOST_TEST((grey(*open(), 0, 0) == as_grey({0, 51, 255, 7, 7, 0})));
}

BOOST_FIXTURE_TEST_CASE(the_names_inside_the_compressed_files_are_found, Folder) {
  const std::string digest = open()->info().data_digest;
  for (const char* kind : {"images-idx3", "labels-idx1"}) {
    std::string dotted(kind);
    dotted.replace(dotted.find('-'), 1, ".");
    fs::rename(directory / ("train-" + std::string(kind) + "-ubyte"), directory / ("train-" + dotted + "-ubyte"));
    write_gzip(directory / ("t10k-" + dotted + "-ubyte.gz"),
               read_text(directory / ("t10k-" + std::string(kind) + "-ubyte")));
    fs::remove(directory / ("t10k-" + std::string(kind) + "-ubyte"));
  }
  BOOST_TEST(open()->info().data_digest == digest);
}

BOOST_FIXTURE_TEST_CASE(the_digest_is_of_pixels_and_labels, Folder) {
  const std::string digest = open()->info().data_digest;
  BOOST_TEST(digest.starts_with("xxh3:"));
  BOOST_TEST(open({{"permuted", true}})->info().data_digest == digest);
  write("t10k-images-idx3-ubyte", image_bytes(1, 2, 3, {1, 2, 3, 4, 5, 7}));
  const std::string other_pixel = open()->info().data_digest;
  write("t10k-images-idx3-ubyte", image_bytes(1, 2, 3, {1, 2, 3, 4, 5, 6}));
  write("t10k-labels-idx1-ubyte", label_bytes({1}));
  const std::string other_label = open()->info().data_digest;
  BOOST_TEST(other_pixel != digest);
  BOOST_TEST(other_label != digest);
  BOOST_TEST(other_label != other_pixel);
  BOOST_TEST(
      (open()->info().class_names == std::vector<std::string>{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}));
}

BOOST_FIXTURE_TEST_CASE(what_is_odd_about_the_files_is_told, Folder) {
  for (const char* kind : {"images-idx3", "labels-idx1"}) {
    const std::string name = std::string(kind) + "-ubyte";
    write("t10k-" + name, read_text(directory / ("train-" + name)));
  }
  open();
  const auto says = [&](const char* text) { return log.says(text); };
  BOOST_TEST(says("training and test files hold the same images"));
  BOOST_TEST(says("has no image to train on of the classes 0, 1, 2, 3, 5, 6, 7 and 8"));
}

BOOST_FIXTURE_TEST_CASE(one_permutation_serves_train_and_test, Folder) {
  const auto shown = [&](std::int64_t seed, std::size_t split, std::uint64_t index) {
    return grey(*open({{"permuted", true}, {"permutation_seed", seed}}), split, index);
  };
  BOOST_TEST((shown(0, 0, 1) == shown(0, 1, 0)));  // the same pixels
  BOOST_TEST((shown(0, 0, 1) != as_grey({1, 2, 3, 4, 5, 6})));
  BOOST_TEST((shown(0, 0, 1) != shown(1, 0, 1)));
  std::vector<float> sorted = shown(0, 0, 1);
  std::sort(sorted.begin(), sorted.end());
  BOOST_TEST((sorted == as_grey({1, 2, 3, 4, 5, 6})));
}

BOOST_FIXTURE_TEST_CASE(threshold_crossings_by_hand, Folder) {
  // Thresholds are 255 (k + 1/2) / 40: 3.19, 9.56, 15.94, …, 251.8. Grey values 0, 51, 255, 7, 7, 0.
  Events expected;
  for (std::size_t k = 0; k < 8; ++k) expected.emplace_back(k, 1);        // 47.8 is the last one below 51
  for (std::size_t k = 8; k < 40; ++k) expected.emplace_back(k, 2);       // all to white
  expected.emplace_back(40, 5);                                           // 7 is above 3.19 only
  for (std::size_t k = 1; k < 40; ++k) expected.emplace_back(40 + k, 3);  // down from white to 7
  const auto task = open(kCrossings);
  BOOST_TEST((task->info().input_kind == InputKind::events));
  BOOST_TEST(task->info().inputs == 80U);
  BOOST_TEST((events(*task, 0, 0) == expected));
  BOOST_TEST((events(*task, 1, 0) == Events{{0, 3}}));  // 1 … 6: only 3.19 is crossed, at the 4
}

BOOST_FIXTURE_TEST_CASE(warped_images_are_longer_or_shorter, Folder) {
  BOOST_TEST((grey(*open(), 0, 1, 12, 2.0) == as_grey({1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6})));
  BOOST_TEST((grey(*open(), 0, 1, 4, 0.5) == as_grey({1, 3, 5, 0})));
  BOOST_TEST((events(*open(kCrossings), 1, 0, 12, 2.0) == Events{{0, 6}}));
}

BOOST_FIXTURE_TEST_CASE(mnist_is_known_by_how_often_each_digit_comes, Folder) {
  const auto write_corpus = [&](const std::string& part, const std::vector<std::size_t>& counts) {
    std::vector<std::uint8_t> labels;
    for (std::size_t digit = 0; digit < counts.size(); ++digit) {
      labels.insert(labels.end(), counts[digit], static_cast<std::uint8_t>(digit));
    }
    write(part + "-labels-idx1-ubyte", label_bytes(labels));
    write(part + "-images-idx3-ubyte",
          image_bytes(static_cast<std::uint32_t>(labels.size()), 1, 1, std::vector<std::uint8_t>(labels.size(), 1)));
  };
  write_corpus("train", {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949});
  write_corpus("t10k", {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009});
  BOOST_TEST(open()->info().data_name == "MNIST");
  write_corpus("train", std::vector<std::size_t>(10, 6000));  // as Fashion-MNIST
  BOOST_TEST(open()->info().data_name == "images in " + directory.path().string());
}

BOOST_FIXTURE_TEST_CASE(files_that_do_not_fit_each_other_are_refused, Folder) {
  const std::string labels = read_text(directory / "train-labels-idx1-ubyte");
  write("train-labels-idx1-ubyte", label_bytes({9}));
  BOOST_CHECK_EXCEPTION(open(), DataError,
                        Says({"train-labels-idx1-ubyte: has 1 labels for the 2 images of train-images-idx3-ubyte"}));
  write("train-labels-idx1-ubyte", label_bytes({9, 10}));
  BOOST_CHECK_EXCEPTION(open(), DataError,
                        Says({"train-labels-idx1-ubyte: image 1 has the label 10; expected 0 to 9"}));
  write("train-labels-idx1-ubyte", labels);
  write("t10k-images-idx3-ubyte", image_bytes(1, 3, 2, {1, 2, 3, 4, 5, 6}));
  BOOST_CHECK_EXCEPTION(open(), DataError,
                        Says({"t10k-images-idx3-ubyte: has images of 3x2; the training images have 2x3"}));
  write("t10k-images-idx3-ubyte", "no images");
  BOOST_CHECK_EXCEPTION(open(), DataError, Says({"t10k-images-idx3-ubyte: starts with the number"}));
}

BOOST_FIXTURE_TEST_CASE(images_with_more_pixels_than_steps_are_refused, Folder) {
  for (const std::string part : {"train", "t10k"}) {
    write(part + "-images-idx3-ubyte", image_bytes(1, 4097, 4096, std::vector<std::uint8_t>(4097 * 4096, 1)));
    write(part + "-labels-idx1-ubyte", label_bytes({1}));
  }
  BOOST_CHECK_EXCEPTION(open(), DataError, Says({"the images have 16781312 pixels each; expected at most 16777216"}));
}

BOOST_AUTO_TEST_CASE(missing_data_name_all_places_and_the_remedy) {
  const std::vector<NamedValue> values{{"standin", false}};
  BOOST_CHECK_EXCEPTION(plugin().open(values, {.seed = 0, .data_path = "/p1", .cache_path = {}}), DataError,
                        Says({"MNIST was not found; looked in /p1 (no train-images-idx3-ubyte, ", "/p1/mnist (",
                              "data/mnist (", "bin/fetch-data mnist"}));
}

BOOST_AUTO_TEST_CASE(a_standin_is_made_once_and_says_what_it_is) {
  const TemporaryDirectory cache;
  const KeptLog log;
  const auto open = [&] {
    return plugin().open({}, {.seed = 0, .data_path = "/p1", .cache_path = cache.path(), .log = &log.log()});
  };
  const auto task = open();
  BOOST_TEST(log.says("MNIST was not found; looked in /p1 ("));
  BOOST_TEST(task->info().standin);
  BOOST_TEST(task->info().data_name == "rendered digits");
  BOOST_TEST(task->info().steps == 784U);
  BOOST_TEST(task->info().splits[0].samples == 6000U);
  BOOST_TEST(task->info().splits[1].samples == 1000U);

  const fs::path file = cache.path() / "standin" / "mnist-v1" / "t10k-images-idx3-ubyte";
  const auto written = fs::last_write_time(file);
  BOOST_TEST((grey(*open(), 0, 7, 784) == grey(*task, 0, 7, 784)));
  BOOST_TEST((fs::last_write_time(file) == written));
  fs::remove(file);
  BOOST_CHECK_EXCEPTION(open(), DataError, Says({"mnist-v1: lacks t10k-images-idx3-ubyte; remove the folder"}));
}
