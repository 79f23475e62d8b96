#include "training/checkpoint.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/crc.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <hetsyn/exceptions.hpp>
#include <limits>

#include "base/files.hpp"
#include "base/hdf5_writer.hpp"
#include "core/rng.hpp"
#include "network/spec.hpp"

using namespace hetsyn;
namespace fs = std::filesystem;

namespace {

/// A separate directory for each test, removed afterwards.
struct Directory {
  fs::path path = fs::temp_directory_path() / ("hetsyn_checkpoint_" + std::to_string(::getpid()));
  Directory() { fs::create_directories(path); }
  ~Directory() { fs::remove_all(path); }
  [[nodiscard]] std::string file(const std::string& name) const { return (path / name).string(); }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), fs::directory_iterator()));
  }
};

ParameterLayout layout_of(std::size_t hidden, bool recurrent = true) {
  NetworkSpec spec;
  spec.inputs = 3;
  spec.hidden = {hidden};
  spec.outputs = 2;
  spec.recurrent = recurrent;
  return parameter_layout(network_layout(spec));
}

EpochRecord record(std::uint64_t epoch) {
  return {
      epoch, 10 * epoch, 0.1 / 3.0, {{"train", {{"accuracy", 0.1}, {"loss", 2.0 / 3.0}}}, {"test", {{"mse", 1e-300}}}}};
}

Checkpoint example(const ParameterLayout& layout) {
  Checkpoint c;
  c.config = "[train]\nseed = 7  # µ\n";
  RandomStream random(1, RandomPurpose::test);
  for (AlignedVector<float>* block : {&c.parameters, &c.moment1, &c.moment2}) {
    block->assign(layout.size, 0.0f);
    for (const ParameterGroup& group : layout.groups) {
      for (float& x : group_span(std::span<float>(*block), group)) x = static_cast<float>(random.normal());
    }
  }
  for (float& x : c.moment2) x = std::abs(x);
  for (const ParameterGroup& group : layout.groups) {
    if (!group.is_decay()) continue;
    for (float& r : group_span(std::span<float>(c.parameters), group)) r = static_cast<float>(random.uniform());
  }
  c.progress.seed = std::numeric_limits<std::uint64_t>::max();
  c.progress.epoch = 3;
  c.progress.step_in_epoch = 4;
  c.progress.step = 34;
  c.progress.evaluations_without_improvement = 2;
  c.progress.learning_rate = 1.0 / 3.0;
  c.progress.sums = {17, 0.1 + 0.2, {1e-17, 3.0}, {12.5}};
  c.progress.records.last = record(3);
  c.progress.records.best_test = record(1);
  c.progress.records.provisional = record(4);
  c.progress.records.provisional->provisional = true;
  return c;
}

bool same(const Checkpoint& a, const Checkpoint& b) {
  return a.config == b.config && a.parameters == b.parameters && a.moment1 == b.moment1 && a.moment2 == b.moment2 &&
         a.progress == b.progress;
}

/// The message with which reading is refused; empty if it is not.
std::string refusal(const std::string& path, const ParameterLayout& layout) {
  try {
    read_checkpoint(path, layout);
  } catch (const RunError& error) {
    return error.what();
  }
  return {};
}

