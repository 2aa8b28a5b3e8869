/// A matrix with the name it is saved under.
public struct NamedMatrix {
  /// The name.
  public let name: String
  /// The matrix itself, not a copy.
  public let matrix: Matrix

  /// Makes a pair of both.
  public init(name: String, matrix: Matrix) {
    self.name = name
    self.matrix = matrix
  }
}
