/// Gathers the features of the users of a batch's requests.
final class RequestUsers {
  private let features: UserFeatures
  private let codes = Storage<Int32>()
  private let places = Storage<Float>()
  private let bags: [BagColumn]

  /// Nil where the model takes no such features.
  init?(_ samples: SampleColumns, shape: TwoTowerShape) {
    guard shape.usesUserFeatures else { return nil }
    features = samples.userFeatures
    bags = features.bags.map(BagColumn.init)
  }

  /// Gives `queries`, whose users are known, their features.
  func add(to queries: inout RowInputs) {
    let (count, users) = (queries.count, queries.ids(.user))
    codes.reserve(count * features.codes.count)
    for (column, codeOf) in features.codes.enumerated() {
      for place in 0..<count { codes[column * count + place] = codeOf[Int(users[place])] }
    }
    places.reserve(count * features.places.count)
    for (column, placeOf) in features.places.enumerated() {
      for place in 0..<count { places[column * count + place] = placeOf[Int(users[place])] }
    }
    queries.codes = UnsafePointer(codes.start)
    queries.places = UnsafePointer(places.start)
    queries.stride = count
    queries.bags = bags.map { $0.chosen(users, count: count) }
  }
}
