import Files
import Glibc

/// Memory for the bytes of a page, freed with the object.
final class PageMemory {
  private var start: UnsafeMutableRawPointer?
  private var capacity = 0

  deinit { free(start) }

  /// The first `count` bytes, which hold anything.
  /// - Throws: `OutOfMemory`.
  func room(_ count: Int) throws -> UnsafeMutableRawBufferPointer {
    if count > capacity || start == nil {
      free(start)
      (start, capacity) = (nil, 0)
      guard let memory = malloc(max(count, 64)) else {
        throw OutOfMemory("a page of a Parquet file", byteCount: count)
      }
      (start, capacity) = (memory, max(count, 64))
    }
    return UnsafeMutableRawBufferPointer(start: start, count: count)
  }
}
