import Clicks
import Numerics

/// The features of items or of users as operators.
struct OnnxFeatures {
  private let what: String
  private let features: CatalogueFeatures
  private let categories: [TwoTowerShape.Context]
  private let numbers: [TwoTowerShape.Number]
  private let bags: [TwoTowerShape.Bag]

  /// Features of `what`, `item` or `user`, with which names of inputs begin.
  init(
    _ what: String,
    _ features: CatalogueFeatures,
    _ categories: [TwoTowerShape.Context],
    _ numbers: [TwoTowerShape.Number],
    _ bags: [TwoTowerShape.Bag]
  ) {
    self.what = what
    self.features = features
    self.categories = categories
    self.numbers = numbers
    self.bags = bags
  }

  /// The rows of categorical, of numeric and of multi-valued columns, each `[batch, width]`.
  /// - Throws: `ModelError.weights`.
  func blocks(_ graph: inout OnnxGraph) throws -> [[OnnxGraph.Value]] {
    [try categoryRows(&graph), try numberRows(&graph), try bagRows(&graph)]
  }

  private func categoryRows(_ graph: inout OnnxGraph) throws -> [OnnxGraph.Value] {
    try categories.map { column in
      let name = "\(what)_category_\(column.name)"
      let codes = graph.codes(
        name,
        "The code of the \(what)'s \(column.name), by '\(name)' of vocabularies.json."
      )
      return try graph.rows(of: "emb_\(name)", at: codes)
    }
  }

  private func numberRows(_ graph: inout OnnxGraph) throws -> [OnnxGraph.Value] {
    try zip(numbers, features.numbers).map { number, column in
      let name = "\(what)_number_\(number.name)"
      let values = graph.input(
        name,
        .double,
        [.batch],
        "The \(what)'s \(number.name) as the table has it; NaN for none."
      )
      let places = graph.places(values, among: column.edges)
      return try graph.interpolated("emb_\(name)", at: places, width: 1)
    }
  }

  private func bagRows(_ graph: inout OnnxGraph) throws -> [OnnxGraph.Value] {
    try bags.map { bag in
      let name = "\(what)_\(bag.name)"
      let meaning =
        features.multi.contains { "multi_\($0.name)" == bag.name }
        ? "The codes of the \(what)'s values, by '\(name)' of vocabularies.json; 0 fills up."
        : "The buckets of the words of the \(what)'s text, from 1; 0 fills up."
      let codes = graph.input(name, .int64, [.batch, .free(name)], meaning)
      let weights = graph.input(
        "\(name)_weights",
        .float,
        [.batch, .free(name)],
        "How much each of them counts."
      )
      return try graph.bag("emb_\(name)", codes, weights)
    }
  }
}
