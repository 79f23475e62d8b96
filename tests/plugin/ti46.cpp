#include "plugin/word_folder.hpp"

using namespace hetsyn;
using namespace hetsyn::test;

namespace {

using Labels = std::vector<std::int32_t>;

struct Ti46 : WordFolder {
  Ti46() : WordFolder("ti46") {
    for (const char* file :
         {"ti_alpha/train/f1/0af1set0.wav", "ti_alpha/train/m8/0zm8set9.wav", "ti_alpha/test/f1/0bf1s1t0.wav",
          "ti20/train/f1/00f1set0.wav", "ti20/train/f1/ysf1set0.wav", "ti20/test/f1/ysf1s8t1.wav"}) {
      record(file);
    }
  }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(the_alphabet_is_read, Ti46) {
  const auto task = open();
  BOOST_TEST(task->info().outputs == 26U);
  BOOST_TEST(task->info().inputs == 500U);
  BOOST_TEST((labels_of(*task, 0) == Labels{0, 25}));
  BOOST_TEST((labels_of(*task, 1) == Labels{1}));
  BOOST_TEST((groups_of(*task, 0) == Labels{0, 1}));  // f1, m8
  BOOST_TEST(task->info().data_name == "other recordings in the layout of TI46-Alpha (2 + 1)");
  BOOST_TEST(logged().find("TI46-Alpha, which has 4160 recordings to train and 6656 to test") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(the_other_vocabulary_is_read, Ti46) {
  const auto task = open({{"subset", std::string("ti20")}});
  BOOST_TEST(task->info().outputs == 2U);  // prompts of the training part, sorted: 00, ys
  BOOST_TEST((labels_of(*task, 0) == Labels{0, 1}));
  BOOST_TEST((labels_of(*task, 1) == Labels{1}));
}

BOOST_FIXTURE_TEST_CASE(a_word_that_is_tested_only_is_refused, Ti46) {
  record("ti20/test/f1/gof1s1t0.wav");
  BOOST_CHECK_EXCEPTION(open({{"subset", std::string("ti20")}}), DataError,
                        Says({"gof1s1t0.wav: is the word 'go', which the training part does not have"}));
}

BOOST_FIXTURE_TEST_CASE(names_that_contradict_themselves_are_left_out_and_counted, Ti46) {
  for (const char* file : {"ti_alpha/train/f1/0af2set0.wav",      // another speaker than the folder's
                           "ti_alpha/train/f1/0af1s1t0.wav",      // a test session
                           "ti_alpha/test/f1/0af1s9t0.wav",       // sessions end with 8
                           "ti_alpha/train/f1/0af1sex0.wav",      // no token
                           "ti_alpha/train/f1/0af1set0b.wav"}) {  // nine characters
    record(file);
  }
  record("ti_alpha/train/f9/0af9set0.wav");  // no speaker of the corpus
  BOOST_TEST(open()->info().splits[0].samples == 2U);
  BOOST_TEST(logged().find("5 files are left out") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_missing_vocabulary_names_the_layout_and_the_licence, Ti46) {
  std::filesystem::remove_all(data() / "ti_alpha");
  BOOST_CHECK_EXCEPTION(open(), DataError, Says({"does not hold TI46-Alpha", "0a…0z", "LDC93S9"}));
}
