#include "host/text.hpp"

#include <hetsyn_task.h>

#include "plugin/support.hpp"

using namespace hetsyn;
using test::Says;

BOOST_AUTO_TEST_CASE(utf8_stays_as_it_is) {
  for (const char* text : {"", "plain", "µ Σ", "\u20AC", "\U0001F9E0", "\u07FF\u0800\uFFFF\U00010000\U0010FFFF"}) {
    BOOST_TEST(printable(text) == text);
  }
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_utf8_become_replacement_characters) {
  BOOST_TEST(printable("M\xFCller") == "M�ller");       // Latin-1
  BOOST_TEST(printable("cut \xE2\x82") == "cut ��");    // the end of a character is missing
  BOOST_TEST(printable("\x80") == "�");                 // a continuation alone
  BOOST_TEST(printable("\xC0\xAF") == "��");            // overlong
  BOOST_TEST(printable("\xE0\x9F\xBF") == "���");       // overlong
  BOOST_TEST(printable("\xF0\x8F\xBF\xBF") == "����");  // overlong
  BOOST_TEST(printable("\xED\xA0\x80") == "���");       // a surrogate
  BOOST_TEST(printable("\xF4\x90\x80\x80") == "����");  // above U+10FFFF
  BOOST_TEST(printable("\xF5\x80\x80\x80x") == "����x");
}

BOOST_AUTO_TEST_CASE(control_characters_become_blanks) {
  BOOST_TEST(printable("a\nb\tc\x1B[31m\x7F") == "a b c [31m ");
}

BOOST_AUTO_TEST_CASE(texts_end_somewhere) {
  BOOST_TEST(read_text("its name", nullptr) == "");
  const std::string longest(HETSYN_MAX_TEXT, 'x');
  BOOST_TEST(read_text("its name", longest.c_str()) == longest);
  BOOST_CHECK_EXCEPTION(read_text("its name", (longest + "x").c_str()), PluginError,
                        Says({"its name does not end within 65536 bytes"}));
}
