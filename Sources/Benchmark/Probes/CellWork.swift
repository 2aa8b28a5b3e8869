import Clicks
import Files
import Notebook
import Numerics
import Steps

/// What the cells of a run must do at least, counted by hand and held against the limits measured.
///
/// Counted are the products of matrices, the bytes of files, and the columns that are read and written once. The
/// rest (sorting, softmax, embeddings, selection, text) has no limit that could be measured apart from it: it is
/// what a share of less than all consists of.
struct CellWork {
  private let record: RunRecord
  private let limits: MachineLimits
  private let threads: Int
  /// How many users were ranked in an index already, by its position: a later cell shares that search.
  private var ranked: [Int: Double] = [:]

  init(record: RunRecord, limits: MachineLimits, threads: Int) {
    self.record = record
    self.limits = limits
    self.threads = threads
  }

  /// The demands of the cell at `position`; cells are asked for in order.
  mutating func demands(of position: Int) throws -> [Demand] {
    let cell = record.plan.cells[position]
    let demands: [Demand] =
      switch cell.cell.header.step {
      case "config": [read(position)]
      case "split": [moved(Self.splitBytes(clicks: try record.clicks(above: position)))]
      case "encode": [try encode(position)]
      case "train": [try train(position)]
      case "index": try index(position)
      case "eval": try search(position)
      case "recall": try search(position) + [try written(position)]
      case "save": [try written(position)]
      default: []
      }
    return demands.filter { $0.amount > 0 }
  }

  /// Each click's user, item and time, eight bytes each, read once and written once.
  static func splitBytes(clicks: Double) -> Double { 48 * clicks }

  /// Each click's item read (8 bytes) and its code written (4); each sample's codes and places written (28); each
  /// item of the catalogue and its category read (16) and their codes written (8).
  static func encodeBytes(clicks: Double, samples: Double, items: Double) -> Double {
    12 * clicks + 28 * samples + 24 * items
  }

  /// The operations of comparing every query with every item.
  static func searchOperations(queries: Double, items: Double, dimension: Double) -> Double {
    2 * queries * items * dimension
  }

  private func moved(_ bytes: Double) -> Demand { Demand(kind: .moved, amount: bytes, rate: limits.copy) }

  private func read(_ position: Int) -> Demand {
    let bytes = record.plan.files(of: position).reduce(0) { $0 + (FilePaths.size(of: $1.absolute) ?? 0) }
    return Demand(kind: .read, amount: Double(bytes), rate: limits.fileRead)
  }

  private func written(_ position: Int) throws -> Demand {
    let bytes = try record.entry(position).files.reduce(0) { $0 + $1.size }
    return Demand(kind: .written, amount: Double(bytes), rate: limits.fileWrite)
  }

  private func encode(_ position: Int) throws -> Demand {
    guard let split = record.producer(of: "split", for: position),
      let config = record.producer(of: "config", for: position)
    else { return moved(0) }
    return moved(
      Self.encodeBytes(
        clicks: try record.metric("history_clicks", of: split),
        samples: try record.metric("samples", of: position),
        items: try record.metric("catalogue_items", of: config)
      )
    )
  }

  private func train(_ position: Int) throws -> Demand {
    let shape = try record.artifact(TrainArtifact.self, of: position).model.shape
    let hasPool = record.text("loss", of: position).flatMap(Loss.init)?.hasPool == true
    let products = shape.trainingProducts(
      samples: Int(try record.samples(above: position)),
      batch: record.setting("batch_size", of: position) ?? 1024,
      candidates: hasPool ? record.setting("pool_size", of: position) : nil
    )
    let epochs = Int(try record.metric("epochs", of: position))
    let precision = record.text("precision", of: position).flatMap(Precision.init)
    return operations(products.map { $0.repeated(epochs) }, in: precision ?? .float32)
  }

  private func index(_ position: Int) throws -> [Demand] {
    guard let train = record.producer(of: "train", for: position) else { return [] }
    let shape = try record.artifact(TrainArtifact.self, of: train).model.shape
    let products = shape.itemProducts(rows: Int(try record.metric("items", of: position)))
    // What building an approximate index takes cannot be told beforehand.
    return record.text("type", of: position) == "Flat"
      ? [operations(products), try written(position)] : []
  }

  /// The query tower, and all items for all users that no cell above has ranked.
  private mutating func search(_ position: Int) throws -> [Demand] {
    guard let train = record.producer(of: "train", for: position),
      let index = record.producer(of: "index", for: position), record.text("type", of: index) == "Flat"
    else { return [] }
    let users = try record.metric("users", of: position)
    let new = max(0, users - ranked[index, default: 0])
    ranked[index] = max(users, ranked[index, default: 0])
    let shape = try record.artifact(TrainArtifact.self, of: train).model.shape
    let compared = Self.searchOperations(
      queries: new,
      items: try record.metric("items", of: index),
      dimension: Double(shape.vectorDimension)
    )
    return [
      operations(shape.queryProducts(rows: Int(new))),
      Demand(kind: .operations, amount: compared, rate: limits.searchProduct),
    ]
  }

  /// Products at the rates measured at their own shapes.
  private func operations(_ products: [MatrixProduct], in precision: Precision = .float32) -> Demand {
    let amount = products.reduce(0) { $0 + $1.operations }
    let seconds = ProductRate.leastSeconds(products, threads: threads, in: precision)
    return Demand(kind: .operations, amount: amount, rate: seconds > 0 ? amount / seconds : 0)
  }
}
