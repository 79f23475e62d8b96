// Files are whole or not there, and nothing is written through what others have put in their place.
#include "base/files.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <functional>
#include <hetsyn/exceptions.hpp>
#include <iterator>

#include "support/temporary_directory.hpp"

using namespace hetsyn;
namespace fs = std::filesystem;

namespace {

std::string refusal(const std::function<void()>& use) {
  try {
    use();
  } catch (const RunError& error) {
    return error.what();
  }
  return "no error";
}

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(files)

BOOST_AUTO_TEST_CASE(a_file_has_its_old_content_until_the_new_one_is_finished) {
  const test::TemporaryDirectory folder;
  const fs::path file = folder / "a";
  write_file_atomically(file, "old");
  for (const auto writers : {UnfinishedFile::Writers::one, UnfinishedFile::Writers::several}) {
    {
      UnfinishedFile left(file, writers);
      left.write("half");
      BOOST_TEST(entries(folder.path()) == 2U);
      BOOST_TEST(read_file(file) == "old");
    }
    BOOST_TEST(entries(folder.path()) == 1U);
  }
  UnfinishedFile next(file);
  next.write("first try, which is longer");
  next.write({"ne", "w"});
  next.finish();
  BOOST_TEST(read_file(file) == "new");
  BOOST_TEST(entries(folder.path()) == 1U);
}

BOOST_AUTO_TEST_CASE(a_link_under_the_temporary_name_is_not_written_through) {
  const test::TemporaryDirectory folder;
  test::write_text(folder / "mine", "mine");
  fs::create_symlink("mine", folder / "a.tmp");
  write_file_atomically(folder / "a", "new");
  BOOST_TEST(read_file(folder / "mine") == "mine");
  BOOST_TEST(read_file(folder / "a") == "new");
}

BOOST_AUTO_TEST_CASE(what_is_no_ordinary_file_is_refused_and_not_waited_for) {
  const test::TemporaryDirectory folder;
  ::mkfifo((folder / "pipe").c_str(), 0600);
  fs::create_symlink("elsewhere", folder / "link");
  const std::string pipe = (folder / "pipe").string(), link = (folder / "link").string();
  BOOST_TEST(refusal([&] { read_file(pipe); }) == pipe + ": is not an ordinary file");
  BOOST_TEST(refusal([&] { GrowingFile{link}; }) == link + ": is a link; expected a file");
  BOOST_TEST(refusal([&] { read_file(link); }) == link + ": is a link to what is not there");
  BOOST_TEST(refusal([&] { read_file(folder.path()); }) == folder.path().string() + ": is not an ordinary file");
  BOOST_TEST(refusal([&] { read_file(folder / "none"); }) ==
             (folder / "none").string() + ": cannot read: No such file or directory");
  BOOST_TEST(refusal([&] { make_directories(fs::path(pipe) / "a"); }) ==
             pipe + "/a: cannot make the directory: Not a directory");
}

BOOST_AUTO_TEST_CASE(a_file_may_not_be_larger_than_the_reader_expects) {
  const test::TemporaryDirectory folder;
  test::write_text(folder / "a", "12345");
  BOOST_TEST(read_file(folder / "a", 5) == "12345");
  BOOST_TEST(refusal([&] { read_file(folder / "a", 4); }) ==
             (folder / "a").string() + ": has 5 bytes; expected at most 4");
}

/// A process that has written half of `file` and waits, until it is killed.
class HalfWritten {
 public:
  explicit HalfWritten(const fs::path& file) : process_(::fork()) {
    if (process_ == 0) {
      UnfinishedFile unfinished(file, UnfinishedFile::Writers::several);
      unfinished.write("half");
      for (;;) ::pause();
    }
    temporary_ = fs::path(file).concat("." + std::to_string(process_) + ".tmp");
    while (!fs::exists(temporary_) || read_file(temporary_) != "half") ::usleep(1000);
  }
  ~HalfWritten() { kill(); }
  HalfWritten(const HalfWritten&) = delete;
  HalfWritten& operator=(const HalfWritten&) = delete;

  void kill() {
    if (process_ == 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  [[nodiscard]] const fs::path& temporary() const { return temporary_; }

 private:
  ::pid_t process_;
  fs::path temporary_;
};

void write_as_one_of_several(const fs::path& file, std::string_view content) {
  UnfinishedFile unfinished(file, UnfinishedFile::Writers::several);
  unfinished.write(content);
  unfinished.finish();
}

BOOST_AUTO_TEST_CASE(the_next_writer_removes_what_a_killed_one_left_and_nothing_of_a_living_one) {
  const test::TemporaryDirectory folder;
  HalfWritten killed(folder / "a"), living(folder / "a"), killed_with_another_name(folder / "a.5");
  killed.kill();
  killed_with_another_name.kill();
  test::write_text(folder / "a.mine.tmp", "mine");
  BOOST_TEST(abandoned_files(folder.path()).size() == 2U);

  write_as_one_of_several(folder / "a", "whole");
  BOOST_TEST(!fs::exists(killed.temporary()));
  BOOST_TEST(fs::exists(living.temporary()));
  BOOST_TEST(fs::exists(killed_with_another_name.temporary()));
  BOOST_TEST(read_file(folder / "a") == "whole");
  BOOST_TEST(fs::exists(folder / "a.mine.tmp"));

  BOOST_TEST(!remove_abandoned_file(living.temporary()));
  BOOST_TEST(remove_abandoned_file(killed_with_another_name.temporary()));
  BOOST_TEST(abandoned_files(folder.path()).empty());
  living.kill();
  BOOST_TEST(abandoned_files(folder.path()).size() == 1U);
  write_as_one_of_several(folder / "a", "again");
  BOOST_TEST(entries_of(folder.path()).size() == 2U);  // a and a.mine.tmp
}

BOOST_AUTO_TEST_CASE(writers_that_clean_up_do_not_disturb_each_other) {
  const test::TemporaryDirectory folder;
  std::vector<::pid_t> writers;
  for (int i = 0; i < 4; ++i) {
    writers.push_back(::fork());
    if (writers.back() != 0) continue;
    try {
      for (int n = 0; n < 50; ++n) write_as_one_of_several(folder / "a", "whole");
      ::_exit(0);
    } catch (...) {
      ::_exit(1);
    }
  }
  for (const ::pid_t writer : writers) {
    int status = -1;
    ::waitpid(writer, &status, 0);
    BOOST_TEST(status == 0);
  }
  BOOST_TEST(entries_of(folder.path()).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
