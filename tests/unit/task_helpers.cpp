// What tasks share to say what their data are.
#include <boost/test/unit_test.hpp>

#include "base/digest.hpp"
#include "common/classes.hpp"

using namespace hetsyn;
using namespace hetsyn::tasks;

namespace {

template <class... Parts>
Digest digest_of_parts(const Parts&... parts) {
  Digester digester;
  (digester.add(parts), ...);
  return digester.digest();
}

using Texts = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(classes_without_samples_are_listed) {
  BOOST_TEST(untrained_classes({1, 2}, {}).empty());
  BOOST_TEST(untrained_classes({1, 0, 2}, {}) == "the class 1");
  BOOST_TEST(untrained_classes({0, 1, 0}, {"a", "b", "c"}) == "the classes 'a' and 'c'");
  BOOST_TEST(untrained_classes(std::vector<std::size_t>(100), {}) ==
             "the classes 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 and 80 others");
}

BOOST_AUTO_TEST_CASE(a_digest_tells_where_one_part_ends) {
  BOOST_TEST(
      (digest_of_parts(std::string("a"), std::string("bc")) != digest_of_parts(std::string("ab"), std::string("c"))));
  BOOST_TEST((digest_of_parts(Texts{"a"}, Texts{"b"}) != digest_of_parts(Texts{"a", "b"}, Texts{})));
  BOOST_TEST((digest_of_parts(std::vector<int>{1, 2}, std::vector<int>{}) !=
              digest_of_parts(std::vector<int>{1}, std::vector<int>{2})));
  BOOST_TEST((digest_of_parts(std::vector<int>{1, 2}) == digest_of_parts(std::vector<int>{1, 2})));
}

BOOST_AUTO_TEST_CASE(the_digest_of_no_bytes_is_the_published_one) {
  BOOST_TEST(to_hex(digest_of({})) == "99aa06d3014798d86001c324468d497f");
  BOOST_TEST(data_digest_text(digest_of({})) == "xxh3:99aa06d3014798d86001c324468d497f");
}
