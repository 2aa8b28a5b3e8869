import CFaiss
import Numerics

/// The libfaiss that we link, all queries in one call.
final class LinkedFaiss: SearchPeer {
  let name = "Debian's libfaiss"
  private let handle: OpaquePointer
  private let queries: Matrix
  private let threads: Int

  /// Puts the items into an `IndexFlatIP`; ids are the places of items.
  /// - Throws: ``NotMeasured``.
  init(_ vectors: SearchVectors, threads: Int) throws {
    var made: OpaquePointer?
    _ = faiss_shim_create("Flat", Int32(vectors.items.columns), &made)
    guard let made else { throw Self.failure }
    handle = made
    queries = vectors.queries
    self.threads = threads
    let ids = (0..<Int64(vectors.items.rows)).map { $0 }
    let rows = Int64(vectors.items.rows)
    guard faiss_shim_add(made, rows, vectors.items.elements.baseAddress, ids, Int32(clamping: threads)) == 0
    else { throw Self.failure }
  }

  deinit { faiss_shim_destroy(handle) }

  private static var failure: NotMeasured {
    NotMeasured("libfaiss failed: \(String(cString: faiss_shim_error())).")
  }

  func search(k: Int) throws -> (round: PeerTimes.Round, found: TopK?) {
    var scores = [Float](repeating: 0, count: queries.rows * k)
    var ids = [Int64](repeating: TopK.noItem, count: queries.rows * k)
    let clock = ContinuousClock()
    let start = clock.now
    let code = faiss_shim_search(
      handle,
      Int64(queries.rows),
      queries.elements.baseAddress,
      Int64(k),
      &scores,
      &ids,
      Int32(clamping: threads)
    )
    let seconds = (clock.now - start) / .seconds(1)
    guard code == 0 else { throw Self.failure }
    let counts = [Int](repeating: k, count: queries.rows)
    let found = TopK(queries: queries.rows, k: k, ids: ids, scores: scores, counts: counts)
    return (PeerTimes.Round(version: String(cString: faiss_shim_version()), seconds: seconds), found)
  }
}
