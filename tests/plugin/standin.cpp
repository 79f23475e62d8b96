#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <hetsyn/error.hpp>
#include <limits>
#include <set>

#include "common/standin/digits.hpp"
#include "common/standin/make_once.hpp"
#include "plugin/support.hpp"
#include "support/temporary_directory.hpp"

using namespace hetsyn::tasks;
using hetsyn::sdk::TaskError;
using hetsyn::test::read_text;
using hetsyn::test::Says;
using hetsyn::test::TemporaryDirectory;
using hetsyn::test::write_text;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kImagePixels = 28 * 28;

using MeanImages = std::array<std::vector<double>, 10>;

MeanImages mean_images(const RenderedDigits& digits) {
  MeanImages means;
  for (auto& mean : means) mean.resize(kImagePixels);
  const auto each = static_cast<double>(digits.labels.size()) / 10.0;
  for (std::size_t i = 0; i < digits.labels.size(); ++i) {
    auto& mean = means[digits.labels[i]];
    for (std::size_t p = 0; p < kImagePixels; ++p) mean[p] += digits.images.pixels[i * kImagePixels + p] / each;
  }
  return means;
}

/// The digit whose mean image is nearest.
std::size_t nearest(const MeanImages& means, const std::uint8_t* image) {
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t digit = 0; digit < means.size(); ++digit) {
    double distance = 0.0;
    for (std::size_t p = 0; p < kImagePixels; ++p)
      distance += (means[digit][p] - image[p]) * (means[digit][p] - image[p]);
    if (distance < least) {
      least = distance;
      best = digit;
    }
  }
  return best;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(make_once_only)

const hetsyn::OnWait never_waits = [] { BOOST_TEST(false, "there is nobody to wait for"); };

BOOST_AUTO_TEST_CASE(a_folder_is_built_once) {
  const TemporaryDirectory cache;
  const fs::path folder = cache / "a" / "b";
  int built = 0;
  const auto build = [&](const fs::path& directory) {
    ++built;
    write_text(directory / "file", "content");
  };
  make_once(folder, never_waits, build);
  make_once(folder, never_waits, build);
  BOOST_TEST(built == 1);
  BOOST_TEST(read_text(folder / "file") == "content");
}

BOOST_AUTO_TEST_CASE(what_a_killed_or_failed_builder_leaves_is_not_used) {
  const TemporaryDirectory cache;
  const fs::path folder = cache / "a";
  const auto fails = [](const fs::path& directory) {
    write_text(directory / "half", "");
    throw TaskError("the disk is full");
  };
  BOOST_CHECK_EXCEPTION(make_once(folder, never_waits, fails), TaskError, Says({"the disk is full"}));
  BOOST_TEST(fs::is_empty(cache.path()));
  make_once(folder, never_waits, [](const fs::path& directory) { write_text(directory / "whole", ""); });
  BOOST_TEST(fs::exists(folder / "whole"));
  BOOST_TEST(!fs::exists(folder / "half"));
}

BOOST_AUTO_TEST_CASE(two_processes_build_once) {
  const TemporaryDirectory cache;
  const fs::path folder = cache / "a";
  const auto build = [&](const fs::path& directory) {
    std::ofstream(cache / "built", std::ios::app) << "x";
    usleep(100000);  // long enough for the others to come
    write_text(directory / "file", "content");
  };
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    try {
      bool waited = false;
      make_once(
          folder, [&] { waited = true; }, build);
      if (waited) std::ofstream(cache / "waited", std::ios::app) << "x";
      _exit(read_text(folder / "file") == "content" ? 0 : 1);
    } catch (...) {
      _exit(2);
    }
  }
  for (const pid_t child : children) {
    int status = -1;
    waitpid(child, &status, 0);
    BOOST_TEST(status == 0);
  }
  BOOST_TEST(read_text(cache / "built") == "x");
  BOOST_TEST(read_text(cache / "waited") == "xxx");
}

