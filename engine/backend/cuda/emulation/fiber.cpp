#include "backend/cuda/emulation/fiber.hpp"

#include <utility>

#include "backend/cuda/emulation/sanitizers.hpp"

namespace hetsyn::simt {
namespace {

constexpr std::size_t kStackBytes = std::size_t{256}
                                    << 10;  // with AddressSanitizer, frames are several times as large as usual

/// A stack allocator that leaves the stack to the Fiber, which owns it.
struct KeepStack {
  void deallocate(boost::context::stack_context& /*stack*/) const noexcept {}
};

}  // namespace

Fiber::Fiber() : allocator_(kStackBytes), stack_(allocator_.allocate()) {
#if defined(HETSYN_SIMT_TSAN)
  thread_ = __tsan_create_fiber(0);
#endif
}

Fiber::~Fiber() {
#if defined(HETSYN_SIMT_TSAN)
  __tsan_destroy_fiber(thread_);
#endif
  allocator_.deallocate(stack_);
}

void Fiber::start(const std::function<void()>& body) {
  done_ = abandoned_ = false;
  function_ = boost::context::fiber(std::allocator_arg, boost::context::preallocated(stack_.sp, stack_.size, stack_),
                                    KeepStack{}, [this, &body](boost::context::fiber&& resumer) {
                                      resumer_ = std::move(resumer);
                                      entered();
                                      run(body);
                                      leave(nullptr);
                                      return std::move(resumer_);
                                    });
}

void Fiber::run(const std::function<void()>& body) {
  try {
    if (!abandoned_) body();
  } catch (const Abandoned&) {  // NOLINT(bugprone-empty-catch): that is what ends it
  } catch (...) {
    failure_ = std::current_exception();
  }
  done_ = true;
}

void Fiber::resume() {
#if defined(__SANITIZE_ADDRESS__)
  void* saved = nullptr;
  __sanitizer_start_switch_fiber(&saved, static_cast<std::byte*>(stack_.sp) - stack_.size, stack_.size);
#elif defined(HETSYN_SIMT_TSAN)
  resumer_thread_ = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(thread_, __tsan_switch_to_fiber_no_sync);
#endif
  function_ = std::move(function_).resume();
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(saved, nullptr, nullptr);
#endif
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void Fiber::suspend() {
  void* saved = nullptr;
  leave(&saved);
  resumer_ = std::move(resumer_).resume();
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(saved, &resumer_stack_, &resumer_stack_bytes_);
#endif
  if (abandoned_) throw Abandoned{};
}

void Fiber::abandon() {
  abandoned_ = true;
  resume();
}

void Fiber::entered() {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(nullptr, &resumer_stack_, &resumer_stack_bytes_);
#endif
}

void Fiber::leave([[maybe_unused]] void** saved) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(saved, resumer_stack_, resumer_stack_bytes_);
#elif defined(HETSYN_SIMT_TSAN)
  __tsan_switch_to_fiber(resumer_thread_, __tsan_switch_to_fiber_no_sync);
#endif
}

}  // namespace hetsyn::simt
