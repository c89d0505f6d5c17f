#include "matching/book/id_table.h"

#include <cstddef>

namespace luheng::matching {
namespace {

// Room for the directory and the spare pages from the start, so that they do
// not grow while orders flow: 4096 entries stand for four million ids.
constexpr size_t kDirectoryReserve = 4096;
// Empty entries at the front of the directory before it is cut.
constexpr uint64_t kTrimMin = 1024;

}  // namespace

IdTable::IdTable(uint32_t page_count) : pages_(kPagesMax) {
  pages_.Grow(size_t{page_count} + 1);
  directory_.reserve(kDirectoryReserve);
  spare_.reserve(kDirectoryReserve + page_count);
}

uint32_t IdTable::TakePage() {
  if (!spare_.empty()) {
    const uint32_t page = spare_.back();
    spare_.pop_back();
    return page;
  }
  if (used_ == pages_.capacity()) pages_.Grow(size_t{used_} * 2);
  return used_++;
}

void IdTable::OpenPage(OrderId id) {
  const uint64_t page_number = static_cast<uint64_t>(id.value()) / kPageIds;
  if (directory_.empty()) first_page_ = page_number;
  if (page_number < first_page_) {
    // An old order comes back (an amendment that loses its place): rare.
    directory_.insert(directory_.begin(), first_page_ - page_number, Entry{});
    first_page_ = page_number;
    front_empty_ = 0;
  }
  const uint64_t index = page_number - first_page_;
  if (index >= directory_.size()) directory_.resize(index + 1);
  if (index < front_empty_) front_empty_ = index;
  directory_[index].page = TakePage();
  ++page_count_;
}

void IdTable::ClosePage(uint64_t index) {
  --page_count_;
  spare_.push_back(directory_[index].page);
  directory_[index].page = 0;
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
  return pages_.bytes() +
         static_cast<int64_t>(directory_.capacity() * sizeof(Entry) +
                              spare_.capacity() * sizeof(spare_[0]));
}

}  // namespace luheng::matching
