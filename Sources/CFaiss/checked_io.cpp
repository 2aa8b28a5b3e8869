#include "checked_io.h"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <new>
#include <utility>
#include <vector>

namespace {

// Another checksum takes another mark.
constexpr char kEarlierMark[8] = {'T', 'W', 'R', 'B', 'K', 'S', 'U', 'M'};
constexpr char kMark[8] = {'T', 'W', 'R', 'B', 'K', 'X', 'X', '3'};
constexpr uint64_t kTrailer = sizeof(kMark) + sizeof(uint64_t);

constexpr uint32_t fourcc(const char (&text)[5]) {
  return static_cast<uint32_t>(text[0]) | static_cast<uint32_t>(text[1]) << 8 | static_cast<uint32_t>(text[2]) << 16 |
         static_cast<uint32_t>(text[3]) << 24;
}

/// The kinds of indexes that are made here, as FAISS writes them.
constexpr uint32_t kKinds[] = {
  fourcc("IxFI"), fourcc("IxF2"), fourcc("IxPq"), fourcc("IxSQ"), fourcc("IPfs"), fourcc("IxPT"),
  fourcc("IwFl"), fourcc("IwSq"), fourcc("IwPQ"), fourcc("IHNf"), fourcc("IHNs"),
};

/// How much of a file is handed to the system at once; see `AtomicFile`.
constexpr size_t kPieceBytes = 1 << 20;

/// Whether a number is the name of a kind of indexes: their names begin with an I. Others in our files are small.
bool is_kind(uint32_t word) {
  for (int place = 8; place < 32; place += 8) {
    if (isalnum(static_cast<unsigned char>(word >> place)) == 0) return false;
  }
  return static_cast<char>(word) == 'I';
}

}  // namespace

Checksum::Checksum() : state_(XXH3_createState(), XXH3_freeState) {
  if (state_ == nullptr) throw std::bad_alloc();
  XXH3_64bits_reset(state_.get());
}

void Checksum::take(const void *bytes, size_t count) { XXH3_64bits_update(state_.get(), bytes, count); }

uint64_t Checksum::value() const { return XXH3_64bits_digest(state_.get()); }

ChecksumWriter::ChecksumWriter(const char *path) : file_(fopen(path, "wbe")) {
  if (file_ == nullptr) throw SystemFailure{errno};
  name = path;
}

ChecksumWriter::~ChecksumWriter() noexcept(false) {
  if (file_ != nullptr) fclose(file_);
}

size_t ChecksumWriter::operator()(const void *bytes, size_t size, size_t count) {
  if (size * count == 0) return count;
  const char *rest = static_cast<const char *>(bytes);
  for (size_t left = size * count; left > 0;) {
    const size_t piece = std::min(left, kPieceBytes);
    if (fwrite(rest, 1, piece, file_) != piece) throw SystemFailure{errno};
    checksum_.take(rest, piece);
    rest += piece;
    left -= piece;
  }
  return count;
}

void ChecksumWriter::finish() {
  uint64_t sum = checksum_.value();
  bool written = fwrite(kMark, sizeof kMark, 1, file_) == 1 && fwrite(&sum, sizeof sum, 1, file_) == 1;
  if (!written) throw SystemFailure{errno};
  FILE *file = file_;
  file_ = nullptr;
  if (fclose(file) != 0) throw SystemFailure{errno};
}

BoundedReader::BoundedReader(const char *path) : file_(fopen(path, "rbe")) {
  if (file_ == nullptr) throw SystemFailure{errno};
  name = path;
  struct stat status;
  int failure = fstat(::fileno(file_), &status) != 0 ? errno
                : S_ISDIR(status.st_mode)          ? EISDIR
                : !S_ISREG(status.st_mode)         ? EINVAL
                                                   : 0;
  if (failure == 0) {
    remaining_ = static_cast<uint64_t>(status.st_size);
    try {
      verify();
    } catch (...) {
      fclose(file_);
      throw;
    }
    return;
  }
  fclose(file_);
  throw SystemFailure{failure};
}

BoundedReader::~BoundedReader() { fclose(file_); }

/// A file of ours ends with a checksum of all before it. One from elsewhere is refused: FAISS 1.7 takes what it reads at its word,
/// and a file whose parts do not fit together ends the process.
void BoundedReader::verify() {
  const DamagedFile strange{"it does not end in a checksum of ours: it was cut short, or another program wrote it"};
  if (remaining_ < kTrailer) throw strange;
  char mark[sizeof kMark];
  uint64_t expected;
  if (fseek(file_, -static_cast<long>(kTrailer), SEEK_END) != 0) throw SystemFailure{errno};
  bool read = fread(mark, sizeof mark, 1, file_) == 1 && fread(&expected, sizeof expected, 1, file_) == 1;
  rewind(file_);
  if (!read) throw strange;
  if (memcmp(mark, kEarlierMark, sizeof mark) == 0) throw DamagedFile{"its checksum is one of an earlier version"};
  if (memcmp(mark, kMark, sizeof mark) != 0) throw strange;
  remaining_ -= kTrailer;
  Checksum found;
  std::vector<char> piece(1 << 20);
  for (uint64_t left = remaining_; left > 0;) {
    size_t count = fread(piece.data(), 1, left < piece.size() ? left : piece.size(), file_);
    if (count == 0) throw DamagedFile{"it became shorter while it was read"};
    found.take(piece.data(), count);
    left -= count;
  }
  if (found.value() != expected) throw DamagedFile{"its checksum does not fit its content"};
  rewind(file_);
}

