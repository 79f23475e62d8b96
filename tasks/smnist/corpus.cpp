#include "smnist/corpus.hpp"

#include <hetsyn/error.hpp>
#include <system_error>

#include "base/digest.hpp"
#include "common/classes.hpp"
#include "common/standin/digits.hpp"
#include "common/standin/locate.hpp"

namespace hetsyn::tasks {
namespace {

namespace fs = std::filesystem;
using Counts = std::array<std::size_t, kDigits>;  // images of each digit

// In the published files (LeCun, Cortes & Burges). The total number of images would not distinguish MNIST from
// Fashion-MNIST.
constexpr Counts kMnistTrain{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949};
constexpr Counts kMnistTest{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009};

constexpr std::size_t kStandinTrain = 6000;  // images
constexpr std::size_t kStandinTest = 1000;

constexpr const char* kTrainImages = "train-images-idx3-ubyte";
constexpr const char* kTrainLabels = "train-labels-idx1-ubyte";
constexpr const char* kTestImages = "t10k-images-idx3-ubyte";
constexpr const char* kTestLabels = "t10k-labels-idx1-ubyte";

/// The file with its published name, or with the name inside the compressed files, train-images.idx3-ubyte;
/// uncompressed or compressed; empty if there is none.
fs::path find_file(const fs::path& directory, const std::string& name) {
  std::string dotted = name;
  dotted.replace(dotted.rfind("-idx"), 1, ".");
  std::error_code none;
  for (const std::string& candidate : {name, name + ".gz", dotted, dotted + ".gz"}) {
    if (fs::exists(directory / candidate, none)) return directory / candidate;
  }
  return {};
}

std::string missing_files(const fs::path& directory) {
  std::string missing;
  for (const char* name : {kTrainImages, kTrainLabels, kTestImages, kTestLabels}) {
    if (find_file(directory, name).empty()) missing += (missing.empty() ? "" : ", ") + std::string(name);
  }
  return missing;
}

void write_standin(const fs::path& directory) {
  const auto write = [&](const RenderedDigits& digits, const char* images, const char* labels) {
    write_idx_images(directory / images, digits.images);
    write_idx_labels(directory / labels, digits.labels);
  };
  write(render_digits(kStandinTrain, 1), kTrainImages, kTrainLabels);
  write(render_digits(kStandinTest, 2), kTestImages, kTestLabels);
}

LabelledImages read_part(const fs::path& directory, const char* images_name, const char* labels_name) {
  const fs::path images_file = find_file(directory, images_name);
  const fs::path labels_file = find_file(directory, labels_name);
  LabelledImages part{read_idx_images(images_file), read_idx_labels(labels_file)};
  if (part.images.count() != part.labels.size()) {
    throw sdk::TaskError(labels_file.string() + ": has " + std::to_string(part.labels.size()) + " labels for the " +
                         std::to_string(part.images.count()) + " images of " + images_file.filename().string());
  }
  for (std::size_t i = 0; i < part.labels.size(); ++i) {
    if (part.labels[i] >= kDigits) {
      throw sdk::TaskError(labels_file.string() + ": image " + std::to_string(i) + " has the label " +
                           std::to_string(part.labels[i]) + "; expected 0 to 9");
    }
  }
  return part;
}

void check_sizes(const fs::path& directory, const IdxImages& train, const IdxImages& test) {
  if (train.rows == test.rows && train.columns == test.columns) return;
  const auto size = [](const IdxImages& i) { return std::to_string(i.rows) + "x" + std::to_string(i.columns); };
  throw sdk::TaskError(find_file(directory, kTestImages).string() + ": has images of " + size(test) +
                       "; the training images have " + size(train));
}

Counts count_digits(const LabelledImages& part) {
  Counts counts{};
  for (const std::uint8_t label : part.labels) ++counts[label];
  return counts;
}

std::string corpus_name(const ImageCorpus& corpus, const fs::path& directory) {
  if (corpus.standin) return "rendered digits";
  if (count_digits(corpus.train) == kMnistTrain && count_digits(corpus.test) == kMnistTest) return "MNIST";
  return "images in " + directory.string();
}

Digest digest_of(const LabelledImages& part) {
  Digester digester;
  digester.add(std::vector<std::uint32_t>{part.images.rows, part.images.columns});
  digester.add(part.images.pixels);
  digester.add(part.labels);
  return digester.digest();
}

/// Sets the digest of the corpus, and warns of parts with the same content.
void take_digest(const sdk::OpenArgs& args, const fs::path& directory, ImageCorpus& corpus) {
  const Digest train = digest_of(corpus.train), test = digest_of(corpus.test);
  if (train == test) {
    args.warning(directory.string() +
                 ": training and test files hold the same images: what is measured on them says nothing about others");
  }
  Digester both;
  both.add(train);
  both.add(test);
  corpus.digest = data_digest_text(both.digest());
}

void warn_of_classes(const sdk::OpenArgs& args, const fs::path& directory, const ImageCorpus& corpus) {
  const Counts counts = count_digits(corpus.train);
  const std::string untrained = untrained_classes({counts.begin(), counts.end()}, {});
  if (!untrained.empty()) args.warning(directory.string() + ": has no image to train on of " + untrained);
}

}  // namespace

std::vector<sdk::Key> corpus_keys() { return location_keys("mnist"); }

ImageCorpus read_image_corpus(const sdk::OpenArgs& args) {
  CorpusQuery query;
  query.name = "mnist";
  query.title = "MNIST";
  query.missing = missing_files;
  query.remedy = "The command bin/fetch-data mnist downloads it to data/mnist";
  query.standin = write_standin;
  query.standin_time = "a second";
  const CorpusLocation location = locate_corpus(args, query);
  ImageCorpus corpus;
  corpus.standin = location.standin;
  corpus.train = read_part(location.directory, kTrainImages, kTrainLabels);
  corpus.test = read_part(location.directory, kTestImages, kTestLabels);
  check_sizes(location.directory, corpus.train.images, corpus.test.images);
  corpus.name = corpus_name(corpus, location.directory);
  take_digest(args, location.directory, corpus);
  warn_of_classes(args, location.directory, corpus);
  return corpus;
}

}  // namespace hetsyn::tasks
