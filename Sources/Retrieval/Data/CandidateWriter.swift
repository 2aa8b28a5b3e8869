import Glibc

/// Writes millions of candidates `user, item, score, rank` as CSV, formatted by several threads.
///
/// Scores read back as the same Float32. Ids may be names, which are quoted where CSV needs it. The bytes do
/// not depend on the number of threads.
public final class CandidateWriter {
  /// The names of the four columns.
  public struct Columns: Sendable, Hashable {
    /// The user's id.
    public var user: String
    /// The item's id.
    public var item: String
    /// The score, larger is better.
    public var score: String
    /// The rank, from 1.
    public var rank: String

    /// Names the columns; the notebook's names unless told otherwise.
    public init(
      user: String = "user_id",
      item: String = "article_id",
      score: String = "recall_score",
      rank: String = "recall_rank"
    ) {
      self.user = user
      self.item = item
      self.score = score
      self.rank = rank
    }
  }

  /// How many rows were written, without the header.
  public private(set) var rowCount = 0
  private let descriptor: Int32
  private let ownsDescriptor: Bool
  private var isClosed = false
  private let name: String
  private let threads: Int
  private let userIDs: IdentifierText
  private let itemIDs: IdentifierText

  /// Writes to an open file descriptor, which stays the caller's to close.
  ///
  /// - Parameters:
  ///   - name: what messages call the file.
  ///   - userNames: the names behind user keys, nil where keys are the ids; likewise `itemNames`.
  /// - Throws: `DataError` where the header cannot be written.
  public convenience init(
    descriptor: Int32,
    name: String,
    columns: Columns = Columns(),
    userNames: [String]? = nil,
    itemNames: [String]? = nil,
    threads: Int = 1
  ) throws {
    try self.init(descriptor, owned: false, name, columns, userNames, itemNames, threads)
  }

  /// Makes or overwrites the file at `path`; `close` finishes it.
  /// - Throws: `DataError` where the file cannot be made or written.
  public convenience init(
    path: String,
    columns: Columns = Columns(),
    userNames: [String]? = nil,
    itemNames: [String]? = nil,
    threads: Int = 1
  ) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw DataError("cannot be written: \(systemMessage(errno))", file: path) }
    try self.init(descriptor, owned: true, path, columns, userNames, itemNames, threads)
  }

  private init(
    _ descriptor: Int32,
    owned: Bool,
    _ name: String,
    _ columns: Columns,
    _ userNames: [String]?,
    _ itemNames: [String]?,
    _ threads: Int
  ) throws {
    self.descriptor = descriptor
    ownsDescriptor = owned
    self.name = name
    self.threads = max(threads, 1)
    userIDs = IdentifierText(userNames)
    itemIDs = IdentifierText(itemNames)
    let header = [columns.user, columns.item, columns.score, columns.rank].map { csvField($0) }
    let line = Array(header.joined(separator: [UInt8(ascii: ",")])) + [lineFeed]
    try line.withUnsafeBytes { try write($0) }
  }

  deinit { if ownsDescriptor, !isClosed { Glibc.close(descriptor) } }

  /// Appends the rows of `lists`, list `u` for the user with the key `users[u]`, ranks from 1.
  ///
  /// - Throws: `DataError` where writing fails, for instance on a full disk; the file is then incomplete.
  public func write(users: [Int64], lists: RankedLists) throws {
    precondition(users.count == lists.count, "one list for each user")
    let listsPerBlock = max(1, 65_536 / max(lists.width, 1))
    let blocks = (users.count + listsPerBlock - 1) / listsPerBlock
    // A few blocks at a time are formatted side by side and then written in order: memory stays small.
    for first in stride(from: 0, to: blocks, by: threads) {
      let group = first..<min(first + threads, blocks)
      var buffers = group.map { block -> FormattedBlock in
        let range = block * listsPerBlock..<min((block + 1) * listsPerBlock, users.count)
        return FormattedBlock(lists: range)
      }
      buffers.withUnsafeMutableBufferPointer { buffers in
        inParallel(tasks: buffers.count, threads: threads) {
          buffers[$0].format(users, lists, userIDs, itemIDs)
        }
      }
      for buffer in buffers {
        try buffer.bytes.withUnsafeBytes { try write($0) }
        rowCount += buffer.rows
      }
    }
  }

  /// Finishes the file: what was written is on its way to the disk, and a failure on the way is reported.
  /// - Throws: `DataError` where the system reports that something was not written.
  public func close() throws {
    guard !isClosed, ownsDescriptor else { return }
    isClosed = true
    guard Glibc.close(descriptor) == 0 else {
      throw DataError("cannot be written: \(systemMessage(errno))", file: name)
    }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws {
    var written = 0
    while written < bytes.count, let start = bytes.baseAddress {
      let count = Glibc.write(descriptor, start + written, bytes.count - written)
      if count < 0 {
        if errno == EINTR { continue }
        throw DataError("cannot be written after \(rowCount) rows: \(systemMessage(errno))", file: name)
      }
      written += count
    }
  }
}

