#pragma once
#include <cstdint>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace hetsyn {

/// The settings of this thread's floating-point unit: rounding, traps and subnormal numbers.
namespace float_control {
#if defined(__x86_64__)
using Word = unsigned;
inline constexpr Word kFlush = 0x1F80U | 0x8040U;  ///< MXCSR: traps masked; flush to zero, denormals are zero
inline Word read() { return _mm_getcsr(); }
inline void write(Word word) { _mm_setcsr(word); }
#elif defined(__aarch64__)
using Word = std::uint64_t;
inline constexpr Word kFlush = 1U << 24U;  ///< FPCR: FZ, for operands and results; traps are off
inline Word read() {
  Word word;
  asm volatile("mrs %0, fpcr" : "=r"(word));
  return word;
}
inline void write(Word word) { asm volatile("msr fpcr, %0" : : "r"(word) : "memory"); }
#else
#error "unknown architecture: how are subnormal numbers flushed to zero here?"
#endif
}  // namespace float_control

/// While it exists, this thread treats subnormal numbers as zero: decaying currents become subnormal, and operations on
/// them take a hundred cycles. It also sets rounding to nearest and disables traps, and restores everything at its end.
class FlushDenormals {
 public:
  FlushDenormals() : saved_(float_control::read()) { float_control::write(float_control::kFlush); }
  ~FlushDenormals() { float_control::write(saved_); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  float_control::Word saved_;
};

}  // namespace hetsyn
