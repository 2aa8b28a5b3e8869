import Numerics

/// A list of texts, by their places from 0: in memory, or in a mapped file, of which only what is asked for is read.
package struct TextTable: RandomAccessCollection, Equatable {
  private enum Storage {
    case texts([String])
    /// `ends[i]` is where text `i` ends among the bytes of the array `name`.
    case mapped(MappedTensors, name: String, ends: [Int64])
  }

  private let storage: Storage

  /// Holds `texts`.
  package init(_ texts: [String]) { storage = .texts(texts) }

  /// Opens the texts called `name` in `file`: the arrays `name.bytes` and `name.ends`.
  /// - Throws: `FormatFailure` where they are missing or do not fit together.
  init(_ file: MappedTensors, _ name: String) throws {
    let bytes = try file.byteCount("\(name).bytes")
    let ends: [Int64] = try file.values("\(name).ends")
    var last: Int64 = 0
    for end in ends {
      guard end >= last else { throw file.failure("the texts '\(name)' end out of order") }
      last = end
    }
    guard last == Int64(bytes) else {
      throw file.failure("the texts '\(name)' end at byte \(last) of \(bytes)")
    }
    storage = .mapped(file, name: "\(name).bytes", ends: ends)
  }

  /// The arrays that ``init(_:_:)`` opens.
  func tensors(_ name: String) -> [SafetensorsFile.Tensor] {
    var bytes: [UInt8] = []
    var ends: [Int64] = []
    ends.reserveCapacity(count)
    for text in self {
      bytes.append(contentsOf: text.utf8)
      ends.append(Int64(bytes.count))
    }
    return [
      .init(name: "\(name).bytes", shape: [bytes.count], values: .uint8(bytes)),
      .init(name: "\(name).ends", shape: [ends.count], values: .int64(ends)),
    ]
  }

  /// The first place.
  package var startIndex: Int { 0 }
  /// The place behind the last.
  package var endIndex: Int {
    switch storage {
    case .texts(let texts): texts.count
    case .mapped(_, _, let ends): ends.count
    }
  }

  /// The text at a place.
  package subscript(place: Int) -> String {
    switch storage {
    case .texts(let texts): texts[place]
    case .mapped(let file, let name, let ends):
      file.text(name, (place == 0 ? 0 : Int(ends[place - 1]))..<Int(ends[place]))
    }
  }

  /// The place of `text`, where the texts ascend by their bytes; nil where it is not among them.
  package func place(of text: String) -> Int? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].utf8.lexicographicallyPrecedes(text.utf8) { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low].utf8.elementsEqual(text.utf8) ? low : nil
  }

  /// Whether both hold the same texts.
  package static func == (first: TextTable, second: TextTable) -> Bool {
    first.count == second.count && zip(first, second).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
  }
}
