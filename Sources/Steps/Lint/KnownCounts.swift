import Notebook

/// What a recipe says of its data before it is read: all of made-up clicks, little of files.
struct KnownCounts {
  /// The items of the catalogue, or nil.
  let items: Int?
  /// The most samples a user can give on average, or nil.
  let samplesPerUser: Double?
  /// The most training samples there can be, or nil.
  let mostSamples: Int?
  /// About how many training samples there are, or nil.
  let samples: Int?

  /// What is known of the data behind the cell at `position`, where that reads what `encode` writes.
  init(_ plan: Plan, behind position: Int) {
    let config = plan.source(of: ConfigArtifact.kind, behind: position).map { plan.cells[$0] }
    let split = plan.source(of: SplitArtifact.kind, behind: position).map { plan.cells[$0] }
    let encode = plan.source(of: EncodeArtifact.kind, behind: position).map { plan.cells[$0] }
    let clicks = config?["data.synthetic.clicks"]?.int
    let users = config?["data.synthetic.users"]?.int
    items = config?["data.synthetic.items"]?.int
    let most = encode?["max_samples_per_user"]?.int
    let minimum = encode?["min_history"]?.int ?? 0
    var perUser: Double?
    if let clicks, let users {
      let heldOut = Self.heldOutPerUser(split) + minimum
      perUser = max(0, Double(clicks) / Double(users) - Double(heldOut))
    }
    samplesPerUser = [perUser, most.map(Double.init)].compactMap { $0 }.min()
    let drawn = [split?["sample_users"]?.int, users].compactMap { $0 }.min()
    samples = perUser.flatMap { perUser in drawn.map { Int(min(perUser, Double(most ?? .max)) * Double($0)) }
    }
    // No log has more clicks than an Int32 counts.
    let limit = drawn.flatMap { drawn in most.map { min(drawn * $0, Int(Int32.max)) } }
    mostSamples = [limit, clicks].compactMap { $0 }.min()
  }

  /// How many clicks of a user are kept from training, where each user loses as many.
  private static func heldOutPerUser(_ split: PlannedCell?) -> Int {
    // Who is not drawn to be tested loses none.
    guard split?["test_users"]?.int == nil else { return 0 }
    let validation = split?["validation"]?.string == "second_last" ? 1 : 0
    switch split?["strategy"]?.string {
    case "last_click": return 1 + validation
    case "leave_last_n": return (split?["last_n"]?.int ?? 1) + validation
    default: return validation
    }
  }
}
