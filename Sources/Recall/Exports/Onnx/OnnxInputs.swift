import Clicks
import Numerics

/// What towers are asked for everything that a model knows: an array for each input of the graphs, a row an item of the
/// catalogue, or a user by code.
struct OnnxInputs {
  /// The most numbers that one padded list may come to: 2 GiB of codes.
  private static let mostPadded = 1 << 28

  private let saved: SavedModel
  private var shape: TwoTowerShape { saved.model.shape }

  /// Takes what `saved` knows.
  init(_ saved: SavedModel) { self.saved = saved }

  /// The inputs of the item tower, in the order of the catalogue; ages are those at the moment of the index.
  /// - Throws: `SavedModelFailure` where lists are too long to be filled up.
  func items() throws -> [SafetensorsFile.Tensor] {
    let catalogue = saved.catalogue
    var arrays = [Self.codes("item", catalogue.itemCodes)]
    if shape.usesCategory { arrays.append(Self.codes("category", catalogue.categoryCodes)) }
    arrays += try columns("item", catalogue.features, shape.itemCategories, shape.itemNumbers, shape.itemBags)
    if shape.itemAge != nil {
      let hours = saved.clock.hours(saved.search.moment ?? saved.clock.last)
      let ages = catalogue.features.values.createdHours.map { hours - $0 }
      arrays.append(.init(name: "item_age_hours", shape: [ages.count], values: .float64(ages)))
    }
    if shape.itemVectors != nil {
      arrays.append(Self.codes("item_vector_row", catalogue.features.values.vectorRows))
    }
    return arrays
  }

  /// The inputs of the query tower that are features of users, by their codes from 0, who is not known.
  /// - Throws: as ``items()``.
  func users() throws -> [SafetensorsFile.Tensor] {
    try columns("user", saved.userFeatures, shape.userCategories, shape.userNumbers, shape.userBags)
  }

  private func columns(
    _ what: String,
    _ features: CatalogueFeatures,
    _ categories: [TwoTowerShape.Context],
    _ numbers: [TwoTowerShape.Number],
    _ bags: [TwoTowerShape.Bag]
  ) throws -> [SafetensorsFile.Tensor] {
    var arrays = zip(categories, features.values.codes).map {
      Self.codes("\(what)_category_\($0.name)", $1)
    }
    for (place, number) in numbers.enumerated() {
      let edges = features.numbers[place].edges
      let values = features.values.places[place].map { Self.number(at: $0, among: edges) }
      arrays.append(
        .init(name: "\(what)_number_\(number.name)", shape: [values.count], values: .float64(values))
      )
    }
    for (bag, lists) in zip(bags, features.values.multi + features.values.texts) {
      arrays += try Self.padded("\(what)_\(bag.name)", lists)
    }
    return arrays
  }

  private static func codes(_ name: String, _ codes: [Int32]) -> SafetensorsFile.Tensor {
    .init(name: name, shape: [codes.count], values: .int64(codes.map(Int64.init)))
  }

  /// The number that lies at `place` among `edges`: what ``NumberColumn/place(_:)`` gives that place for; NaN for 0.
  private static func number(at place: Float, among edges: [Double]) -> Double {
    guard place > 0 else { return .nan }
    let low = min(max(Int(place) - 1, 0), edges.count - 1)
    guard low + 1 < edges.count else { return edges[low] }
    return edges[low] + (edges[low + 1] - edges[low]) * (Double(place) - Double(low + 1))
  }

  /// Lists as two arrays `[rows, longest]`, codes and weights, filled up with zeros.
  private static func padded(_ name: String, _ lists: WeightedLists) throws -> [SafetensorsFile.Tensor] {
    let longest = zip(lists.offsets, lists.offsets.dropFirst()).map { Int($1 - $0) }.max() ?? 0
    guard lists.count.multipliedReportingOverflow(by: longest).partialValue <= mostPadded else {
      throw SavedModelFailure(
        "'\(name)' has \(lists.count) lists, the longest of \(longest) values, and 'item_inputs.safetensors' would have "
          + "to fill all of them up to it; shorten the longest ones, or leave 'onnx' out of 'formats'"
      )
    }
    var codes = [Int64](repeating: 0, count: lists.count * longest)
    var weights = [Float](repeating: 0, count: lists.count * longest)
    for row in 0..<lists.count {
      let start = Int(lists.offsets[row])
      for entry in start..<Int(lists.offsets[row + 1]) {
        codes[row * longest + entry - start] = Int64(lists.codes[entry])
        weights[row * longest + entry - start] = lists.weights[entry]
      }
    }
    return [
      .init(name: name, shape: [lists.count, longest], values: .int64(codes)),
      .init(name: "\(name)_weights", shape: [lists.count, longest], values: .float32(weights)),
    ]
  }
}
