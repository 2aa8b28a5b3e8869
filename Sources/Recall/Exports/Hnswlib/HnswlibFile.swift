import Files
import Glibc
import Numerics

/// A graph and its vectors as `HierarchicalNSW::saveIndex` of hnswlib has them, versions 0.3 to 0.8; labels are rows.
///
/// A head of 96 bytes; of each row the neighbours on level 0, the vector and the label; of each row the bytes and the lists of
/// the levels above. A list is a number and room for as many as it may have. All is little-endian.
struct HnswlibFile {
  /// The links, of which level 0 has up to twice as many as the levels above.
  let graph: HNSWGraph
  /// `[rows, dimension]`.
  let vectors: Matrix

  private static let pieceBytes = 1 << 20

  /// - Throws: `FileError`.
  func write(to path: String) throws {
    try AtomicFile.write(to: path) { file in
      var bytes = head
      func flush(_ least: Int) throws {
        guard bytes.count >= least else { return }
        try file.append(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
      for row in 0..<graph.count {
        append(graph.neighbours(of: row, level: 0), room: 2 * graph.links, to: &bytes)
        bytes.append(contentsOf: UnsafeRawBufferPointer(vectors.row(row)))
        Self.append(UInt64(row), to: &bytes)
        try flush(Self.pieceBytes)
      }
      for row in 0..<graph.count {
        let levels = Int(graph.levels[row])
        Self.append(UInt32(levels * listBytes(graph.links)), to: &bytes)
        for level in 0..<levels {
          append(graph.neighbours(of: row, level: level + 1), room: graph.links, to: &bytes)
        }
        try flush(Self.pieceBytes)
      }
      try flush(1)
    }
  }

  private var head: [UInt8] {
    let lists = listBytes(2 * graph.links)
    let label = lists + vectors.columns * MemoryLayout<Float>.stride
    var bytes: [UInt8] = []
    // Where level 0 begins; places for rows, and rows; the bytes of one, and where in them label and vector are.
    for number in [0, graph.count, graph.count, label + MemoryLayout<UInt64>.size, label, lists] {
      Self.append(UInt64(number), to: &bytes)
    }
    Self.append(graph.entry.map { graph.levels[$0] } ?? -1, to: &bytes)
    Self.append(graph.entry.map { UInt32($0) } ?? .max, to: &bytes)
    // The most neighbours above level 0 and on it, and what both follow from.
    for number in [graph.links, 2 * graph.links, graph.links] { Self.append(UInt64(number), to: &bytes) }
    Self.append((1 / log(Double(graph.links))).bitPattern, to: &bytes)
    Self.append(UInt64(graph.construction), to: &bytes)
    return bytes
  }

  /// The bytes of a list with room for so many.
  private func listBytes(_ room: Int) -> Int { (1 + room) * MemoryLayout<UInt32>.size }

  private func append(_ neighbours: ArraySlice<Int32>, room: Int, to bytes: inout [UInt8]) {
    // Of the number hnswlib has two bytes; the third marks rows that were deleted.
    Self.append(UInt32(neighbours.count), to: &bytes)
    for other in neighbours { Self.append(UInt32(other), to: &bytes) }
    bytes.append(
      contentsOf: repeatElement(0, count: (room - neighbours.count) * MemoryLayout<UInt32>.size)
    )
  }

  private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
