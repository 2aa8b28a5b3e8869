import Files
import Notebook
import Recall

/// What `eval` hands on: what it measured of the model and of its baselines, user by user.
package struct EvalArtifact: Artifact {
  /// One list of recommendations for every user, measured.
  package struct Row: Sendable, Equatable {
    /// Its name: `two-tower`, `popularity`.
    package var name: String
    /// Its values.
    package var scores: RankingScores
    /// Its values on the clicks held out for validation, whose users may be fewer; nil where they were not measured.
    package var validation: RankingScores?

    /// Names scores.
    package init(name: String, scores: RankingScores, validation: RankingScores? = nil) {
      self.name = name
      self.scores = scores
      self.validation = validation
    }
  }

  /// What finds the items.
  package struct Index: Sendable, Equatable {
    /// FAISS's factory string.
    package var factory: String
    /// Its size as a file.
    package var bytes: Int

    /// Puts both together.
    package init(factory: String, bytes: Int) {
      self.factory = factory
      self.bytes = bytes
    }
  }

  package static let kind = "eval"
  /// The users evaluated, by key, ascending.
  package var users: [Int64]
  /// The users measured on validation clicks, by key, ascending; empty where none are.
  package var validationUsers: [Int64]
  /// The model, then the baselines and the fused list; all of the same users, measures and cut-offs.
  package var rows: [Row]
  /// What finds the items; nil where nobody said.
  package var index: Index?

  /// What the settings of `eval` say of it.
  package struct Outline: Sendable {
    /// The values of `k`, ascending.
    package var cutoffs: [Int]
    /// The names of what is measured beside the model.
    package var others: [String]
  }

  /// Makes the artifact.
  package init(users: [Int64], rows: [Row], validationUsers: [Int64] = [], index: Index? = nil) {
    self.users = users
    self.validationUsers = validationUsers
    self.rows = rows
    self.index = index
  }

  /// The list whose measures stand for the whole evaluation: the fused one where there is one, else the model's.
  package var subject: Row? { rows.first { $0.name == FusedLists.name } ?? rows.first }

  /// The list called `name`; nil for none.
  package func row(_ name: String) -> Row? { rows.first { $0.name == name } }

  /// The model's means, by name.
  package var metrics: [(name: String, value: Double)] { rows.first?.scores.named ?? [] }

  /// Reads the artifact from a bundle.
  package init(bundle: Bundle) throws {
    users = try bundle.int64("users")
    rows = try bundle.texts("rows").enumerated().map { place, name in
      let validation = "validation.\(place)"
      return Row(
        name: name,
        scores: try RankingScores(bundle: bundle, prefix: "row.\(place)"),
        validation: bundle.has("\(validation).values")
          ? try RankingScores(bundle: bundle, prefix: validation) : nil
      )
    }
    validationUsers = try bundle.int64("validation.users")
    if bundle.has("index.factory") {
      guard let bytes = try bundle.ints("index.bytes").first else {
        throw BundleError.damaged("its index has no size")
      }
      index = Index(factory: try bundle.text("index.factory"), bytes: bytes)
    }
    guard
      rows.allSatisfy({
        $0.scores.userCount == users.count
          && ($0.validation.map { $0.userCount == validationUsers.count } ?? true)
      })
    else {
      throw BundleError.damaged("its scores are not of its users")
    }
  }

  /// Puts the artifact into a bundle.
  package func bundle() throws -> Bundle {
    var bundle = Bundle()
    bundle.add("users", users)
    bundle.add("validation.users", validationUsers)
    bundle.add("rows", texts: rows.map(\.name))
    if let index {
      bundle.add("index.factory", text: index.factory)
      bundle.add("index.bytes", [index.bytes])
    }
    for (place, row) in rows.enumerated() {
      row.scores.add(to: &bundle, prefix: "row.\(place)")
      row.validation?.add(to: &bundle, prefix: "validation.\(place)")
    }
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
