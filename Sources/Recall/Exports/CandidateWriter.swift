import Clicks
import Tables
import Files
import Memory

/// Writes millions of candidates `user, item, score, rank` as CSV, formatted by several threads.
///
/// Candidates that were merged from several sources can have a fifth column that names them. Where one user may ask more than
/// once, a column before all others can have the number of the request.
///
/// Scores read back as the same Float32. Ids may be names, which are quoted where CSV needs it. The bytes do
/// not depend on the number of threads.
package final class CandidateWriter: CandidateSink {
  /// The names of the columns.
  package struct Columns: Sendable, Hashable {
    /// The number of the request, from 1: the key of its user, and one more; nil for no such column.
    package var request: String?
    /// The user's id.
    package var user: String
    /// The item's id.
    package var item: String
    /// The score, larger is better.
    package var score: String
    /// The rank, from 1.
    package var rank: String
    /// Where the candidate comes from; nil for no such column.
    package var source: String?

    /// Names the columns; the notebook's names unless told otherwise.
    package init(
      request: String? = nil,
      user: String = "user_id",
      item: String = "article_id",
      score: String = "recall_score",
      rank: String = "recall_rank",
      source: String? = nil
    ) {
      self.request = request
      self.user = user
      self.item = item
      self.score = score
      self.rank = rank
      self.source = source
    }
  }

  /// How many rows were written, without the header.
  package private(set) var rowCount = 0
  private let output: CandidateOutput
  private let threads: Int
  private let texts: CandidateTexts
  private let compression: BlockCompression

  /// Writes to an open file descriptor, which stays the caller's to close.
  ///
  /// - Parameters:
  ///   - name: what messages call the file.
  ///   - userNames: the names behind user keys, nil where keys are the ids; likewise `itemNames`.
  /// - Throws: `DataError` where the header cannot be written.
  package convenience init(
    descriptor: Int32,
    name: String,
    columns: Columns = Columns(),
    userNames: [String]? = nil,
    itemNames: [String]? = nil,
    threads: Int = 1
  ) throws {
    let output = CandidateOutput(descriptor: descriptor, name: name)
    try self.init(output, .none, columns, userNames, itemNames, threads)
  }

  /// Makes or overwrites the file at `path`, compressed where its name ends in `.gz` or `.zst`; `close` finishes it.
  /// - Throws: `DataError` where the file cannot be made or written.
  package convenience init(
    path: String,
    columns: Columns = Columns(),
    userNames: [String]? = nil,
    itemNames: [String]? = nil,
    threads: Int = 1
  ) throws {
    try self.init(
      CandidateOutput(path: path),
      BlockCompression(fileName: path),
      columns,
      userNames,
      itemNames,
      threads
    )
  }

  private init(
    _ output: CandidateOutput,
    _ compression: BlockCompression,
    _ columns: Columns,
    _ userNames: [String]?,
    _ itemNames: [String]?,
    _ threads: Int
  ) throws {
    self.output = output
    self.compression = compression
    self.threads = max(threads, 1)
    texts = CandidateTexts(
      hasRequests: columns.request != nil,
      users: IdentifierText(userNames, quotesEmpty: columns.request == nil),
      items: IdentifierText(itemNames),
      sources: columns.source == nil ? nil : IdentifierText(CandidateSource.setNames)
    )
    let names = [columns.request, columns.user, columns.item, columns.score, columns.rank, columns.source]
    let header = names.compactMap { $0.map { Array(CSVField.quoted($0, quotesEmpty: true).utf8) } }
    let line = Array(header.joined(separator: [UInt8(ascii: ",")])) + [UInt8(ascii: "\n")]
    try compression.packed(line, name: output.name).withUnsafeBytes { try output.write($0, afterRows: 0) }
  }

  /// Appends the rows of `lists`, list `u` for the user with the key `users[u]`, ranks from 1.
  ///
  /// - Parameters:
  ///   - sources: where each item comes from, as `FusedLists.sources`, where the file has a column for it.
  /// - Throws: `DataError` where writing fails, for instance on a full disk; the file is then incomplete.
  package func write(users: [Int64], lists: RankedLists, sources: [UInt8]? = nil) throws {
    precondition(users.count == lists.count, "one list for each user")
    precondition(
      sources?.count == (texts.sources == nil ? nil : lists.items.count),
      "sources for their column"
    )
    let candidates = Candidates(users: users, lists: lists, sources: sources ?? [])
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
        Threads(threads).forEach(buffers.count) {
          buffers[$0].format(candidates, texts)
          buffers[$0].pack(compression)
        }
      }
      for buffer in buffers {
        guard buffer.isPacked else {
          throw DataError("cannot be compressed: not enough memory", file: output.name)
        }
        try buffer.bytes.withUnsafeBytes { try output.write($0, afterRows: rowCount) }
        rowCount += buffer.rows
      }
    }
  }

  /// Finishes the file: what was written is on its way to the disk, and a failure on the way is reported.
  /// - Throws: `DataError` where the system reports that something was not written.
  package func close() throws { try output.close() }
}