size_t BoundedReader::operator()(void *bytes, size_t size, size_t count) {
  if (size == 0 || count == 0) return count;
  if (count > remaining_ / size) throw DamagedFile{"it ends too early"};
  if (fread(bytes, size, count, file_) != count) throw DamagedFile{"it ends too early"};
  remaining_ -= size * count;
  if (size == 4 && count == 1) take_kind(bytes);
  follow_lists(bytes, size, count);
  follow_products(bytes, size, count);
  if (size == 8 && count == 1) {
    // Most such numbers are sizes of what follows, and FAISS takes memory for them at once. The
    // others in the files of 1.7 are counts, at most the 2^20 of two unused fields.
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    // The id of an index's only vector ends the file, behind the number of ids.
    const bool is_only_id = remaining_ == 0 && last_[0] == 1;
    if (value > remaining_ && value > (1u << 20) && !is_only_id) throw DamagedFile{"a size in it is beyond its end"};
  }
  return count;
}

/// FAISS finds the places of ids as soon as it has read them, as many as a header tells, whatever there are. So it is told that the
/// outermost map is one without places, which `with_places` gives it.
void BoundedReader::take_kind(void *bytes) {
  uint32_t word;
  memcpy(&word, bytes, sizeof word);
  const bool is_begun_before = std::exchange(is_begun_, true);
  if (!is_begun_before) {
    if (word != fourcc("IxM2")) throw DamagedFile{"it holds an index without ids (IDMap2)"};
    constexpr uint32_t plain = fourcc("IxMp");
    memcpy(bytes, &plain, sizeof plain);
  } else if (word == fourcc("IxM2")) {
    throw DamagedFile{"it holds a map of ids within another"};
  }
  // FAISS reads others with less care, before their parts can be checked.
  if (is_begun_before && is_kind(word) && std::find(std::begin(kKinds), std::end(kKinds), word) == std::end(kKinds)) {
    throw DamagedFile{"it holds an index of a kind that is never made here"};
  }
  if (word == fourcc("IxPq") || word == fourcc("IPfs")) {
    products_ = Products::kFlat;
    is_header_over_ = false;
  }
  if (word == fourcc("IwPQ")) products_ = Products::kCells;
}

/// FAISS divides by the number of parts of a vector, and takes memory for the centroids of each, before it comes to these.
void BoundedReader::follow_products(const void *bytes, size_t size, size_t count) {
  if (size != 8 || count != 1) {
    is_header_over_ = size == 1 || (is_header_over_ && size == 4);
    before_run_ = size;
    run_.clear();
    return;
  }
  run_.push_back(*static_cast<const uint64_t *>(bytes));
  // The header of an index ends in whether it is trained, one byte, and its metric; cells have one more number before the three.
  const bool is_flat = products_ == Products::kFlat && is_header_over_ && before_run_ == 4 && run_.size() == 3;
  const bool is_in_cells = products_ == Products::kCells && before_run_ == 1 && run_.size() == 4;
  if (!is_flat && !is_in_cells) return;
  products_ = Products::kNone;
  const uint64_t dimension = run_[run_.size() - 3], parts = run_[run_.size() - 2], bits = run_.back();
  const bool fits = parts > 0 && dimension % parts == 0 && bits > 0 && bits <= 16 &&
                    dimension <= (remaining_ >> bits) / sizeof(float);
  if (!fits) throw DamagedFile{"the sizes of its codes do not fit it"};
}

/// FAISS writes the sizes of cells to the places that the file says, and takes memory for them all.
void BoundedReader::follow_lists(const void *bytes, size_t size, size_t count) {
  const auto *numbers = static_cast<const uint64_t *>(bytes);
  if (size == 4 && count == 1) {
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    if (word == fourcc("full")) lists_ = Lists::kFull;
    if (word == fourcc("sprs")) lists_ = Lists::kSparse;
    sizes_follow_ = false;
    return;
  }
  if (size != 8 || lists_ == Lists::kNone) {
    if (size == 8 && count == 1) last_ = {last_[1], numbers[0]};
    return;
  }
  // How many numbers there are comes first; of none nothing is read.
  if (!std::exchange(sizes_follow_, true)) {
    if (numbers[0] == 0) lists_ = Lists::kNone;
    return;
  }
  const bool is_sparse = std::exchange(lists_, Lists::kNone) == Lists::kSparse;
  const auto [cells, code_bytes] = last_;
  const DamagedFile odd{"the sizes of its cells do not fit it"};
  uint64_t rows = 0;
  for (size_t place = is_sparse ? 1 : 0; place < count; place += is_sparse ? 2 : 1) {
    if (is_sparse && numbers[place - 1] >= cells) throw odd;
    if (numbers[place] > remaining_) throw odd;
    rows += numbers[place];
  }
  if ((is_sparse && count % 2 != 0) || (!is_sparse && count != cells)) throw odd;
  // With its codes each row has an id.
  if (code_bytes > remaining_ || rows > remaining_ / (code_bytes + sizeof(uint64_t))) throw odd;
}
