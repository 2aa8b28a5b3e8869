#ifndef TOWERBOOK_CHECKED_IO_H
#define TOWERBOOK_CHECKED_IO_H

#include <faiss/impl/io.h>

#include <cstdint>
#include <cstdio>
#include <string>

/// A failed system call.
struct SystemFailure {
  int code;
};

/// A file that is not what it should be.
struct DamagedFile {
  std::string problem;
};

/// FNV-1a over bytes in order, eight lanes of it, so that it keeps up with a disk.
class Checksum {
 public:
  void take(const void *bytes, size_t count);
  uint64_t value() const;

 private:
  uint64_t lanes_[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  size_t next_ = 0;
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

/// Reads a file for FAISS. It knows how long the file is: a size beyond it is an error before memory
/// is asked for.
struct BoundedReader : faiss::IOReader {
  explicit BoundedReader(const char *path);
  ~BoundedReader() override;
  size_t operator()(void *bytes, size_t size, size_t count) override;
  /// Bytes that FAISS has not read yet.
  uint64_t remaining() const { return remaining_; }

 private:
  void verify();

  FILE *file_;
  uint64_t remaining_ = 0;
};

#endif