BOOST_AUTO_TEST_CASE(the_next_builder_removes_what_a_killed_one_left) {
  const TemporaryDirectory cache;
  const fs::path folder = cache / "a-v1", partial = cache / "a-v1.partial", lock = cache / "a-v1.lock";
  const auto start = [&] {
    const pid_t child = fork();
    if (child == 0) {
      make_once(folder, never_waits, [](const fs::path& directory) {
        write_text(directory / "half", "");
        for (;;) pause();
      });
    }
    while (!fs::exists(partial / "half")) usleep(1000);
    return child;
  };
  const auto end = [](pid_t child) {
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  };
  write_text(cache / "mine.lock", "");
  const pid_t first = start();
  BOOST_TEST(half_made(cache.path()).empty());  // it is alive
  BOOST_TEST(remove_half_made(cache.path()) == 0U);
  end(first);
  BOOST_TEST((half_made(cache.path()) == std::vector{lock, partial}));
  make_once(folder, never_waits, [](const fs::path& directory) { write_text(directory / "whole", ""); });
  BOOST_TEST(fs::exists(folder / "whole"));
  BOOST_TEST(!fs::exists(partial));
  BOOST_TEST(!fs::exists(lock));

  BOOST_TEST(unmake(folder));
  end(start());
  BOOST_TEST(remove_half_made(cache.path()) == 2U);
  BOOST_TEST(std::distance(fs::directory_iterator(cache.path()), fs::directory_iterator()) == 1);  // mine.lock
}

BOOST_AUTO_TEST_CASE(another_builds_where_one_fails_while_it_waits) {
  const TemporaryDirectory cache;
  const fs::path folder = cache / "a";
  const pid_t child = fork();
  if (child == 0) {
    try {
      make_once(folder, never_waits, [&](const fs::path& /*directory*/) {
        while (!fs::exists(cache / "waits")) usleep(1000);
        throw TaskError("the disk is full");
      });
    } catch (const TaskError&) {
      _exit(0);
    }
  }
  while (!fs::exists(cache / "a.partial")) usleep(1000);
  make_once(
      folder, [&] { write_text(cache / "waits", ""); },
      [](const fs::path& directory) { write_text(directory / "whole", ""); });
  waitpid(child, nullptr, 0);
  BOOST_TEST(fs::exists(folder / "whole"));
  BOOST_TEST(!fs::exists(cache / "a.lock"));
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_made_is_named) {
  const TemporaryDirectory cache;
  write_text(cache / "file", "");
  const auto build = [](const fs::path& /*directory*/) {};
  BOOST_CHECK_EXCEPTION(make_once(cache / "file" / "a", never_waits, build), TaskError,
                        Says({"file/a: cannot be made: Not a dir"}));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(digits)

BOOST_AUTO_TEST_CASE(equal_seeds_give_equal_images) {
  const RenderedDigits a = render_digits(30, 1);
  BOOST_TEST((a.images.pixels == render_digits(30, 1).images.pixels));
  BOOST_TEST((a.images.pixels != render_digits(30, 2).images.pixels));
  BOOST_TEST(a.images.count() == 30U);
  BOOST_TEST(a.images.rows == 28U);
  BOOST_TEST(a.images.columns == 28U);
}

BOOST_AUTO_TEST_CASE(no_two_images_are_alike) {
  const RenderedDigits digits = render_digits(200, 1);
  std::set<std::vector<std::uint8_t>> different;
  for (std::size_t i = 0; i < 200; ++i) {
    const auto first = digits.images.pixels.begin() + static_cast<std::ptrdiff_t>(i * kImagePixels);
    different.insert({first, first + kImagePixels});
  }
  BOOST_TEST(different.size() == 200U);
}

// Nearest mean image, of 50 test images of each digit. MNIST itself gives 0.82 in all; a digit drawn like another one,
// or off the image, would fall to half or less.
BOOST_AUTO_TEST_CASE(digits_can_be_told_apart) {
  const MeanImages means = mean_images(render_digits(1000, 1));
  const RenderedDigits test = render_digits(500, 2);
  std::array<int, 10> right{};
  for (std::size_t i = 0; i < 500; ++i) {
    const std::size_t digit = test.labels[i];
    right[digit] += nearest(means, &test.images.pixels[i * kImagePixels]) == digit ? 1 : 0;
  }
  for (std::size_t digit = 0; digit < right.size(); ++digit) {
    BOOST_TEST(right[digit] >= 30, "digit " << digit << ": " << right[digit] << " of 50");
  }
}

BOOST_AUTO_TEST_SUITE_END()
