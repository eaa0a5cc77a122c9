#pragma once
// A figure of a real system against the model's: checked, and noted for the table of all points if
// the environment variable WRITEPATH_POINTS names a file (one line each, fields separated by tabs).
#include <string>

namespace writepath::test {

struct MeasuredPoint {
  std::string cell, figure, unit;
};

/// Fails the test unless `here` differs from `measured` by at most `tolerance` of it.
void within(const MeasuredPoint& point, double measured, double here, double tolerance);
/// Fails the test unless `here` lies in the range that was seen.
void inside(const MeasuredPoint& point, double low, double high, double here);

}  // namespace writepath::test
