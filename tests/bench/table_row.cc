#include "tests/bench/table_row.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace luheng::bench {

void Report(const TableRow& row) {
  const char* const met =
      row.target.empty() ? "" : (row.met ? "met" : "MISSED");
  absl::PrintF("  %-38s %16s  %18s  %7s  %10s  %s\n", row.name, row.value,
               row.beside, row.ratio, row.target, met);
  std::fflush(stdout);
  const char* const path = std::getenv("LUHENG_BENCH_TABLE");
  if (path == nullptr) return;
  std::FILE* const file = std::fopen(path, "a");
  if (file == nullptr) {
    std::perror(path);
    std::exit(1);
  }
  absl::FPrintF(file, "%s\t%s\t%s\t%s\t%s\t%s\n", row.name, row.value,
                row.beside, row.ratio, row.target, met);
  std::fclose(file);
}

std::string Digits(double value) {
  if (value >= 1000) return Thousands(value);
  const int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return absl::StrFormat("%.*f", decimals, value);
}

std::string Thousands(double value) {
  const std::string digits = absl::StrCat(std::llround(value));
  std::string apart;
  for (size_t i = 0; i < digits.size(); ++i) {
    const bool first = i == 0 || digits[i - 1] == '-';
    if (!first && (digits.size() - i) % 3 == 0) apart += ',';
    apart += digits[i];
  }
  return apart;
}

double Quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(q *
                                    static_cast<double>(values.size() - 1))];
}

double Median(std::vector<double> values) {
  return Quantile(std::move(values), 0.5);
}

}  // namespace luheng::bench
