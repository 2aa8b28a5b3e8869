import Files
import Memory

/// Memory for `capacity` plain elements that grows when asked and is otherwise used again step after step.
///
/// Fresh memory is not written to, so that pages nobody touches cost nothing.
final class Storage<Element: BitwiseCopyable> {
  private(set) var start: UnsafeMutablePointer<Element>
  private(set) var capacity: Int
  /// Whose memory it is, where it is not the storage's own.
  private var scratch: ScratchMemory?

  /// Makes room for `capacity` elements, uninitialised.
  init(capacity: Int = 0) {
    self.capacity = capacity
    start = Self.allocate(capacity)
  }

  /// Makes room for `capacity` elements, each `value`.
  convenience init(repeating value: Element, count: Int) {
    self.init(capacity: count)
    start.initialize(repeating: value, count: count)
  }

  /// A copy of `values`.
  convenience init(copying values: [Element]) {
    self.init(capacity: values.count)
    for (index, value) in values.enumerated() { (start + index).initialize(to: value) }
  }

  /// Takes the beginning of `scratch`, which is zero where nobody has written to it.
  init(capacity: Int, in scratch: ScratchMemory) {
    precondition(capacity * MemoryLayout<Element>.stride <= scratch.bytes.count)
    guard let start = scratch.bytes.baseAddress else {
      preconditionFailure("memory that is mapped has an address")
    }
    self.capacity = capacity
    self.start = start.bindMemory(to: Element.self, capacity: capacity)
    self.scratch = scratch
  }

  deinit { free() }

  private func free() {
    if scratch == nil { start.deallocate() }
    scratch = nil
  }

  private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Element> {
    let start = UnsafeMutablePointer<Element>.allocate(capacity: max(capacity, 1))
    HugePages.advise(start, count: capacity * MemoryLayout<Element>.stride)
    return start
  }

  /// Makes room for `count` elements; what was there is lost if it has to grow.
  func reserve(_ count: Int) {
    guard count > capacity else { return }
    free()
    capacity = max(count, capacity + capacity / 2)
    start = Self.allocate(capacity)
  }

  /// The elements in `range` are needed soon: where they lie in a file, they are read meanwhile.
  func expect(_ range: Range<Int>) {
    let size = MemoryLayout<Element>.stride
    scratch?.expect(range.lowerBound * size..<range.upperBound * size)
  }

  subscript(index: Int) -> Element {
    @inline(__always) get { start[index] }
    @inline(__always) set { start[index] = newValue }
  }
}
