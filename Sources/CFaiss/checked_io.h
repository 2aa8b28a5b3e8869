#ifndef TOWERBOOK_CHECKED_IO_H
#define TOWERBOOK_CHECKED_IO_H

#include <faiss/impl/io.h>
#include <xxhash.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

/// A failed system call.
struct SystemFailure {
  int code;
};

/// A file that is not what it should be.
struct DamagedFile {
  std::string problem;
};

/// XXH3 over bytes that come piece by piece.
class Checksum {
 public:
  Checksum();
  void take(const void *bytes, size_t count);
  uint64_t value() const;

 private:
  std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state_;
};

/// Writes a file for FAISS and ends it with a checksum.
struct ChecksumWriter : faiss::IOWriter {
  explicit ChecksumWriter(const char *path);
  ~ChecksumWriter() noexcept(false) override;
  size_t operator()(const void *bytes, size_t size, size_t count) override;
  /// Appends the checksum and closes the file.
  void finish();

 private:
  FILE *file_;
  Checksum checksum_;
};

/// Reads a file for FAISS, one of an index with ids (IDMap2), as which FAISS gets the plain map of the same. It knows how long the file
/// is: a size beyond it is an error before memory is asked for.
struct BoundedReader : faiss::IOReader {
  explicit BoundedReader(const char *path);
  ~BoundedReader() override;
  size_t operator()(void *bytes, size_t size, size_t count) override;
  /// Bytes that FAISS has not read yet.
  uint64_t remaining() const { return remaining_; }

 private:
  /// How the sizes of an IVF index's cells are written: all of them, or only those that are not 0, with their cells.
  enum class Lists { kNone, kFull, kSparse };

  /// Where numbers of a product quantizer follow: behind the header of an index, or behind the cells of one.
  enum class Products { kNone, kFlat, kCells };

  void verify();
  void take_kind(void *bytes);
  void follow_lists(const void *bytes, size_t size, size_t count);
  void follow_products(const void *bytes, size_t size, size_t count);

  FILE *file_;
  uint64_t remaining_ = 0;
  bool is_begun_ = false;
  Lists lists_ = Lists::kNone;
  /// The last two single numbers before the lists: of cells, and of bytes of a code.
  std::array<uint64_t, 2> last_{};
  bool sizes_follow_ = false;
  Products products_ = Products::kNone;
  bool is_header_over_ = false;
  /// The single numbers that were just read, and how wide what came before them was.
  std::vector<uint64_t> run_;
  size_t before_run_ = 0;
};

#endif
