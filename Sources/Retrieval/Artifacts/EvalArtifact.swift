import Notebook

/// What `eval` hands on: its metrics, for `save`.
public struct EvalArtifact: Artifact {
  /// The kind.
  public static let kind = "eval"
  /// Names and values, in order.
  public var metrics: [(name: String, value: Double)]

  /// Makes the artifact.
  public init(metrics: [(name: String, value: Double)]) { self.metrics = metrics }

  /// Reads the artifact from a bundle.
  public init(bundle: Bundle) throws {
    let values = try bundle.float64("values")
    let names = try bundle.texts("names")
    guard values.count == names.count else { throw BundleError.damaged("its metrics do not fit together") }
    metrics = zip(names, values).map { (name: $0, value: $1) }
  }

  /// Puts the artifact into a bundle.
  public func bundle() throws -> Bundle {
    var bundle = Bundle()
    bundle.add("names", texts: metrics.map(\.name))
    bundle.add("values", metrics.map(\.value))
    return bundle
  }
}
