import Files
import Numerics

/// PyPI's faiss-cpu, searching the same vectors.
struct FaissPeer: SearchPeer {
  let name = "PyPI's faiss-cpu"
  /// The folder through which vectors and results go.
  let folder: String
  let python: String
  let threads: Int

  private static let source = """
    import json, sys, time
    folder, k, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    try: import numpy, faiss
    except ImportError as error: print(json.dumps(dict(missing=error.name))); sys.exit()
    faiss.omp_set_num_threads(threads)
    items, queries = numpy.load(folder + '/items.npy'), numpy.load(folder + '/queries.npy')
    index = faiss.IndexFlatIP(items.shape[1])
    index.add(items)
    index.search(queries[:64], k)
    start = time.perf_counter()
    scores, places = index.search(queries, k)
    seconds = time.perf_counter() - start
    numpy.save(folder + '/scores.npy', scores); numpy.save(folder + '/places.npy', places)
    print(json.dumps(dict(version=faiss.__version__, seconds=seconds)))
    """

  /// Hands the vectors over.
  func prepare(_ vectors: SearchVectors) throws {
    try Folders.make(folder)
    try NumpyFile.write(vectors.items, to: FilePaths.join(folder, "items.npy"))
    try NumpyFile.write(vectors.queries, to: FilePaths.join(folder, "queries.npy"))
  }

  /// Searches in a fresh interpreter; loading, adding and a first small search are not counted.
  /// - Throws: ``NotMeasured``.
  func search(k: Int) throws -> (round: PeerTimes.Round, found: TopK?) {
    let script = PythonScript(
      python: python,
      source: ["-c", Self.source],
      arguments: [folder, "\(k)", "\(threads)"],
      threads: threads
    )
    let round = try script.run(as: PeerTimes.Round.self).answer
    return (round, round.missing == nil ? try found(k: k) : nil)
  }

  /// What the last search found; ids are the places of items.
  private func found(k: Int) throws -> TopK {
    let scores = try NumpyFile.read(FilePaths.join(folder, "scores.npy"), as: Float.self)
    let places = try NumpyFile.read(FilePaths.join(folder, "places.npy"), as: Int64.self)
    guard scores.shape.count == 2, scores.shape == places.shape, scores.shape[1] == k else {
      throw NotMeasured("faiss-cpu gave results of an odd shape.")
    }
    let queries = scores.shape[0]
    let counts = [Int](repeating: k, count: queries)
    return TopK(queries: queries, k: k, ids: places.values, scores: scores.values, counts: counts)
  }
}
