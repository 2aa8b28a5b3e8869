import Numerics

/// Another library that searches the same vectors exactly.
protocol SearchPeer {
  /// Its name.
  var name: String { get }
  /// Searches all queries once.
  /// - Returns: the round, and what was found where it could be measured.
  func search(k: Int) throws -> (round: PeerTimes.Round, found: TopK?)
}
