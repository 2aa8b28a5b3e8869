import Memory
import Numerics
import Steps

/// What is searched, and for what.
struct SearchVectors {
  /// `[items, dimension]`.
  let items: Matrix
  /// `[queries, dimension]`.
  let queries: Matrix

  /// Random vectors of length one.
  init(items: Int, queries: Int, dimension: Int) {
    self.items = Self.random(items, dimension, stream: "benchmark items")
    self.queries = Self.random(queries, dimension, stream: "benchmark queries")
  }

  /// The vectors of a trained model: all items, and users evenly over all, in the order of their ids.
  init(of run: FinishedRun, queries: Int, threads: Int) throws {
    let record = try RunRecord(run)
    let cells = record.plan.cells
    guard let index = cells.indices.last(where: { cells[$0].cell.header.step == IndexArtifact.kind }),
      let train = record.producer(of: TrainArtifact.kind, for: index),
      let encode = record.producer(of: EncodeArtifact.kind, for: index)
    else { throw NotMeasured("The recipe has no index of a trained model.") }
    items = try record.artifact(IndexArtifact.self, of: index).search.vectors
    let encoded = try record.artifact(EncodeArtifact.self, of: encode)
    let model = try record.artifact(TrainArtifact.self, of: train).model
    model.compute.threads = Threads(threads)
    let all = encoded.clicks.userVocabulary.keys.count
    let count = min(queries, all)
    self.queries = try encoded.requestQueries(of: model).vectors((0..<count).map { $0 * all / count })
  }

  private static func random(_ rows: Int, _ dimension: Int, stream: String) -> Matrix {
    let matrix = Matrix(rows: rows, columns: dimension)
    var generator = NumpyGenerator(seed: 42, stream: stream)
    for row in 0..<rows {
      let vector = matrix.row(row)
      var squares: Float = 0
      for column in vector.indices {
        vector[column] = Float(generator.standardNormal())
        squares += vector[column] * vector[column]
      }
      for column in vector.indices { vector[column] /= squares.squareRoot() }
    }
    return matrix
  }
}
