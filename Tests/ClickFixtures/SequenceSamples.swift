import Clicks

extension UserSequences {
  /// What each user clicked, and when; users are numbered from 0 unless named.
  package init(_ items: [[Int64]], times: [[Int64]]? = nil, users: [Int64]? = nil) {
    var offsets = [0]
    for user in items { offsets.append((offsets.last ?? 0) + user.count) }
    let flat = items.flatMap { $0 }
    self.init(
      users: users ?? items.indices.map(Int64.init),
      offsets: offsets,
      items: flat,
      times: times?.flatMap { $0 },
      rows: [Int32](0..<Int32(flat.count))
    )
  }
}
