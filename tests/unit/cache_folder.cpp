// Which caches go, and which stay.
#include "common/words/cache_folder.hpp"

#include <fcntl.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>
#include <hetsyn/error.hpp>
#include <string>

#include "base/file_lock.hpp"
#include "support/temporary_directory.hpp"

using namespace hetsyn::tasks;
using hetsyn::test::TemporaryDirectory;
using hetsyn::test::write_text;
namespace fs = std::filesystem;

namespace {

/// Three caches of 100 bytes, last used three, two and one hours ago.
struct Caches {
  Caches() {
    for (int hours = 3; hours > 0; --hours) {
      write_text(file(hours), std::string(100, 'x'));
      fs::last_write_time(file(hours), fs::file_time_type::clock::now() - std::chrono::hours(hours));
    }
  }
  [[nodiscard]] fs::path file(int hours) const {
    return folder / ("tidigits-" + std::string(31, 'a') + std::to_string(hours) + ".h5");
  }
  [[nodiscard]] std::string left() const {
    std::string hours;
    for (int each = 3; each > 0; --each) hours += fs::exists(file(each)) ? std::to_string(each) : "";
    return hours;
  }
  TemporaryDirectory folder;
};

std::uint64_t limit_of(const char* text) {
  ::setenv("HETSYN_CACHE_LIMIT_GB", text, 1);
  const auto restore = [] { ::unsetenv("HETSYN_CACHE_LIMIT_GB"); };
  try {
    const std::uint64_t limit = cache_limit_bytes();
    restore();
    return limit;
  } catch (...) {
    restore();
    throw;
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cache_folder)

BOOST_FIXTURE_TEST_CASE(the_least_recently_used_go_first, Caches) {
  BOOST_TEST(prune_cache(folder.path(), 300).files == 0U);
  BOOST_TEST(left() == "321");
  const Pruned pruned = prune_cache(folder.path(), 299);
  BOOST_TEST(pruned.files == 1U);
  BOOST_TEST(pruned.bytes == 100U);
  BOOST_TEST(left() == "21");
  prune_cache(folder.path(), 0);
  BOOST_TEST(left().empty());
}

BOOST_FIXTURE_TEST_CASE(what_is_read_becomes_the_last_to_go, Caches) {
  { const CacheUse use(file(3)); }
  prune_cache(folder.path(), 100);
  BOOST_TEST(left() == "3");
}

BOOST_FIXTURE_TEST_CASE(what_is_in_use_or_to_be_kept_stays, Caches) {
  const CacheUse use(file(1));
  BOOST_TEST(prune_cache(folder.path(), 0, file(3)).files == 1U);
  BOOST_TEST(left() == "31");
}

BOOST_FIXTURE_TEST_CASE(files_of_other_names_are_the_users, Caches) {
  for (const char* name :
       {"thesis.h5", "tidigits-aa.h5", "tidigits-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.h5.tmp", "a.h5.7.tmp", "a.lock"}) {
    write_text(folder / name, std::string(100, 'x'));
  }
  fs::create_directory(folder / ("tidigits-" + std::string(32, 'b') + ".h5"));
  prune_cache(folder.path(), 0);
  BOOST_TEST(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 6);
}

BOOST_FIXTURE_TEST_CASE(what_killed_processes_left_goes_and_what_living_ones_have_locked_stays, Caches) {
  const fs::path dead = fs::path(file(1)).concat(".7.tmp"), dead_lock = fs::path(file(1)).replace_extension(".lock");
  const fs::path living = fs::path(file(2)).concat(".8.tmp");
  for (const fs::path& each : {dead, dead_lock, living}) write_text(each, "");
  const hetsyn::Descriptor writer(living, O_RDWR);
  BOOST_REQUIRE(hetsyn::try_lock(writer, hetsyn::LockKind::exclusive) == hetsyn::LockState::held);
  {
    const hetsyn::MakersLock maker(fs::path(file(3)).replace_extension(".lock"), hetsyn::kDoNotWait);
    BOOST_TEST((leftovers(folder.path()) == std::vector{dead, dead_lock}));
    prune_cache(folder.path(), 300);
    BOOST_TEST(maker.held());
    BOOST_TEST(fs::exists(fs::path(file(3)).replace_extension(".lock")));
  }
  BOOST_TEST(left() == "321");
  BOOST_TEST(leftovers(folder.path()).empty());
  BOOST_TEST(!fs::exists(dead));
  BOOST_TEST(!fs::exists(dead_lock));
  BOOST_TEST(fs::exists(living));
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_not_there_has_no_caches) {
  BOOST_TEST(leftovers("/nowhere").empty());
  BOOST_TEST(cache_files("/nowhere").empty());
  BOOST_TEST(prune_cache("/nowhere", 0).files == 0U);
  const CacheUse nothing("/nowhere/file");
}

BOOST_AUTO_TEST_CASE(the_limit_is_a_number_of_gigabytes) {
  ::unsetenv("HETSYN_CACHE_LIMIT_GB");
  BOOST_TEST(cache_limit_bytes() == 10'000'000'000U);
  BOOST_TEST(limit_of("0.5") == 500'000'000U);
  BOOST_TEST(limit_of("0") == 0U);
  for (const char* text : {"", "-1", "nan", "inf", "ten", "1 GB", "1e300"}) {
    BOOST_CHECK_EXCEPTION(limit_of(text), hetsyn::sdk::TaskError, [&](const hetsyn::sdk::TaskError& e) {
      return std::string(e.what()) ==
             "HETSYN_CACHE_LIMIT_GB = '" + std::string(text) + "': expected a number of gigabytes, 0 or more";
    });
  }
}

BOOST_AUTO_TEST_SUITE_END()
