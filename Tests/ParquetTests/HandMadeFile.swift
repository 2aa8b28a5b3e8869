import Foundation
import TestSupport

@testable import Parquet

/// A file of one column, whose every claim can be made to lie.
struct HandMadeFile {
  /// The parts of the schema behind its root, and how many children that has.
  var schema: [(inout CompactWriter) -> Void] = [Self.leaf("x", .int64)]
  var children: Int32 = 1
  var type = PhysicalType.int64
  var codec = Codec.uncompressed.rawValue
  var rows: Int64 = 3
  /// Where the footer says of another number than the row group.
  var fileRows: Int64?
  var values: Int64?
  var pages = Self.page(Self.bytes([1, 2, 3] as [Int64]), values: 3)
  var dataOffset: Int64 = 4
  var dictionaryOffset: Int64?
  var compressedSize: Int64?
  var uncompressedSize: Int64?
  var groups = 1
  /// Written behind the known fields of the footer.
  var footerEnd: (inout CompactWriter) -> Void = { _ in }

  static func bytes<Value: BitwiseCopyable>(_ values: [Value]) -> [UInt8] {
    values.withUnsafeBytes { Array($0) }
  }

  static func leaf(
    _ name: String,
    _ type: PhysicalType,
    _ repetition: Repetition = .required,
    _ more: @escaping (inout CompactWriter) -> Void = { _ in }
  ) -> (inout CompactWriter) -> Void {
    {
      $0.int32(1, type.rawValue)
      $0.int32(3, repetition.rawValue)
      $0.text(4, name)
      more(&$0)
    }
  }

  static func group(
    _ name: String,
    _ repetition: Repetition,
    children: Int32 = 1,
    converted: Int32? = nil
  ) -> (inout CompactWriter) -> Void {
    {
      $0.int32(3, repetition.rawValue)
      $0.text(4, name)
      $0.int32(5, children)
      if let converted { $0.int32(6, converted) }
    }
  }

  /// A page of the first version with its head.
  static func page(
    _ body: [UInt8],
    kind: Int32 = 0,
    unpacked: Int32? = nil,
    packed: Int32? = nil,
    values: Int32,
    encoding: Encoding = .plain,
    levels: Encoding = .rle
  ) -> [UInt8] {
    CompactWriter.bytes {
      $0.int32(1, kind)
      $0.int32(2, unpacked ?? Int32(body.count))
      $0.int32(3, packed ?? Int32(body.count))
      $0.structure(kind == 2 ? 7 : 5) {
        $0.int32(1, values)
        $0.int32(2, encoding.rawValue)
        guard kind == 0 else { return }
        $0.int32(3, levels.rawValue)
        $0.int32(4, levels.rawValue)
      }
    } + body
  }

  private func writeGroup(_ writer: inout CompactWriter) {
    writer.element { writer in
      writer.list(1, of: .structure, count: 1) { writer in
        writer.element { writer in
          writer.structure(3) { writer in
            writer.int32(1, type.rawValue)
            writer.int32(4, codec)
            writer.int64(5, values ?? rows)
            writer.int64(6, uncompressedSize ?? Int64(pages.count))
            writer.int64(7, compressedSize ?? Int64(pages.count))
            writer.int64(9, dataOffset)
            if let dictionaryOffset { writer.int64(11, dictionaryOffset) }
          }
        }
      }
      writer.int64(3, rows)
    }
  }

  var bytes: [UInt8] {
    let footer = CompactWriter.bytes { writer in
      writer.int32(1, 1)
      writer.list(2, of: .structure, count: schema.count + 1) { writer in
        writer.element {
          $0.text(4, "root")
          $0.int32(5, children)
        }
        for part in schema { writer.element(part) }
      }
      writer.int64(3, fileRows ?? rows &* Int64(groups))
      writer.list(4, of: .structure, count: groups) { writer in
        for _ in 0..<groups { writeGroup(&writer) }
      }
      footerEnd(&writer)
    }
    return ParquetFile.mark + pages + footer + Self.bytes([UInt32(footer.count)]) + ParquetFile.mark
  }

  /// What is read of it, or the error in words.
  func read() throws -> String {
    let folder = try ScratchFolder()
    try folder.write("t.parquet", Data(bytes))
    do {
      return try PeerFile.ours(folder.file("t.parquet")).map { "\($0.leaf.name): \($0.cells)" }.joined(
        separator: "; "
      )
    } catch let error as ParquetError {
      return error.description
    }
  }
}