/// How ids are written: as digits, or as names that were quoted beforehand.
private struct IdentifierText: Sendable {
  /// All names as CSV fields, one after another, and where each begins.
  let bytes: [UInt8]
  let offsets: [Int]
  let longest: Int

  /// - Parameter quotesEmpty: whether an empty name is an id like others, and not no id.
  init(_ names: [String]?, quotesEmpty: Bool = true) {
    var bytes: [UInt8] = []
    var offsets = [0]
    var longest = longestInteger
    for name in names ?? [] {
      let field = Array(CSVField.quoted(name, quotesEmpty: quotesEmpty).utf8)
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

/// What is written: lists, whose they are, and where their items come from.
private struct Candidates {
  let users: [Int64]
  let lists: RankedLists
  let sources: [UInt8]
}

/// How the ids of candidates are written.
private struct CandidateTexts: Sendable {
  /// Whether the number of the request stands before the user.
  let hasRequests: Bool
  let users: IdentifierText
  let items: IdentifierText
  /// The names of all sets of sources; nil for no such column.
  let sources: IdentifierText?
}

/// Some lists as CSV bytes.
private struct FormattedBlock {
  let lists: Range<Int>
  var bytes: [UInt8] = []
  var rows = 0
  private(set) var isPacked = true

  init(lists: Range<Int>) { self.lists = lists }

  /// Compresses the block by itself: what stands behind one another in a file are members of one.
  mutating func pack(_ compression: BlockCompression) {
    guard compression != .none, !bytes.isEmpty else { return }
    let packed = try? compression.packed(bytes, name: "")
    isPacked = packed != nil
    bytes = packed ?? []
  }

  mutating func format(_ candidates: Candidates, _ texts: CandidateTexts) {
    let ranked = candidates.lists
    rows = lists.reduce(0) { $0 + Int(ranked.counts[$1]) }
    let longestIDs = texts.users.longest + texts.items.longest + (texts.sources?.longest ?? 0)
    let longestRow = longestIDs + longestFloat + 2 * longestInteger + 6
    bytes = [UInt8](unsafeUninitializedCapacity: max(rows * longestRow, 1)) { output, count in
      guard var position = output.baseAddress else { return }
      let start = position
      for list in lists where ranked.counts[list] > 0 {
        let userStart = position
        if texts.hasRequests {
          position += appendInteger(candidates.users[list] + 1, to: position)
          appendComma(&position)
        }
        position += texts.users.append(candidates.users[list], to: position)
        let userLength = position - userStart
        position = userStart
        for place in 0..<Int(ranked.counts[list]) {
          // A request and a user's id are formatted once and copied to their other rows.
          if place > 0 { position.update(from: userStart, count: userLength) }
          position += userLength
          appendComma(&position)
          position += texts.items.append(ranked.items[list * ranked.width + place], to: position)
          appendComma(&position)
          if !ranked.scores.isEmpty {
            position += appendFloat(ranked.scores[list * ranked.width + place], to: position)
          }
          appendComma(&position)
          position += appendInteger(Int64(place + 1), to: position)
          if let sources = texts.sources {
            appendComma(&position)
            position += sources.append(Int64(candidates.sources[list * ranked.width + place]), to: position)
          }
          position[0] = UInt8(ascii: "\n")
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
