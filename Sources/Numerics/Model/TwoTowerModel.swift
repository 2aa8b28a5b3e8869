import Glibc

/// A two-tower model: a query vector from user and history, an item vector from item and category.
///
/// Source: P.-S. Huang et al., CIKM 2013 (two towers); the towers are the notebook's. All results are the same
/// bytes for any number of threads.
package final class TwoTowerModel {
  /// What it is made of.
  package let shape: TwoTowerShape
  /// All weights, in a fixed order: embeddings, the query tower's layers, the item tower's layers.
  package let parameters: [Parameter]
  /// What computes; may be changed between calls.
  package var compute: Compute { didSet { for member in members { member.compute = compute } } }
  /// The models whose vectors are joined, in the order of their seeds; empty where the model is one of its own.
  package let members: [TwoTowerModel]
  /// Where its tables lie, and what is remembered of their rows in training.
  let tableMemory: TableMemory
  let queryTower: Tower
  let itemTower: Tower
  let tables: [Parameter]
  /// Tables that are read and never moved: pretrained vectors.
  let constants: [Parameter]
  /// The logarithm of 1 / temperature, `[1, 1]`, where it is learned.
  let logScale: Parameter?
  /// The roots of what recent clicks count in logits, `[1, windows]`, where the model takes them.
  let trendRoots: Parameter?
  /// Their squares, step by step.
  let trendFactors = Storage<Float>()
  private let loss = ContrastiveLoss()
  /// The losses of vectors cut to the first dimensions.
  private let prefixLosses: [PrefixLoss]
  private var queries: TowerWorkspace?
  private var candidates: TowerWorkspace?
  /// The query tower's activations of the last batch; nil before the first.
  var queryWorkspace: TowerWorkspace? { queries }

  /// Rows that go through a tower together: their activations fit a processor's cache.
  static let shardRows = 128

  /// Makes a model with fresh weights from `seed`.
  /// - Parameter seed: nil to draw no weights, as where only the layers are of interest or weights are loaded next;
  ///   large tables then take no memory before they are written to.
  ///   - tables: where its tables lie.
  /// - Throws: `ModelError.shape`, also where tables in memory are larger than this machine's; `FileError` where there is no
  ///   room for them in files.
  package convenience init(
    _ shape: TwoTowerShape,
    seed: Int?,
    compute: Compute = Compute(),
    tables: TableMemory = TableMemory()
  ) throws {
    try shape.validate()
    if tables.isBounded { try Self.checkMemory(shape) }
    self.init(shape, compute, tables) { member in
      InitialDraw(
        seed: seed.map { Self.seed($0, ofMember: member) },
        threads: compute.threads,
        tables: tables
      )
    }
    try tables.check()
  }

  /// Makes a model of `weights`, each found by its name: the matrices themselves, which may lie in mapped files; such a
  /// model can be asked but not trained.
  /// - Throws: `ModelError.shape`; `ModelError.weights` where one is missing or of another shape.
  package convenience init(_ shape: TwoTowerShape, weights: [NamedMatrix], compute: Compute = Compute())
    throws
  {
    try shape.validate()
    let given = Dictionary(weights.map { ($0.name, $0.matrix) }) { first, _ in first }
    self.init(shape, compute, TableMemory()) { member in
      let prefix = shape.ensemble == nil ? "" : Self.prefix(ofMember: member)
      let own = given.filter { $0.key.hasPrefix(prefix) }.map {
        (String($0.key.dropFirst(prefix.count)), $0.value)
      }
      return InitialDraw(
        seed: nil,
        threads: compute.threads,
        given: Dictionary(own) { first, _ in first }
      )
    }
    for weight in storedWeights where given[weight.name] !== weight.matrix {
      guard let matrix = given[weight.name] else {
        throw ModelError.weights("the weights have no \(weight.name)")
      }
      throw ModelError.weights(
        "\(weight.name) is [\(matrix.rows), \(matrix.columns)], and the model's shape wants another"
      )
    }
  }

  /// - Parameter draw: how the first values of each model of an ensemble are drawn; of a single one, those of the first.
  private init(
    _ shape: TwoTowerShape,
    _ compute: Compute,
    _ tableMemory: TableMemory,
    _ draws: (Int) -> InitialDraw
  ) {
    self.tableMemory = tableMemory
    if let count = shape.ensemble {
      let members = (0..<count).map { place in
        TwoTowerModel(shape.member, compute, tableMemory) { _ in draws(place) }
      }
      self.shape = shape
      self.compute = compute
      self.members = members
      tables = members.flatMap(\.tables)
      constants = members.flatMap(\.constants)
      (queryTower, itemTower) = (members[0].queryTower, members[0].itemTower)
      (logScale, trendRoots, prefixLosses) = (nil, nil, [])
      parameters = members.flatMap(\.parameters)
      return
    }
    let draw = draws(0)
    let parts = TwoTowerParts(shape, draw)
    members = []
    prefixLosses = shape.prefixWidths.map { PrefixLoss(width: $0, length: shape.vectorLength) }
    self.shape = shape
    self.compute = compute
    tables = parts.tables
    constants = parts.constants
    queryTower = parts.queryTower
    itemTower = parts.itemTower
    logScale = shape.learnsTemperature ? Self.logScale(shape, draw) : nil
    trendRoots = Self.trendRoots(shape, draw)
    parameters =
      parts.tables + parts.queryTower.parameters + parts.itemTower.parameters
      + [logScale, trendRoots].compactMap { $0 }
  }

  private static func checkMemory(_ shape: TwoTowerShape) throws {
    let rows =
      (shape.usesUserID ? shape.userVocabulary : 0) + shape.itemVocabulary * (shape.sharesItems ? 1 : 2)
    let needed = Double(rows) * Double(shape.embeddingDimension) * 4 * Double(shape.ensemble ?? 1)
    let there = Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE)))
    guard needed > there, there > 0 else { return }
    throw ModelError.shape(
      "the tables of users and items take \(Int(needed / 1e9)) GB and this machine has \(Int(there / 1e9)) GB: "
        + "\(rows) rows of \(shape.embeddingDimension); fewer rows or a smaller embedding_dim fit, or 'tables: mapped'"
    )
  }

  private static func logScale(_ shape: TwoTowerShape, _ draw: InitialDraw) -> Parameter {
    let scale = Parameter("log_scale", .dense, rows: 1, columns: 1, initializer: .zeros, draw)
    if draw.given == nil { scale.value[0, 0] = Float(-log(shape.temperature)) }
    return scale
  }

  /// What similarities are divided by to give logits: as it was set, or as it was learned.
  package var temperature: Double { logScale.map { exp(-Double($0.value[0, 0])) } ?? shape.temperature }

  /// The number of weights, frozen ones among them.
  package var parameterCount: Int { (parameters + constants).reduce(0) { $0 + $1.value.elements.count } }

  /// Computes the loss of `batch` and the gradient of every parameter.
  ///
  /// Memory for the largest batch so far is kept: after the first step nothing that grows with the data is
  /// allocated. What is not finite is returned as it is.
  /// - Parameters:
  ///   - beforeReading: called when the gradients of tables name the rows that the batch touches, before any is read.
  ///   - besides: work that has nothing to do with the model, done by whatever thread is free on the way back.
  func forwardBackward(
    _ batch: TwoTowerBatch,
    beforeReading: () -> Void = {},
    besides: () -> Void = {}
  ) -> Double {
    precondition(members.isEmpty, "the models of an ensemble are trained one by one")
    var batch = batch
    (batch.queries.training, batch.candidates.training) =
      (TrainingPass(dropout: batch.dropout), TrainingPass(dropout: batch.dropout))
    let queries = workspace(&queries, queryTower, rows: batch.queries.count)
    let candidates = workspace(&candidates, itemTower, rows: batch.candidateCount)
    findRows(batch, queries, candidates)
    beforeReading()
    let shards = BatchShards(batch, keepsWindows: queryTower.sources.contains(where: \.sharesWindows))
    forward(batch, shards, queries, candidates)
    takeQueue(batch, candidates)
    chooseInterests(batch, queries, candidates)
    guard let queryGradients = queries.gradients, let candidateGradients = candidates.gradients else {
      preconditionFailure("training has room for gradients")
    }
    let contrast = contrast(batch, queries, candidates)
    let queryGradient = queryGradients.vectors.view.rows(0..<batch.queries.count)
    var value = loss.forward(contrast, sides: batch.sides, queryGradient: queryGradient, on: compute)
    var scaleGradient = scaleGradient(queries, rows: batch.queries.count)
    for prefix in prefixLosses {
      value += prefix.forward(contrast, sides: batch.sides, queryGradient: queryGradient, on: compute)
      if logScale != nil { scaleGradient += prefix.scaleGradient }
    }
    setScaleGradient(batch.form.usesTemperature ? scaleGradient : 0)
    setTrendGradient([loss] + prefixLosses.map(\.loss))
    compute.threads.forEach(1 + shards.count) { task in
      guard task > 0 else { return besides() }
      let task = task - 1
      if let rows = shards.candidateRows(task) {
        let gradient = candidateGradients.vectors.view.rows(rows)
        loss.candidateGradient(rows, into: gradient, with: compute.kernels)
        for prefix in prefixLosses {
          prefix.addCandidateGradient(rows, to: gradient, with: compute.kernels)
        }
      }
      let (tower, workspace) = shards.isQuery(task) ? (queryTower, queries) : (itemTower, candidates)
      tower.backward(
        shards.isQuery(task) ? batch.queries : batch.candidates,
        rows: shards.rows(task),
        shard: shards.shard(task),
        in: workspace,
        dropout: batch.dropout,
        with: compute.kernels
      )
    }
    sumGradients()
    return value
  }

  /// Puts the vectors of earlier batches behind the others, and keeps those of this one.
  private func takeQueue(_ batch: TwoTowerBatch, _ candidates: TowerWorkspace) {
    if let queued = batch.queued {
      let rows = batch.candidates.count..<batch.candidateCount
      compute.kernels.gather(queued.table, ids: queued.rows, into: candidates.vectors.view.rows(rows))
    }
    guard let kept = batch.kept else { return }
    kept.vectors.update(from: candidates.vectors.start, count: kept.count * candidates.vectors.columns)
  }

  /// Sorts the lookups of each table, which names the rows that the batch touches.
  private func findRows(_ batch: TwoTowerBatch, _ queries: TowerWorkspace, _ candidates: TowerWorkspace) {
    queryTower.prepare(batch.queries)
    itemTower.prepare(batch.candidates)
    compute.threads.forEach(tables.count) { sortShares(of: tables[$0], batch, queries, candidates) }
  }

  /// Both towers shard by shard.
  private func forward(
    _ batch: TwoTowerBatch,
    _ shards: BatchShards,
    _ queries: TowerWorkspace,
    _ candidates: TowerWorkspace
  ) {
    for parameter in parameters {
      guard case .dense(let gradient) = parameter.gradient, parameter !== logScale, parameter !== trendRoots
      else { continue }
      let isQuery = queryTower.parameters.contains { $0 === parameter }
      gradient.begin(shards: isQuery ? shards.queryShards : shards.candidateShards)
    }
    compute.threads.forEach(shards.count) { shard in
      let (tower, workspace) = shards.isQuery(shard) ? (queryTower, queries) : (itemTower, candidates)
      tower.forward(
        shards.isQuery(shard) ? batch.queries : batch.candidates,
        rows: shards.rows(shard),
        in: workspace,
        dropout: batch.dropout,
        with: compute.kernels
      )
    }
  }

  private func sortShares(
    of table: Parameter,
    _ batch: TwoTowerBatch,
    _ queries: TowerWorkspace,
    _ candidates: TowerWorkspace
  ) {
    guard case .rows(let gradient) = table.gradient else { return }
    let sides = [(queryTower, batch.queries, queries), (itemTower, batch.candidates, candidates)]
    var lookups = 0
    for (tower, inputs, _) in sides {
      for source in tower.sources where source.table === table { lookups += source.lookups(inputs) }
    }
    gradient.begin(capacity: lookups)
    for (tower, inputs, workspace) in sides {
      guard let features = workspace.gradients?.features.view.rows(0..<inputs.count) else { continue }
      tower.forEachSource { source, columns in
        guard source.table === table else { return }
        source.addShares(inputs, gradient: features.columns(columns), with: compute.kernels)
      }
    }
    gradient.sort(with: compute.kernels)
  }

  /// Adds up the shards' parts of dense gradients and the shares of embedding rows.
  private func sumGradients() {
    let segment = 512
    var pieces: [(RowGradient, Range<Int>)] = []
    for case .rows(let gradient) in tables.map(\.gradient) {
      for start in stride(from: 0, to: gradient.count, by: segment) {
        pieces.append((gradient, start..<min(start + segment, gradient.count)))
      }
    }
    compute.threads.forEach(pieces.count + parameters.count) { task in
      if task < pieces.count {
        pieces[task].0.sumSegments(pieces[task].1, with: compute.kernels)
      } else if case .dense(let gradient) = parameters[task - pieces.count].gradient {
        gradient.reduce(with: compute.kernels)
      }
    }
  }

  /// Logits are s q . c with s = exp(a): their derivative by a is s q . c, so that the loss's derivative by a is
  /// the sum over queries of q . dloss/dq.
  private func scaleGradient(_ queries: TowerWorkspace, rows: Int) -> Double {
    guard logScale != nil, let vectorGradients = queries.gradients?.vectors else { return 0 }
    var sum = 0.0
    for index in 0..<rows * queries.vectors.columns {
      sum += Double(queries.vectors.elements[index]) * Double(vectorGradients.elements[index])
    }
    return sum
  }

  private func setScaleGradient(_ sum: Double) {
    guard case .dense(let gradient)? = logScale?.gradient else { return }
    gradient.begin(shards: 1)
    gradient.part(0)[0, 0] = Float(sum)
  }

  private func contrast(
    _ batch: TwoTowerBatch,
    _ queries: TowerWorkspace,
    _ candidates: TowerWorkspace
  ) -> ContrastiveBatch {
    var contrast = ContrastiveBatch(
      queries: queries.vectors.view.rows(0..<batch.queries.count),
      candidates: candidates.vectors.view.rows(0..<batch.candidateCount),
      labels: batch.labels,
      inverseTemperature: batch.form.usesTemperature ? Float(1 / temperature) : 1,
      productBound: shape.similarity == .cosine ? 1 : nil
    )
    contrast.candidateBias = batch.candidateBias
    contrast.exclusions = batch.exclusions
    contrast.own = batch.own
    contrast.weights = batch.weights
    contrast.form = batch.form
    contrast.numbers = batch.numbers
    contrast.sparesLabels = batch.sparesLabels
    contrast.trend = trendBias(batch)
    return contrast
  }

  private func workspace(_ held: inout TowerWorkspace?, _ tower: Tower, rows: Int) -> TowerWorkspace {
    if let held, held.capacity >= rows { return held }
    let made = TowerWorkspace(tower, capacity: rows, trains: true)
    held = made
    return made
  }
}
