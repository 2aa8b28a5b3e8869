import ClickFixtures
import Files
import Foundation
import Testing

@testable import Tables

/// A cache in memory that tells what it was asked.
private final class MemoryCache: ColumnCache {
  var kept: [String: Files.Bundle] = [:]
  var loads = 0
  var stores = 0
  private let lock = NSLock()

  func load<Value>(_ name: String, _ unpack: (Files.Bundle) throws -> Value) -> Value? {
    lock.withLock {
      guard let bundle = kept[name], let value = try? unpack(bundle) else { return nil }
      loads += 1
      return value
    }
  }

  func store(_ name: String, _ bundle: Files.Bundle, seconds: Double) throws {
    lock.withLock {
      kept[name] = bundle
      stores += 1
    }
  }

  /// How many were loaded and stored since it was last asked.
  func counts() -> [Int] {
    defer { (loads, stores) = (0, 0) }
    return [loads, stores]
  }
}

@Suite("Columns of single files are kept")
struct ColumnCacheTests {
  let files: ClickFiles
  private let cache = MemoryCache()

  init() throws { files = try ClickFiles() }

  private func file(_ name: String, _ text: String) throws -> TableFile {
    let path = try files.write(text, name)
    let stamp = try #require(FileStamp(path))
    return TableFile(path: path, name: name, digest: (try Digest(contentsOf: path), stamp))
  }

  private func read(
    _ parts: [TableFile],
    _ requests: [ColumnRequest],
    _ format: TableFormat = TableFormat()
  ) throws -> TableColumns {
    var options = TableFilesOptions()
    (options.threads, options.cache, options.format) = (2, cache, format)
    let kept = try TableFiles(parts, name: "parts", options).read(requests)
    options.cache = nil
    #expect(try TableFiles(parts, name: "parts", options).read(requests) == kept)
    return kept
  }

  private let user = ColumnRequest(.name("user"), as: .identifier)

  @Test("a file that is added is read, the others are not")
  func added() throws {
    let parts = try (0..<5).map { try file("p\($0).csv", "user,item\n\($0),a\($0)\n3,b\n") }
    let wanted = [user, ColumnRequest(.name("item"), as: .identifier)]
    _ = try read(Array(parts.prefix(4)), wanted)
    #expect(cache.counts() == [0, 4])
    let read = try read(parts, wanted)
    #expect(cache.counts() == [4, 1])
    #expect(read.columns[0] == .integers([0, 3, 1, 3, 2, 3, 3, 3, 4, 3]))
    // Another order is another table, of the same parts.
    _ = try self.read(parts.reversed(), wanted)
    #expect(cache.counts() == [5, 0])
  }

  @Test("other columns, another type, rule or form are kept apart")
  func names() throws {
    let parts = [try file("p0.csv", "user,2\n1,5\n"), try file("p1.csv", "user,2\n2,6\n")]
    var latin = ColumnRequest(.name("2"), as: .name)
    latin.allowsLatin1 = true
    let requests = [
      user, ColumnRequest(.name("user"), as: .integer), ColumnRequest(.name("user"), as: .name),
      ColumnRequest(.name("user"), as: .identifier, empty: .dropRow), ColumnRequest(.name("2"), as: .name),
      ColumnRequest(.number(2), as: .name), latin,
      ColumnRequest(.name("2"), as: .names(separator: UInt8(ascii: "|"))),
      ColumnRequest(.name("2"), as: .names(separator: UInt8(ascii: ";"))),
    ]
    for request in requests {
      _ = try read(parts, [request])
      #expect(cache.counts() == [0, 2], "\(request)")
    }
    var format = TableFormat()
    format.delimited.allowsQuotes = false
    _ = try read(parts, [user], format)
    #expect(cache.counts() == [0, 2])
    format.delimited.extraFields = .cut
    _ = try read(parts, [user], format)
    #expect(cache.counts() == [0, 2])
    _ = try read(parts, [user])
    #expect(cache.counts() == [2, 0])
  }

  @Test("what is kept says under which header columns were numbered")
  func headers() throws {
    let (first, second) = (try file("p0.csv", "a,b\n1,2\n"), try file("p1.csv", "a,b\n3,4\n"))
    let other = try file("p2.csv", "b,a\n5,6\n")
    let wanted = [ColumnRequest(.number(1), as: .integer)]
    _ = try read([first, second], wanted)
    let message = dataMessage { _ = try read([other, first], wanted) }
    #expect(message.hasPrefix("p0.csv: its columns are a, b, those of 'p2.csv' b, a"))
  }

  @Test("every type of column comes back as it was")
  func types() throws {
    let text = "a,b,c,d\n1,x,,u|v\n,y,2.5,\n"
    let parts = [try file("p0.csv", text), try file("p1.csv", text + "7,z,1,u\n")]
    let wanted = [
      ColumnRequest(.name("a"), as: .integerOrName, empty: .substitute),
      ColumnRequest(.name("b"), as: .identifier), ColumnRequest(.name("c"), as: .real, empty: .dropRow),
      ColumnRequest(.name("d"), as: .names(separator: UInt8(ascii: "|")), empty: .substitute),
    ]
    let first = try read(parts, wanted)
    #expect(try read(parts, wanted) == first)
    #expect(cache.counts() == [2, 2] && first.namesSince == [nil, "x", nil, nil] && first.droppedRows == 2)
  }

  @Test("what was kept and does not hold together is read anew")
  func damaged() throws {
    let parts = [try file("p0.csv", "user\n1\n"), try file("p1.csv", "user\n2\n")]
    let first = try read(parts, [user])
    var odd = Files.Bundle()
    odd.add("rows", [2, 0])
    odd.add("0.integers", [Int64(7)])
    odd.add("header", texts: ["user"])
    for name in cache.kept.keys { cache.kept[name] = odd }
    _ = cache.counts()
    #expect(try read(parts, [user]) == first)
    #expect(cache.counts() == [0, 2])
  }

  @Test("a file that was written to since it was digested is read, and not kept")
  func changed() throws {
    let parts = [try file("p0.csv", "user\n1\n"), try file("p1.csv", "user\n2\n")]
    _ = try files.write("user\n22\n", "p1.csv")
    #expect(try read(parts, [user]).columns == [.integers([1, 22])])
    #expect(cache.counts() == [0, 1])
  }
}
