#pragma once
#include <boost/context/fiber.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>
#include <cstddef>
#include <exception>
#include <functional>

namespace hetsyn::simt {

/// A function that can suspend itself and continue later, with its own stack and a guard page below it. The stack, and
/// for ThreadSanitizer its fiber, are reused for the next function.
class Fiber {
 public:
  Fiber();
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// Sets the function to run, which must outlive it. The previous one must have ended.
  void start(const std::function<void()>& body);
  /// Runs the function until it suspends itself or ends. Rethrows its exception.
  void resume();
  /// Called by the function: returns to the caller of resume().
  void suspend();
  /// Ends a suspended function by an exception in its suspend().
  void abandon();
  [[nodiscard]] bool done() const { return done_; }

 private:
  struct Abandoned {};

  void run(const std::function<void()>& body);
  void entered();
  void leave(void** saved);

  boost::context::protected_fixedsize_stack allocator_;
  boost::context::stack_context stack_;
  boost::context::fiber function_, resumer_;
  bool done_ = true;
  bool abandoned_ = false;
  std::exception_ptr failure_;
  const void* resumer_stack_ = nullptr;
  std::size_t resumer_stack_bytes_ = 0;
  void* thread_ = nullptr;          // of ThreadSanitizer
  void* resumer_thread_ = nullptr;  // of ThreadSanitizer
};

}  // namespace hetsyn::simt
