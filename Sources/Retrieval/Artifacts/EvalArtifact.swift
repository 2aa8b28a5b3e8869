import Notebook

/// What `eval` hands on: what it measured of the model and of its baselines, user by user.
package struct EvalArtifact: Artifact {
  /// One list of recommendations for every user, measured.
  package struct Row: Sendable, Equatable {
    /// Its name: `two-tower`, `popularity`.
    package var name: String
    /// Its values.
    package var scores: RankingScores

    /// Names scores.
    package init(name: String, scores: RankingScores) {
      self.name = name
      self.scores = scores
    }
  }

  /// The kind.
  package static let kind = "eval"
  /// The users evaluated, by key, ascending.
  package var users: [Int64]
  /// The model, then the baselines; all of the same users, measures and cut-offs.
  package var rows: [Row]
  /// The model on the clicks held out for validation, whose users may be fewer; nil where they were not measured.
  package var validation: RankingScores?

  /// Makes the artifact.
  package init(users: [Int64], rows: [Row], validation: RankingScores? = nil) {
    self.users = users
    self.rows = rows
    self.validation = validation
  }

  /// The model's means, by name.
  package var metrics: [(name: String, value: Double)] { rows.first?.scores.named ?? [] }

  /// Reads the artifact from a bundle.
  package init(bundle: Bundle) throws {
    users = try bundle.int64("users")
    rows = try bundle.texts("rows").enumerated().map { place, name in
      Row(name: name, scores: try RankingScores(bundle: bundle, prefix: "row.\(place)"))
    }
    validation =
      bundle.has("validation.values") ? try RankingScores(bundle: bundle, prefix: "validation") : nil
    guard rows.allSatisfy({ $0.scores.userCount == users.count }) else {
      throw BundleError.damaged("its scores are not of its users")
    }
  }

  /// Puts the artifact into a bundle.
  package func bundle() throws -> Bundle {
    var bundle = Bundle()
    bundle.add("users", users)
    bundle.add("rows", texts: rows.map(\.name))
    for (place, row) in rows.enumerated() { row.scores.add(to: &bundle, prefix: "row.\(place)") }
    validation?.add(to: &bundle, prefix: "validation")
    return bundle
  }
}

extension RankingScores {
  fileprivate init(bundle: Bundle, prefix: String) throws {
    let metrics = try bundle.texts("\(prefix).metrics").compactMap(RankingMetric.init(rawValue:))
    let cutoffs = try bundle.ints("\(prefix).cutoffs")
    let values = try bundle.float64("\(prefix).values")
    let columns = metrics.count * cutoffs.count
    guard columns > 0, values.count % columns == 0 else {
      throw BundleError.damaged("its scores do not fit together")
    }
    self.init(metrics: metrics, cutoffs: cutoffs, values: values)
  }

  fileprivate func add(to bundle: inout Bundle, prefix: String) {
    bundle.add("\(prefix).metrics", texts: metrics.map(\.rawValue))
    bundle.add("\(prefix).cutoffs", cutoffs)
    bundle.add("\(prefix).values", values)
  }
}
