import Glibc

/// Large pages for large arrays.
///
/// Tables are read at random: with pages of 4 KiB nearly every row first costs a walk through page tables, which with
/// pages of 2 MiB fit a processor's cache.
package enum HugePages {
  private static let size = 2 << 20

  /// Asks for large pages for the `count` bytes from `start` on, which nobody has touched yet. Where the system has
  /// none to give, nothing changes.
  package static func advise(_ start: UnsafeMutableRawPointer, count: Int) {
    guard count >= 2 * size else { return }
    let first = (UInt(bitPattern: start) + UInt(size) - 1) & ~UInt(size - 1)
    let end = (UInt(bitPattern: start) + UInt(count)) & ~UInt(size - 1)
    guard first < end else { return }
    _ = madvise(UnsafeMutableRawPointer(bitPattern: first), Int(end - first), MADV_HUGEPAGE)
  }
}
