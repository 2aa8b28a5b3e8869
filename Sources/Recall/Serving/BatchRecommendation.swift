import Clicks
import Files
import Tables

/// Recommends to all requests of a table and writes the candidates to a file.
package struct BatchRecommendation {
  /// What was written, and what is to be said of it.
  package struct Summary: Sendable {
    /// How many candidates.
    package var candidates: Int
    /// What could not be taken as it was meant, counted, with an example each.
    package var notes: [String]
  }

  private let recommender: Recommender
  private let k: Int
  private let threads: Int
  /// Requests that are held at once.
  private static let blockRequests = Ranker.blockUsers

  /// Recommends `k` items to each.
  package init(_ recommender: Recommender, k: Int, threads: Int) {
    self.recommender = recommender
    self.k = k
    self.threads = threads
  }

  /// What the column is called that has the number of each candidate's request, which is that of its row from 1.
  private static let request = "request"

  /// Writes the file at `path`, whole or not at all; the ending says as what. A request without a user has an empty one.
  /// - Throws: `DataError`, `FileError` where it cannot be written.
  package func write(_ table: RequestTable, to path: String) throws -> Summary {
    let columns = recommender.facts.columns
    var counts: [String: (count: Int, first: String)] = [:]
    // The ending of the name says what is written, so that the file is filled under its own name, out of sight.
    let staging = try StagingFolder(in: FilePaths.parent(of: FilePaths.absolute(path)))
    defer { try? Folders.remove(staging.path) }
    let place = FilePaths.join(staging.path, FilePaths.name(of: path))
    let sink = try CandidateSinks.open(
      path: place,
      columns: CandidateWriter.Columns(request: Self.request, user: columns.user, item: columns.item),
      userNames: table.requests.map { $0.user ?? "" },
      itemNames: recommender.itemNames(),
      threads: threads
    )
    for start in stride(from: 0, to: table.requests.count, by: Self.blockRequests) {
      let block = start..<min(start + Self.blockRequests, table.requests.count)
      let answer = try recommender.lists(Array(table.requests[block]), k: k)
      try sink.write(users: block.map(Int64.init), lists: answer.lists, sources: nil)
      for note in answer.notes.joined() {
        counts[note.code, default: (0, note.description)].count += 1
      }
    }
    try sink.close()
    try Folders.move(place, to: path)
    let notes = counts.sorted { $0.key < $1.key }.map { _, note in
      note.count == 1 ? note.first : "\(note.count) requests, the first: \(note.first)"
    }
    return Summary(candidates: sink.rowCount, notes: notes)
  }
}
