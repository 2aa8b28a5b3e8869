/// Gathers the features of a batch's candidates, each age at the moment of a request of the batch.
///
/// A target's age is taken at its own request (where it belongs to several, at the first one's), and so is that of an
/// item that was shown with it; any other candidate has none, and takes the batch's requests in turn.
final class CandidateFeatures {
  private let features: ItemFeatures
  private let age: AgeBuckets?
  private let codes = Storage<Int32>()
  private let places = Storage<Float>()
  private let requests = Storage<Int32>()
  private let bags: [BagColumn]
  private let vectorRows = Storage<Int32>()

  /// Nil where the model takes no such features.
  init?(_ samples: SampleColumns, shape: TwoTowerShape) {
    guard shape.usesItemFeatures else { return nil }
    features = samples.itemFeatures
    age = shape.itemAge
    bags = features.bags.map(BagColumn.init)
  }

  /// Gives the candidates of `batch` their features; all else must be chosen.
  func add(to batch: inout TwoTowerBatch) {
    let count = batch.candidates.count
    let items = batch.candidates.ids(.item)
    codes.reserve(count * features.codes.count)
    for (column, codeOf) in features.codes.enumerated() {
      for place in 0..<count { codes[column * count + place] = codeOf[Int(items[place])] }
    }
    places.reserve(count * (features.places.count + 1))
    for (column, placeOf) in features.places.enumerated() {
      for place in 0..<count { places[column * count + place] = placeOf[Int(items[place])] }
    }
    writeAges(batch, at: features.places.count * count)
    batch.candidates.codes = UnsafePointer(codes.start)
    batch.candidates.places = UnsafePointer(places.start)
    batch.candidates.stride = count
    batch.candidates.bags = bags.map { $0.chosen(items, count: count) }
    guard !features.vectorRows.isEmpty else { return }
    vectorRows.reserve(count)
    for place in 0..<count { vectorRows[place] = features.vectorRows[Int(items[place])] }
    batch.candidates.vectorRows = UnsafePointer(vectorRows.start)
  }

  private func writeAges(_ batch: TwoTowerBatch, at start: Int) {
    guard let age else { return }
    let (rows, count) = (batch.queries.count, batch.candidates.count)
    let (items, hours) = (batch.candidates.ids(.item), batch.queries.numbers(.requestTime))
    requests.reserve(count)
    for place in 0..<count { requests[place] = Int32(place % rows) }
    for row in (0..<rows).reversed() {
      requests[Int(batch.labels[row])] = Int32(row)
      for place in batch.own?.places(of: row) ?? UnsafeBufferPointer(start: nil, count: 0) {
        requests[Int(place)] = Int32(row)
      }
    }
    for place in 0..<count {
      let created = features.createdHours[Int(items[place])]
      places[start + place] = age.place(Double(hours[Int(requests[place])]) - created)
    }
  }
}
