/// A matrix with the name it is saved under.
package struct NamedMatrix {
  package var name: String
  /// The matrix itself, not a copy.
  package let matrix: Matrix

  /// Makes a pair of both.
  package init(name: String, matrix: Matrix) {
    self.name = name
    self.matrix = matrix
  }
}
