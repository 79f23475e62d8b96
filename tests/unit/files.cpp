// Files are whole or not there, and nothing is written through what others have put in their place.
#include "base/files.hpp"

#include <sys/stat.h>

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
  BOOST_TEST(refusal([&] { read_file(link); }) == link + ": cannot read: No such file or directory");
  BOOST_TEST(refusal([&] { make_directories(fs::path(pipe) / "a"); }) ==
             pipe + "/a: cannot make the directory: Not a directory");
}

BOOST_AUTO_TEST_SUITE_END()
