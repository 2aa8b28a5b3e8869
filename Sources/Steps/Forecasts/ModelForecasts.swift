import Notebook
import Numerics
import Recall

/// The names of sizes that are no metrics.
private enum Size {
  /// The width of vectors.
  static let dimension = "dimension"
  /// How many items have one.
  static let items = "items"
}

/// The bytes of a Float32.
private let floatBytes = 4.0

extension ModelStep {
  package static var sizeMetrics: [String] { ["parameters"] }

  /// Next to nothing is done. Where the model was not laid out, its parameters are taken for those of the embeddings of items
  /// and users alone.
  package func forecast(_ inputs: ForecastInputs) -> Forecast? {
    guard let items = inputs.size("item_vocabulary", of: encode) else { return nil }
    let users = settings.shape.usesUserID ? inputs.size("user_vocabulary", of: encode) ?? 0 : 0
    let models = Double(settings.shape.ensemble ?? 1)
    let width = Double(settings.outline.vectorDimension ?? settings.shape.embeddingDimension)
    let rows = (items + users) * Double(settings.shape.embeddingDimension) * models
    return Forecast(
      work: rows,
      memory: 0,
      sizes: ["parameters": rows, Size.dimension: width, Size.items: items]
    )
  }
}

extension TrainStep {
  package static var sizeMetrics: [String] { ["epochs"] }

  /// Samples, times epochs, times the candidates that each is scored with and the width of vectors. In memory: the
  /// parameters, what the optimiser remembers of each, a copy of the best epoch's where training may stop early, none of these
  /// where they lie in files, and four numbers a sample.
  package func forecast(_ inputs: ForecastInputs) -> Forecast? {
    guard let samples = inputs.size("samples", of: encode),
      let parameters = inputs.size("parameters", of: model),
      let width = inputs.size(Size.dimension, of: model)
    else { return nil }
    let candidates =
      switch options.negatives {
      case .batch, .distinctTargets: Double(options.batchSize)
      case .pool(let size): Double(size)
      }
    let copies = 1 + Double(options.optimizer.stateNames.count) + (stopping == nil ? 0 : 1)
    let bytes = parameters * floatBytes * copies
    // Small tables stay in memory.
    let isMapped =
      inputs.outlines.of(model, ModelArtifact.self)?.tables == .mapped
      && bytes >= Double(TableMemory.usualLeast)
    let pooling = inputs.outlines.of(model, ModelArtifact.self)?.pooling.rawValue ?? ""
    return Forecast(
      kind: [
        pooling, options.precision == .float32 ? "" : options.precision.rawValue, isMapped ? "mapped" : "",
      ]
      .filter { !$0.isEmpty }.joined(separator: " "),
      work: samples * Double(options.epochs) * candidates * width,
      memory: (isMapped ? 0 : bytes) + samples * 32,
      sizes: [
        "parameters": parameters, Size.dimension: width, Size.items: inputs.size(Size.items, of: model) ?? 0,
      ],
      scratch: isMapped ? bytes : 0
    )
  }
}

extension IndexStep {
  package static var sizeMetrics: [String] { [Size.items] }

  /// Numbers of all vectors, which are there once as vectors and once in the index.
  package func forecast(_ inputs: ForecastInputs) -> Forecast? {
    guard let items = inputs.size("item_vocabulary", of: encode),
      let width = inputs.size(Size.dimension, of: train),
      let parameters = inputs.size("parameters", of: train)
    else { return nil }
    return Forecast(
      kind: factory,
      work: items * width,
      memory: parameters * floatBytes + items * width * floatBytes * 2,
      sizes: [Size.items: items, Size.dimension: width]
    )
  }
}

extension EvalStep {
  /// Users times items times the width of vectors, as searched exactly.
  package func forecast(_ inputs: ForecastInputs) -> Forecast? {
    ranking.forecast(inputs, users: inputs.size("held_out_users", of: split))
  }
}

extension RecallStep {
  /// Likewise of all users.
  package func forecast(_ inputs: ForecastInputs) -> Forecast? {
    ranking.forecast(inputs, users: inputs.size("users", of: split))
  }
}

extension RankingPass.Inputs {
  /// What it takes to rank all items for `users` users; a ranked item is an id and a score, and a hundred are taken for usual.
  func forecast(_ inputs: ForecastInputs, users: Double?) -> Forecast? {
    guard let users, let items = inputs.size(Size.items, of: index),
      let width = inputs.size(Size.dimension, of: index),
      let parameters = inputs.size("parameters", of: train)
    else { return nil }
    return Forecast(
      work: users * items * width,
      memory: (parameters + 2 * items * width) * floatBytes + users * 100 * 12
    )
  }
}

extension SaveStep {
  /// Parameters, which are written as they are.
  package func forecast(_ inputs: ForecastInputs) -> Forecast? {
    inputs.size("parameters", of: train).map { Forecast(work: $0, memory: $0 * floatBytes * 2) }
  }
}
