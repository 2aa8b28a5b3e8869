import Glibc

/// Large arrays of numbers whose memory is the pages of a file, as those of a bundle are that is read back.
///
/// An array takes its memory, which nobody has touched yet, and the whole pages of it are then mapped to the file's: the system
/// reads one when it is looked at, and forgets it where memory is short, as it can be read again. Who writes to the array
/// gets a page of its own; the file stays as it is.
enum FilePages {
  /// Arrays of fewer bytes are copied.
  static let leastBytes = 64 << 20

  /// How many bytes behind a multiple of ``unit`` such an array begins in its file. A page can be mapped only to where it lies
  /// in its file, and the elements of a large array begin behind 16 bytes of the allocator's and 32 of Swift's.
  static let offset = 48
  /// A multiple of the size of a page on any machine.
  static let unit = 1 << 16

  /// The first place from `position` on, 0 or more, where such an array may begin in its file.
  static func place(from position: Int) -> Int { position + (unit + offset - position % unit) % unit }

  /// The elements whose bytes are those of `file` in `range`.
  ///
  /// Where they are too few, lie elsewhere than ``place(from:)`` says, or the file is no longer open, they are copied.
  static func array<Element: BitwiseCopyable>(of range: Range<Int>, in file: MappedFile) -> [Element] {
    [Element](unsafeUninitializedCapacity: range.count / MemoryLayout<Element>.stride) { target, filled in
      let memory = UnsafeMutableRawBufferPointer(
        rebasing: UnsafeMutableRawBufferPointer(target)[..<range.count]
      )
      let mapped = range.count < leastBytes ? 0..<0 : file.map(from: range.lowerBound, to: memory)
      file.withBytes { bytes in
        let bytes = UnsafeRawBufferPointer(rebasing: bytes[range])
        memory[..<mapped.lowerBound].copyBytes(from: bytes[..<mapped.lowerBound])
        memory[mapped.upperBound...].copyBytes(from: bytes[mapped.upperBound...])
      }
      filled = range.count / MemoryLayout<Element>.stride
    }
  }
}
