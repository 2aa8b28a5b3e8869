import Glibc
import Memory

/// Memory that is all zero, aligned to 64 bytes.
///
/// Large pieces come from the system as they are, zero without being written to: pages that nobody touches cost nothing,
/// and whoever fills the others first, on however many threads, is the first to touch them.
enum ZeroedMemory {
  /// From so many bytes on memory is the system's; below, used memory is used again.
  private static let fromSystem = 32 << 20

  /// Allocates `count` bytes, 1 or more; nil where the system gives no such large piece.
  static func allocate(_ count: Int) -> UnsafeMutableRawPointer? {
    guard count >= fromSystem else {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 64)
      HugePages.advise(memory, count: count)
      memory.initializeMemory(as: UInt8.self, repeating: 0, count: count)
      return memory
    }
    let mapped = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let memory = mapped, memory != MAP_FAILED else { return nil }
    HugePages.advise(memory, count: count)
    return memory
  }

  /// Frees the `count` bytes that `allocate` gave.
  static func free(_ memory: UnsafeMutableRawPointer, _ count: Int) {
    if count >= fromSystem { munmap(memory, count) } else { memory.deallocate() }
  }
}
