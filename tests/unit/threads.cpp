#include "base/threads.hpp"

#include <barrier>
#include <boost/test/unit_test.hpp>
#include <stdexcept>

#include "base/parallel.hpp"
#include "core/process_memory.hpp"

using namespace hetsyn;

BOOST_AUTO_TEST_SUITE(threads)

BOOST_AUTO_TEST_CASE(a_loop_has_as_many_threads_as_were_given_whatever_others_have) {
  if (core_count() < 2) return;  // there is nothing to share out
  const ThreadsAllowed of_another(1);
  std::barrier both(2);  // each iteration waits for the other: one thread alone would never come to the end
  const auto wait = [&](std::size_t) { both.arrive_and_wait(); };
  on_threads(2, [&] { for_each_index(2, wait, tbb::simple_partitioner()); });
  BOOST_TEST(on_threads(1, [] { return tbb::this_task_arena::max_concurrency(); }) == 1);
  BOOST_TEST(on_threads(3, [] { return tbb::this_task_arena::max_concurrency(); }) == 3);
}

#ifndef __SANITIZE_THREAD__  // ThreadSanitizer takes memory for each thread and lock
BOOST_AUTO_TEST_CASE(arenas_are_used_again) {
  const auto resident_after = [](int loops) {
    for (int i = 0; i < loops; ++i) on_threads(2, [] { tbb::parallel_for(0, 100, [](int) {}); });
    return process_memory().resident;
  };
  const std::size_t before = resident_after(10);
  BOOST_TEST(resident_after(1000) < before + (std::size_t{2} << 20));  // an arena takes 7 kB, a thousand 7 MB
}
#endif

BOOST_AUTO_TEST_CASE(exceptions_leave_it) {
  BOOST_CHECK_THROW(on_threads(2, [] { throw std::runtime_error("no"); }), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
