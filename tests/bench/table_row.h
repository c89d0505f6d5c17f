// The table that ./dev bench ends with: one row for each figure, with what it
// is measured beside, the ratio of the two, and the budget. A benchmark says
// each row as it gets it; where LUHENG_BENCH_TABLE names a file, the row is
// appended there, tab-separated, for ./dev to print them all together.
#ifndef LUHENG_TESTS_BENCH_TABLE_ROW_H_
#define LUHENG_TESTS_BENCH_TABLE_ROW_H_

#include <string>
#include <vector>

namespace luheng::bench {

struct TableRow {
  std::string name;   // "book s1", without tabs.
  std::string value;  // With its unit.
  // What limits it, with its unit; empty if nothing does.
  std::string beside = {};
  std::string ratio = {};   // Of value to `beside`.
  std::string target = {};  // "<= 0.40"; empty if there is no budget.
  bool met = true;          // Only with a target.
};

// Prints `row` as one line and appends it to the table, if there is one.
void Report(const TableRow& row);

// "412 ns", "1.25 M/s": three or four digits that a reader can compare.
std::string Digits(double value);
// A whole number with its thousands apart: "412,345".
std::string Thousands(double value);

// Of a copy, sorted. Zero of nothing.
double Median(std::vector<double> values);
double Quantile(std::vector<double> values, double q);

}  // namespace luheng::bench

#endif  // LUHENG_TESTS_BENCH_TABLE_ROW_H_
