/// A block of columns of a tower's input: the sum of one or more sources of the same width.
struct FeatureBlock {
  /// What a tower that adds its features up does with a block.
  enum Role {
    /// It is added.
    case summed
    /// It is multiplied by a learned matrix first, or goes into the dense layers only.
    case mapped
  }

  /// The sources, one at least.
  let sources: [any FeatureSource]
  /// What becomes of it.
  let role: Role

  init(_ sources: [any FeatureSource], role: Role = .summed) {
    precondition(sources.allSatisfy { $0.width == sources[0].width }, "a block adds what is equally wide")
    self.sources = sources
    self.role = role
  }

  /// The number of columns.
  var width: Int { sources[0].width }
}