/// Without waiting for the disk, as the tests of damaged files write many.
void write_quickly(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(checkpoint, Directory)

BOOST_AUTO_TEST_CASE(everything_comes_back_bit_for_bit) {
  const ParameterLayout layout = layout_of(4);
  const Checkpoint written = example(layout);
  write_checkpoint(file("last.h5"), layout, written);
  BOOST_TEST(files() == 1u);  // no temporary file is left
  BOOST_TEST(same(read_checkpoint(file("last.h5"), layout), written));
}

BOOST_AUTO_TEST_CASE(a_fresh_run_and_odd_numbers_come_back) {
  const ParameterLayout layout = layout_of(4);
  Checkpoint c = example(layout);
  c.progress = {};
  c.config.clear();
  write_checkpoint(file("fresh.h5"), layout, c);
  BOOST_TEST(same(read_checkpoint(file("fresh.h5"), layout), c));

  constexpr double kSmallest = std::numeric_limits<double>::denorm_min();
  c.progress.records.last = EpochRecord{1, 1, 0.1, {{"train", {{"mse", kSmallest}, {"loss", -0.0}}}}};
  write_checkpoint(file("odd.h5"), layout, c);
  const EpochRecord back = *read_checkpoint(file("odd.h5"), layout).progress.records.last;
  BOOST_TEST(back.metric("train", "mse").value() == kSmallest);
  BOOST_TEST(std::signbit(back.metric("train", "loss").value()));
}

BOOST_AUTO_TEST_CASE(values_that_no_network_has_are_refused) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();
  const ParameterLayout layout = layout_of(4);
  struct Case {
    AlignedVector<float> Checkpoint::*block;
    std::string group;
    std::size_t element;
    float value;
    std::string reason;  // empty: the value is taken
  };
  const std::vector<Case> cases{
      {&Checkpoint::parameters, "hidden1.w", 5, kNan, "parameters/hidden1.w[1][2] = nan: expected a finite number"},
      {&Checkpoint::parameters, "readout.w", 0, -kInfinity, "parameters/readout.w[0][0] = -inf"},
      {&Checkpoint::parameters, "hidden1.w", 0, -1e30f, ""},
      {&Checkpoint::parameters, "hidden1.r", 7, 1.5f,
       "parameters/hidden1.r[2][1] = 1.5: expected a number from 0 to 1"},
      {&Checkpoint::parameters, "hidden1.r_rec", 4, -0.25f, "parameters/hidden1.r_rec[1][0] = -0.25"},
      {&Checkpoint::parameters, "readout.r", 1, kNan, "parameters/readout.r[0][1] = nan"},
      {&Checkpoint::parameters, "hidden1.r", 7, 1.0f, ""},
      {&Checkpoint::parameters, "hidden1.r", 7, 0.0f, ""},
      {&Checkpoint::moment1, "hidden1.w", 5, kInfinity, "moment1/hidden1.w[1][2] = inf: expected a finite number"},
      {&Checkpoint::moment1, "hidden1.r", 7, -3.0f, ""},
      {&Checkpoint::moment2, "hidden1.w", 5, -1e-9f, "moment2/hidden1.w[1][2] = -1e-09: expected a finite number of 0"},
      {&Checkpoint::moment2, "hidden1.w", 5, kNan, "moment2/hidden1.w[1][2] = nan"},
  };
  for (const Case& each : cases) {
    Checkpoint c = example(layout);
    for (const ParameterGroup& group : layout.groups) {
      if (group.name == each.group) group_span(std::span<float>(c.*each.block), group)[each.element] = each.value;
    }
    write_checkpoint(file("odd.h5"), layout, c);
    const std::string said = refusal(file("odd.h5"), layout);
    BOOST_TEST(said == (each.reason.empty() ? "" : said));
    BOOST_TEST(contains(said, each.reason.empty() ? "" : file("odd.h5") + ": " + each.reason), said);
  }
}

BOOST_AUTO_TEST_CASE(records_that_are_no_numbers_are_refused) {
  const ParameterLayout layout = layout_of(4);
  const auto refused = [&](const auto& spoil, const std::string& reason) {
    Checkpoint c = example(layout);
    spoil(c.progress);
    write_checkpoint(file("odd.h5"), layout, c);
    const std::string said = refusal(file("odd.h5"), layout);
    BOOST_TEST(contains(said, file("odd.h5") + ": " + reason), said);
  };
  const double nan = std::nan("");
  refused([&](TrainingProgress& p) { p.learning_rate = nan; }, "progress/learning_rate[0] = nan");
  refused([&](TrainingProgress& p) { p.sums.loss = nan; }, "progress/sums/loss[0] = nan");
  refused([&](TrainingProgress& p) { p.sums.metrics[1] = nan; }, "progress/sums/metrics[1] = nan");
  refused([&](TrainingProgress& p) { p.records.last->splits[0].metrics[1].value = nan; },
          "records/last/metrics/train/values[1] = nan: expected a finite number");
}

BOOST_AUTO_TEST_CASE(a_new_checkpoint_replaces_the_old_one) {
  const ParameterLayout layout = layout_of(4);
  Checkpoint c = example(layout);
  write_checkpoint(file("last.h5"), layout, c);
  c.progress.step = 35;
  write_checkpoint(file("last.h5"), layout, c);
  BOOST_TEST(same(read_checkpoint(file("last.h5"), layout), c));
}

