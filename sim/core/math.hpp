#pragma once
// log, exp and pow made of + - * / and sqrt only, which IEEE 754 defines to the last bit: libm's
// versions depend on its release and on the processor (FMA or not). Within 1e-14 of libm's,
// relatively, over the whole range of normal results. On any path to a result use these.
namespace writepath {

/// Natural logarithm. log(0) is -infinity, of a negative number NaN.
double log(double x);
/// e^x; infinity above 709.78, 0 below -745.13, subnormal results with their reduced precision.
double exp(double x);
/// x^y for x >= 0. pow(x, 0) is 1 and pow(0, y) is 0 for y > 0, infinity for y < 0. The result's
/// relative error stays below 1e-14 for |y log x| <= 700.
double pow(double x, double y);

}  // namespace writepath
