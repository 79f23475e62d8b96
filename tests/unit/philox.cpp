// The known answers of the published implementation (Random123).
#include "base/philox.hpp"

#include <boost/test/unit_test.hpp>

using namespace hetsyn;

BOOST_AUTO_TEST_CASE(philox_gives_the_known_answers) {
  const auto check = [](const Philox4& counter, const PhiloxKey& key, const Philox4& answer) {
    const Philox4 bits = philox4x32(counter, key.v[0], key.v[1]);
    for (int word = 0; word < 4; ++word) BOOST_TEST(bits.v[word] == answer.v[word]);
  };
  constexpr std::uint32_t kOnes = 0xFFFFFFFFU;
  check({{0, 0, 0, 0}}, {{0, 0}}, {{0x6627E8D5U, 0xE169C58DU, 0xBC57AC4CU, 0x9B00DBD8U}});
  check({{kOnes, kOnes, kOnes, kOnes}}, {{kOnes, kOnes}}, {{0x408F276DU, 0x41C83B0EU, 0xA20BC7C6U, 0x6D5451FDU}});
  check({{0x243F6A88U, 0x85A308D3U, 0x13198A2EU, 0x03707344U}}, {{0xA4093822U, 0x299F31D0U}},
        {{0xD16CFE09U, 0x94FDCCEBU, 0x5001E420U, 0x24126EA1U}});
}
