// Text and tables that fit a number of columns.
#include "core/text_table.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <sstream>

#include "core/columns.hpp"

using namespace hetsyn;

namespace {

const TextTable kTable{{"model", "task", "parameters", "result"},
                       2,
                       {"parameters"},
                       {{"hom_lif", "dms", "1200", "0.512 ± 0.012 [0.501, 0.523]"},
                        {"hetsyn_lif", "dms", "26400", "0.998 ± 0.001 [0.996, 1.000]"}}};

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, columns_of(line));
  return widest;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(text_table)

BOOST_AUTO_TEST_CASE(columns_are_those_of_a_terminal) {
  BOOST_TEST(columns_of("") == 0u);
  BOOST_TEST(columns_of("fünf ± 1") == 8u);
  BOOST_TEST(columns_of("数") == 2u);
}

BOOST_AUTO_TEST_CASE(the_first_text_that_fits_is_taken) {
  const std::array<std::string, 2> texts{"epoch 1", "1"};
  BOOST_TEST(first_fitting(texts, 7) == "epoch 1");
  BOOST_TEST(first_fitting(texts, 6) == "1");
  BOOST_TEST(first_fitting(std::array<std::string, 1>{"fünf"}, 2) == "fü");
}

BOOST_AUTO_TEST_CASE(long_lines_are_broken_at_spaces) {
  BOOST_TEST(wrapped("one two three\nfour", 8, 2) == "one two\n  three\nfour");
  BOOST_TEST(wrapped("see /a/long/path here\n", 8) == "see\n/a/long/path\nhere\n");
  BOOST_TEST(wrapped("  name   what it is", 14, 9) == "  name   what\n         it is");
  BOOST_TEST(wrapped("about 95 % of it", 8) == "about\n95 % of\nit");
  BOOST_TEST(wrapped("one two", kUnlimitedColumns) == "one two");
}

BOOST_AUTO_TEST_CASE(a_table_takes_the_form_that_fits) {
  BOOST_TEST(table_text(kTable, kUnlimitedColumns) ==
             "| model | task | parameters | result |\n| --- | --- | ---: | ---: |\n"
             "| hom_lif | dms | 1200 | 0.512 ± 0.012 [0.501, 0.523] |\n"
             "| hetsyn_lif | dms | 26400 | 0.998 ± 0.001 [0.996, 1.000] |\n");
  BOOST_TEST(table_text(kTable, 80) ==
             "model       task  parameters                        result\n"
             "----------  ----  ----------  ----------------------------\n"
             "hom_lif     dms         1200  0.512 ± 0.012 [0.501, 0.523]\n"
             "hetsyn_lif  dms        26400  0.998 ± 0.001 [0.996, 1.000]\n");
  BOOST_TEST(table_text(kTable, 40) ==
             "In all rows: task: dms.\n\n"
             "model       parameters          result\n"
             "----------  ----------  --------------\n"
             "hom_lif           1200   0.512 ± 0.012\n"
             "                        [0.501, 0.523]\n"
             "hetsyn_lif       26400   0.998 ± 0.001\n"
             "                        [0.996, 1.000]\n");
  BOOST_TEST(table_text(kTable, 30) ==
             "In all rows: task: dms.\n\n"
             "model               result\n"
             "----------  --------------\n"
             "hom_lif      0.512 ± 0.012\n"
             "            [0.501, 0.523]\n"
             "hetsyn_lif   0.998 ± 0.001\n"
             "            [0.996, 1.000]\n\n"
             "Left out for want of room:\nparameters.\n");
  BOOST_TEST(table_text(kTable, 24) ==
             "In all rows: task: dms.\n\n"
             "model       hom_lif\nparameters  1200\nresult\n  0.512 ± 0.012\n  [0.501, 0.523]\n\n"
             "model       hetsyn_lif\nparameters  26400\nresult\n  0.998 ± 0.001\n  [0.996, 1.000]\n");
}

BOOST_AUTO_TEST_CASE(control_characters_do_not_reach_the_terminal) {
  const std::string text = table_text({{"a", "b"}, 2, {}, {{"\x1b[2J", "two\nlines"}}}, 80);
  BOOST_TEST(text == "a     b\n----  ---------\n [2J  two lines\n");
}

BOOST_AUTO_TEST_CASE(no_line_is_wider_than_the_room_if_its_words_are_not) {
  for (std::size_t columns = 16; columns < 70; ++columns)
    BOOST_TEST(widest_line(table_text(kTable, columns)) <= columns);
}

BOOST_AUTO_TEST_SUITE_END()