/// How ids are written: as digits, or as names that were quoted beforehand.
private struct IdentifierText: Sendable {
  /// All names as CSV fields, one after another, and where each begins.
  let bytes: [UInt8]
  let offsets: [Int]
  let longest: Int

  init(_ names: [String]?) {
    var bytes: [UInt8] = []
    var offsets = [0]
    var longest = longestInteger
    for name in names ?? [] {
      let field = csvField(name)
      bytes += field
      offsets.append(bytes.count)
      longest = max(longest, field.count)
    }
    self.bytes = bytes
    self.offsets = offsets
    self.longest = longest
  }

  /// A key without a name is written as digits.
  @inline(__always)
  func append(_ key: Int64, to output: UnsafeMutablePointer<UInt8>) -> Int {
    guard key >= 0, key < Int64(offsets.count - 1) else { return appendInteger(key, to: output) }
    let range = offsets[Int(key)]..<offsets[Int(key) + 1]
    for place in range { output[place - range.lowerBound] = bytes[place] }
    return range.count
  }
}

/// Some lists as CSV bytes.
private struct FormattedBlock {
  let lists: Range<Int>
  var bytes: [UInt8] = []
  var rows = 0

  init(lists: Range<Int>) { self.lists = lists }

  mutating func format(
    _ users: [Int64],
    _ ranked: RankedLists,
    _ userIDs: IdentifierText,
    _ itemIDs: IdentifierText
  ) {
    rows = lists.reduce(0) { $0 + Int(ranked.counts[$1]) }
    let longestRow = userIDs.longest + itemIDs.longest + longestFloat + longestInteger + 4
    bytes = [UInt8](unsafeUninitializedCapacity: max(rows * longestRow, 1)) { output, count in
      guard var position = output.baseAddress else { return }
      let start = position
      for list in lists where ranked.counts[list] > 0 {
        let userStart = position
        position += userIDs.append(users[list], to: position)
        let userLength = position - userStart
        position = userStart
        for place in 0..<Int(ranked.counts[list]) {
          // A user's id is formatted once and copied to their other rows.
          if place > 0 { position.update(from: userStart, count: userLength) }
          position += userLength
          appendComma(&position)
          position += itemIDs.append(ranked.items[list * ranked.width + place], to: position)
          appendComma(&position)
          if !ranked.scores.isEmpty {
            position += appendFloat(ranked.scores[list * ranked.width + place], to: position)
          }
          appendComma(&position)
          position += appendInteger(Int64(place + 1), to: position)
          position[0] = lineFeed
          position += 1
        }
      }
      count = position - start
    }
  }

  @inline(__always)
  private func appendComma(_ position: inout UnsafeMutablePointer<UInt8>) {
    position[0] = UInt8(ascii: ",")
    position += 1
  }
}

/// `text` as one CSV field (RFC 4180): in quotes where it holds a comma, a quote, a line end or outer spaces.
func csvField(_ text: String) -> [UInt8] {
  let bytes = Array(text.utf8)
  let needsQuotes =
    bytes.isEmpty || bytes.contains { ",\"\n\r".utf8.contains($0) } || bytes.first == 0x20
    || bytes.last == 0x20
  guard needsQuotes else { return bytes }
  return [quote] + bytes.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote]
}