BOOST_AUTO_TEST_CASE(a_failed_write_leaves_the_old_checkpoint) {
  const ParameterLayout layout = layout_of(4);
  const Checkpoint c = example(layout);
  write_checkpoint(file("last.h5"), layout, c);
  // A limit on file sizes fails in the middle of the write, as a full disk does.
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{1000, before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  BOOST_CHECK_EXCEPTION(write_checkpoint(file("last.h5"), layout, example(layout)), RunError,
                        [&](const RunError& e) { return contains(e.what(), file("last.h5") + ": cannot write"); });
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  BOOST_TEST(files() == 1u);
  BOOST_TEST(same(read_checkpoint(file("last.h5"), layout), c));
}

BOOST_AUTO_TEST_CASE(a_directory_that_is_not_there_is_an_error) {
  const ParameterLayout layout = layout_of(4);
  BOOST_CHECK_THROW(write_checkpoint(file("missing/last.h5"), layout, example(layout)), RunError);
  BOOST_TEST(contains(refusal(file("missing.h5"), layout), "missing.h5: cannot read"));
}

BOOST_AUTO_TEST_CASE(another_network_is_refused_by_name_and_shapes) {
  write_checkpoint(file("last.h5"), layout_of(4), example(layout_of(4)));
  const std::string wider = refusal(file("last.h5"), layout_of(6));
  BOOST_TEST(contains(wider, "last.h5"));
  BOOST_TEST(contains(wider, "parameters/hidden1.w"));
  BOOST_TEST(contains(wider, "[4][3]"));
  BOOST_TEST(contains(wider, "[6][3]"));
  const std::string feed_forward = refusal(file("last.h5"), layout_of(4, false));
  BOOST_TEST(contains(feed_forward, "holds 6 arrays, but this network has 4"));
}

BOOST_AUTO_TEST_CASE(other_files_are_refused) {
  const ParameterLayout layout = layout_of(4);
  write_quickly(file("text.h5"), "a text that is longer than the checksum at the end of a checkpoint");
  BOOST_TEST(contains(refusal(file("text.h5"), layout), "text.h5: not a checkpoint"));
  write_quickly(file("empty.h5"), "");
  BOOST_TEST(contains(refusal(file("empty.h5"), layout), "empty.h5: not a checkpoint"));
}

/// The refusal of a file that holds `image` with the checksum of a checkpoint.
std::string refusal_of_sealed(const std::string& path, const std::string& image, const ParameterLayout& layout) {
  boost::crc_32_type crc;
  crc.process_bytes(image.data(), image.size());
  write_quickly(path, fmt::format("{}\nhetsyn crc32 {:08x}\n", image, crc.checksum()));
  return refusal(path, layout);
}

BOOST_AUTO_TEST_CASE(whole_files_of_another_kind_are_refused) {
  const ParameterLayout layout = layout_of(4);
  BOOST_TEST(contains(refusal_of_sealed(file("text.h5"), "not HDF5", layout), "not an HDF5 file"));
  const auto written_by = [&](const auto& fill) {
    Hdf5Writer writer("any", 1 << 10);
    fill(writer);
    return refusal_of_sealed(file("other.h5"), writer.image(), layout);
  };
  BOOST_TEST(contains(written_by([](Hdf5Writer& w) { w.write("spikes/times", 1.0); }), "format_version is missing"));
  BOOST_TEST(contains(written_by([](Hdf5Writer& w) { w.write("format_version", std::uint64_t{99}); }),
                      "format version 99, but this program reads version 2"));
  BOOST_TEST(contains(written_by([](Hdf5Writer& w) { w.write("format_version", 1.0); }), "another element type"));
  const auto cut_short = [](Hdf5Writer& w) {
    w.write("format_version", std::uint64_t{2});
    w.write_text("config", "");
    w.write_text("data", "");
  };
  BOOST_TEST(contains(written_by(cut_short), "the group parameters is missing"));
}

BOOST_AUTO_TEST_CASE(truncated_files_are_refused) {
  const ParameterLayout layout = layout_of(4);
  write_checkpoint(file("last.h5"), layout, example(layout));
  const std::string whole = read_file(file("last.h5"));
  for (std::size_t size = 0; size < whole.size(); size += 1 + whole.size() / 200) {
    write_quickly(file("cut.h5"), whole.substr(0, size));
    BOOST_TEST(!refusal(file("cut.h5"), layout).empty());
  }
  write_quickly(file("cut.h5"), whole.substr(0, whole.size() - 1));
  BOOST_TEST(!refusal(file("cut.h5"), layout).empty());
}

BOOST_AUTO_TEST_CASE(flipped_bits_are_refused) {
  const ParameterLayout layout = layout_of(4);
  write_checkpoint(file("last.h5"), layout, example(layout));
  const std::string whole = read_file(file("last.h5"));
  // Every byte of the header, then a sample of the rest and every byte of the checksum.
  for (std::size_t at = 0; at < whole.size(); at += at < 512 || at + 40 > whole.size() ? 1 : 1 + whole.size() / 1000) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
    write_quickly(file("flip.h5"), damaged);
    BOOST_TEST(!refusal(file("flip.h5"), layout).empty(), "flip at byte " << at << " went unnoticed");
  }
}

BOOST_AUTO_TEST_SUITE_END()
