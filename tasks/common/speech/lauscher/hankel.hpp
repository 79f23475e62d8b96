#pragma once
#include <complex>

namespace hetsyn::tasks {

/// Hankel function of the first kind and order zero, H₀⁽¹⁾(z) = J₀(z) + iY₀(z), for z ≠ 0 with Im z ≥ 0, to a relative
/// error of 1e-7: the ascending series (Abramowitz & Stegun 9.1.12, 9.1.13) for |z| < 9 and the asymptotic one (9.2.7)
/// from there on. Libraries that offer complex arguments are written in Fortran.
std::complex<double> hankel_h0(std::complex<double> z);

}  // namespace hetsyn::tasks
