import Clicks
import Tables
import Files
import Notebook

/// A click log as a file, and the columns that are read of it.
struct LogFile: Codable {
  var path: String
  var user: String
  var item: String
  var time: String?

  /// The columns by name.
  var columns: [String] { [user, item] + (time.map { [$0] } ?? []) }
}

/// Reads a click log again and again, beside another reader where there is one.
struct ReadingProbe: Probe {
  /// What came of it.
  struct Answer: Codable {
    /// The rows that were read.
    var rows: Int
    /// The size of the file in bytes.
    var bytes: Int
    /// The seconds of each round on our side: the fastest of some readings.
    var seconds: [Double]
    /// The seconds of each round of the others, by name.
    var others: [PeerTimes]
    /// Bytes a second of reading the same file and doing nothing with it.
    var limit: Double
  }

  var file: LogFile
  var runs: Int
  var threads: Int
  /// The Python of the other readers; nil for none.
  var python: String?

  /// How often a file is read in each round.
  static let readings = 3

  var request: ProbeRequest { .reading(self) }

  func answer() throws -> Answer {
    var answer = Answer(rows: 0, bytes: FilePaths.size(of: file.path) ?? 0, seconds: [], others: [], limit: 0)
    let peers = python == nil ? [] : ReadingPeer.all(for: file.path)
    answer.others = peers.map { PeerTimes(name: $0.module) }
    for _ in 0..<runs {
      answer.seconds.append(try fastestReading(&answer))
      guard let python else { continue }
      for (place, peer) in peers.enumerated() where answer.others[place].trouble == nil {
        answer.others[place].add(try peer.read(file, python: python, threads: threads))
      }
    }
    answer.limit = try MachineLimits.fileRead([file.path], threads: threads)
    return answer
  }

  private func fastestReading(_ answer: inout Answer) throws -> Double {
    var options = ClickLogOptions()
    options.user = .name(file.user)
    options.item = .name(file.item)
    options.time = file.time.map { .name($0) }
    let clock = ContinuousClock()
    var fastest = Double.infinity
    for _ in 0..<Self.readings {
      try Cancellation.check()
      let start = clock.now
      let log = try ClickLog(reading: TableReaders.open(path: file.path, threads: threads), options)
      fastest = min(fastest, (clock.now - start) / .seconds(1))
      answer.rows = log.count
    }
    return fastest
  }
}
