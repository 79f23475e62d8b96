#define BOOST_TEST_MODULE hetsyn
#include <boost/test/unit_test.hpp>
