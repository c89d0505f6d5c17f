#include "matching/book/id_table.h"

#include <cstddef>
#include <utility>

namespace luheng::matching {
namespace {

// Room for the directory and the spare pages from the start, so that they do
// not grow while orders flow: 4096 entries stand for four million ids.
constexpr size_t kDirectoryReserve = 4096;
// Empty entries at the front of the directory before it is cut.
constexpr uint64_t kTrimMin = 1024;
// Spare pages kept beyond half of those in use.
constexpr size_t kSpareMin = 16;

}  // namespace

IdTable::IdTable(uint32_t page_count) : reserved_count_(page_count) {
  directory_.reserve(kDirectoryReserve);
  spare_.reserve(kDirectoryReserve + page_count);
  for (uint32_t i = 0; i < page_count; ++i) {
    spare_.push_back(std::make_unique<Page>());
  }
}

void IdTable::OpenPage(OrderId id) {
  const uint64_t page_number = static_cast<uint64_t>(id.value()) / kPageIds;
  if (directory_.empty()) first_page_ = page_number;
  if (page_number < first_page_) {
    // An old order comes back (an amendment that loses its place): rare.
    std::vector<Entry> grown(first_page_ - page_number);
    for (Entry& entry : directory_) grown.push_back(std::move(entry));
    directory_ = std::move(grown);
    first_page_ = page_number;
    front_empty_ = 0;
  }
  const uint64_t index = page_number - first_page_;
  if (index >= directory_.size()) directory_.resize(index + 1);
  if (index < front_empty_) front_empty_ = index;
  if (spare_.empty()) {
    directory_[index].page = std::make_unique<Page>();
  } else {
    directory_[index].page = std::move(spare_.back());
    spare_.pop_back();
  }
  ++page_count_;
}

void IdTable::ClosePage(uint64_t index) {
  --page_count_;
  std::unique_ptr<Page> page = std::move(directory_[index].page);
  const auto in_use = static_cast<size_t>(page_count_);
  if (spare_.size() < kSpareMin + in_use / 2 ||
      spare_.size() + in_use < reserved_count_) {
    spare_.push_back(std::move(page));
  }
  if (index == front_empty_) TrimFront();
}

void IdTable::TrimFront() {
  while (front_empty_ < directory_.size() &&
         directory_[front_empty_].live == 0) {
    ++front_empty_;
  }
  if (front_empty_ < kTrimMin || front_empty_ < directory_.size() / 2) return;
  directory_.erase(
      directory_.begin(),
      directory_.begin() + static_cast<std::ptrdiff_t>(front_empty_));
  first_page_ += front_empty_;
  front_empty_ = 0;
}

int64_t IdTable::bytes() const {
  const size_t pages = static_cast<size_t>(page_count_) + spare_.size();
  return static_cast<int64_t>(pages * sizeof(Page) +
                              directory_.capacity() * sizeof(Entry) +
                              spare_.capacity() * sizeof(spare_[0]));
}

}  // namespace luheng::matching
