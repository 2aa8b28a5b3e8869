import Clicks
import Files
import Notebook

/// What `split` hands on: histories to learn from, clicks to be tested on.
package struct SplitArtifact: Artifact {
  package static let kind = "split"
  /// The split.
  package var data: SplitData

  /// What the settings of `split` say of it.
  package struct Outline: Sendable {
    /// The strategy, as claims of others name it.
    package var strategy = ""
    /// What is held out to choose settings by, in the words of the setting.
    package var validation = "none"
    /// Whether clicks are held out to choose settings by.
    package var hasValidation: Bool
    /// Whether what is held out for validation is learned from before the test.
    package var refits = false
    /// Whether all clicks on some items are held out.
    package var hasNewItems = false
    /// Whether clicks are held out to be tested on.
    package var holdsOut: Bool
    /// Whether all clicks are rows of one log.
    package var isOfOneLog = true
  }

  /// Makes the artifact.
  package init(data: SplitData) { self.data = data }

  /// Reads the artifact from a bundle.
  package init(bundle: Bundle) throws {
    let hasValidation = bundle.has("validation.users")
    data = SplitData(
      history: try SequenceBundle.sequences(in: bundle, prefix: "history"),
      heldOut: try SequenceBundle.sequences(in: bundle, prefix: "held_out"),
      validation: hasValidation ? try SequenceBundle.sequences(in: bundle, prefix: "validation") : nil,
      sampledUsers: bundle.has("sampled") ? try bundle.int64("sampled") : nil,
      removedItems: bundle.has("removed.items") ? try bundle.int64("removed.items") : []
    )
    let counts = try bundle.ints("facts")
    guard counts.count == 15 else { throw BundleError.damaged("its facts are odd") }
    data.facts.clicks = counts[0]
    data.facts.users = counts[1]
    data.facts.filteredClicks = counts[2]
    data.facts.coreClicks = counts[3]
    data.facts.coreUsers = counts[4]
    data.facts.coreItems = counts[5]
    data.facts.coreRounds = counts[6]
    data.facts.usersWithoutHistory = counts[7]
    data.facts.clicksWithoutHistory = counts[8]
    data.facts.usersNotSampled = counts[9]
    data.facts.usersWithoutHeldOut = counts[10]
    data.facts.seesFuture = counts[11] == 1
    data.facts.cutoff = counts[12] == .min ? nil : Int64(counts[12])
    data.facts.usersNotTested = counts[13]
    data.facts.droppedRows = counts[14]
    if bundle.has("after_validation.users") {
      data.afterValidation = try SequenceBundle.sequences(in: bundle, prefix: "after_validation")
    }
    data.refits = bundle.has("refit")
    if bundle.has("strange.items") { data.strangeItems = try bundle.texts("strange.items") }
    if bundle.has("strange.users") { data.strangeUsers = try bundle.texts("strange.users") }
  }

  /// Puts the artifact into a bundle.
  package func bundle() throws -> Bundle {
    var bundle = Bundle()
    SequenceBundle.add(data.history, to: &bundle, prefix: "history")
    SequenceBundle.add(data.heldOut, to: &bundle, prefix: "held_out")
    if let validation = data.validation { SequenceBundle.add(validation, to: &bundle, prefix: "validation") }
    if let after = data.afterValidation { SequenceBundle.add(after, to: &bundle, prefix: "after_validation") }
    if data.refits { bundle.add("refit", text: "true") }
    if let sampled = data.sampledUsers { bundle.add("sampled", sampled) }
    if !data.removedItems.isEmpty { bundle.add("removed.items", data.removedItems) }
    if !data.strangeItems.isEmpty { bundle.add("strange.items", texts: data.strangeItems) }
    if !data.strangeUsers.isEmpty { bundle.add("strange.users", texts: data.strangeUsers) }
    let facts = data.facts
    bundle.add(
      "facts",
      [
        facts.clicks, facts.users, facts.filteredClicks, facts.coreClicks, facts.coreUsers, facts.coreItems,
        facts.coreRounds, facts.usersWithoutHistory, facts.clicksWithoutHistory, facts.usersNotSampled,
        facts.usersWithoutHeldOut, facts.seesFuture ? 1 : 0, facts.cutoff.map(Int.init) ?? .min,
        facts.usersNotTested, facts.droppedRows,
      ]
    )
    return bundle
  }
}

/// Sequences of clicks in bundles.
enum SequenceBundle {
  static func add(_ sequences: UserSequences, to bundle: inout Bundle, prefix: String) {
    bundle.add("\(prefix).users", sequences.users)
    bundle.add("\(prefix).offsets", sequences.offsets)
    bundle.add("\(prefix).items", sequences.items)
    if let times = sequences.times { bundle.add("\(prefix).times", times) }
    bundle.add("\(prefix).rows", sequences.rows)
    if let weights = sequences.weights { bundle.add("\(prefix).weights", weights) }
  }

  static func sequences(in bundle: Bundle, prefix: String) throws -> UserSequences {
    let users = try bundle.int64("\(prefix).users")
    let offsets = try bundle.ints("\(prefix).offsets")
    let items = try bundle.int64("\(prefix).items")
    let times = bundle.has("\(prefix).times") ? try bundle.int64("\(prefix).times") : nil
    let rows = try bundle.int32("\(prefix).rows")
    let weights = bundle.has("\(prefix).weights") ? try bundle.float32("\(prefix).weights") : nil
    guard offsets.count == users.count + 1, offsets.first == 0, offsets.last == items.count,
      zip(offsets, offsets.dropFirst()).allSatisfy(<=), rows.count == items.count,
      times.map({ $0.count == items.count }) ?? true,
      weights.map({ $0.count == items.count && $0.allSatisfy { $0 >= 0 && $0.isFinite } }) ?? true
    else { throw BundleError.damaged("the clicks of '\(prefix)' do not fit together") }
    return UserSequences(
      users: users,
      offsets: offsets,
      items: items,
      times: times,
      rows: rows,
      weights: weights
    )
  }
}
