#include "run/run_directory.hpp"

#include <boost/test/unit_test.hpp>
#include <hetsyn/exceptions.hpp>

#include "support/temporary_directory.hpp"

using namespace hetsyn;
using test::read_text;
using test::TemporaryDirectory;
using test::write_text;

namespace {

void put_run(const std::filesystem::path& path) {
  std::filesystem::create_directories(path / "checkpoints");
  write_text(path / "config.toml", "old");
  write_text(path / "metrics.jsonl", "old");
  write_text(path / "notes.txt", "of the user");
}

template <class Error>
std::string message_of(const std::filesystem::path& path, Existing existing) {
  try {
    const RunDirectory directory(path, existing);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(run_directory)

BOOST_AUTO_TEST_CASE(a_run_is_never_overwritten_unasked) {
  const TemporaryDirectory temporary;
  const auto path = temporary / "run";
  put_run(path);
  BOOST_TEST(
      message_of<UsageError>(path, Existing::refuse) ==
      path.string() +
          ": a run is there already; continue it with --resume, replace it with --force, or choose another --out");
  BOOST_TEST(read_text(path / "metrics.jsonl") == "old");
}

BOOST_AUTO_TEST_CASE(force_removes_the_run_and_nothing_else) {
  const TemporaryDirectory temporary;
  const auto path = temporary / "run";
  put_run(path);
  const RunDirectory directory(path, Existing::replace);
  BOOST_TEST(!std::filesystem::exists(directory.metrics()));
  BOOST_TEST(!std::filesystem::exists(directory.config()));
  BOOST_TEST(read_text(path / "notes.txt") == "of the user");
}

BOOST_AUTO_TEST_CASE(force_spares_what_other_programs_have) {
  const TemporaryDirectory temporary;
  const auto path = temporary / "project";
  std::filesystem::create_directories(path);
  write_text(path / "config.toml", "of another program");
  write_text(path / "log.txt", "of another program");
  BOOST_TEST(message_of<UsageError>(path, Existing::replace) ==
             path.string() + ": has a config.toml but is not a run directory; choose another --out");
  BOOST_TEST(read_text(path / "log.txt") == "of another program");
}

BOOST_AUTO_TEST_CASE(resume_keeps_the_run) {
  const TemporaryDirectory temporary;
  put_run(temporary / "run");
  const RunDirectory directory(temporary / "run", Existing::resume);
  BOOST_TEST(read_text(directory.metrics()) == "old");
}

BOOST_AUTO_TEST_CASE(a_directory_of_other_things_is_refused_whatever_is_asked) {
  const TemporaryDirectory temporary;
  const auto path = temporary / "home";
  std::filesystem::create_directory(path);
  write_text(path / "thesis.tex", "text");
  for (const Existing existing : {Existing::refuse, Existing::resume, Existing::replace}) {
    BOOST_TEST(message_of<UsageError>(path, existing) ==
               path.string() + ": is neither empty nor a run directory; choose another --out");
  }
}

BOOST_AUTO_TEST_CASE(an_empty_directory_is_used) {
  const TemporaryDirectory temporary;
  std::filesystem::create_directory(temporary / "run");
  const RunDirectory directory(temporary / "run", Existing::refuse);
  BOOST_TEST(std::filesystem::is_directory(temporary.path() / "run" / "checkpoints"));
}

BOOST_AUTO_TEST_CASE(names_do_not_collide) {
  const TemporaryDirectory temporary;
  const RunDirectory first = RunDirectory::make_new(temporary / "runs" / "dms");
  const RunDirectory second = RunDirectory::make_new(temporary / "runs" / "dms");
  BOOST_TEST(first.path() == temporary.path() / "runs" / "dms");
  BOOST_TEST(second.path() == temporary.path() / "runs" / "dms-2");
}

BOOST_AUTO_TEST_CASE(two_writers_are_kept_apart) {
  const TemporaryDirectory temporary;
  const RunDirectory writer(temporary / "run", Existing::refuse);
  BOOST_TEST(message_of<UsageError>(temporary / "run", Existing::resume) ==
             (temporary / "run").string() + ": another process is writing to this run");
}

BOOST_AUTO_TEST_CASE(a_file_in_the_way_is_named) {
  const TemporaryDirectory temporary;
  write_text(temporary / "run", "text");
  BOOST_TEST(message_of<UsageError>(temporary / "run", Existing::refuse) ==
             (temporary / "run").string() + ": is a file; expected a run directory");
  BOOST_TEST(message_of<UsageError>(temporary.path() / "run" / "deeper", Existing::refuse) ==
             (temporary / "run").string() + ": is a file; expected a folder");
}

BOOST_AUTO_TEST_SUITE_END()
