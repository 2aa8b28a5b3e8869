/// The gradient of a parameter.
enum Gradient {
  /// Of all elements.
  case dense(DenseGradient)
  /// Of the rows that the last step touched.
  case rows(RowGradient)
}
