import Clicks
import Files
import Notebook
import Recall
import Report
import Tables

extension RankingPass {
  /// What a cell wants lists to hold.
  struct Wishes {
    /// The cell's own narrowing of the candidates of its index.
    var candidates = CandidateSettings.none
    /// What becomes of seen items.
    var seen = SeenItems.leaveOut
    /// Where the item table is.
    var config: ArtifactInput
  }

  /// The files that say which items are candidates: the cell's own, and those of its index.
  static func files(_ inputs: Inputs, _ wishes: Wishes, _ outlines: ArtifactOutlines) -> [InputFile] {
    let index = outlines.of(inputs.index, IndexArtifact.self)?.candidates ?? .none
    return index.files + wishes.candidates.files
  }

  /// What must hold of the cell's own narrowing before anything runs.
  static func preflight(_ wishes: Wishes, _ check: Preflight) {
    let config = check.outlines.of(wishes.config, ConfigArtifact.self)
    wishes.candidates.preflight(check, config)
    if let config, config.hasAvailability, !config.hasTime {
      check.fail(
        "config",
        "item_columns.available_from and available_until are held against the times of requests, and the log has none; set "
          + "columns.time in 'config'"
      )
    }
  }

  /// Which of `ids` requests may be given by the index, the cell and the item table; nil for all at any time.
  /// - Parameter own: the settings of the index.
  /// - Throws: `RunFailure` where conditions or files leave none, or do not fit the item table.
  static func candidates(
    _ ids: [Int64],
    _ own: CandidateSettings,
    _ wishes: Wishes,
    _ context: RunContext
  ) throws -> (items: CandidateItems, notes: [String])? {
    let outline = context.outlines.of(wishes.config, ConfigArtifact.self)
    guard !own.isEmpty || !wishes.candidates.isEmpty || outline?.hasAvailability == true else { return nil }
    let data: ConfigArtifact = try context.read(wishes.config)
    let (table, unit) = (data.items, data.log.timeUnit)
    var narrowing = CandidateSettings.Narrowing(
      moments: ItemTimes.availability(
        from: try table.availableFrom.map { try ItemTimes($0, in: unit) },
        until: try table.availableUntil.map { try ItemTimes($0, in: unit) },
        count: table.count
      )
    )
    for settings in [own, wishes.candidates] {
      try settings.narrow(
        &narrowing,
        of: table,
        unit: unit,
        categoryName: outline?.categoryName,
        threads: context.threads
      )
    }
    let known = Vocabulary(keysOf: table.items)
    var moments = [MomentSet](repeating: .never, count: known.size)
    for (item, set) in zip(table.items, narrowing.moments) { moments[Int(known.code(of: item))] = set }
    guard ids.allSatisfy(known.contains) else {
      throw RunFailure(
        "the index and the item table are of different items; let both cells read the same 'config'"
      )
    }
    let items = CandidateItems(ids: ids, moments: ids.map { moments[Int(known.code(of: $0))] })
    guard items.moments.contains(where: { $0 != .never }) else {
      throw RunFailure(
        "no item of the index is a candidate at any time: look at 'candidates' of this cell and of its index, and at "
          + "item_columns.available_from and available_until of 'config'"
      )
    }
    return (items, narrowing.notes)
  }

  /// Part of the name under which rankings are kept: what lists may hold.
  /// - Throws: where there is no memory.
  static func signature(_ rules: CandidateRules) throws -> String {
    var parts: [String] = []
    if rules.seen != .leaveOut { parts.append("seen \(rules.seen.rawValue)") }
    if let items = rules.items { parts.append("candidates \(try items.digest())") }
    return parts.map { " \($0)" }.joined()
  }

  /// How many candidates the requests of users have; nil where all items are candidates.
  func candidateCounts(_ users: [Int]) -> CandidateCounts? {
    guard let items = ranker.rules.items else { return nil }
    return CandidateCounts(items, at: queries.requestMoments(users))
  }

  /// What is warned of where no request could be given anything.
  static var noCandidates: Block {
    .note(
      kind: .warning,
      text:
        "**No request has a candidate.** At the time of each of them the conditions, the lists of ids and the availability of "
        + "items leave none: look at `candidates` of this cell and of its index, and at the times that they go by."
    )
  }

  /// Whether the item may be given to the user at the place `user` of `users`.
  func isCandidate(_ users: [Int]) -> (Int, Int64) -> Bool {
    guard let items = ranker.rules.items else { return { _, _ in true } }
    let ids = Vocabulary(keysOf: items.ids)
    let filter = CandidateFilter(items, ids)
    let moments = queries.requestMoments(users)
    return { filter.allows(ids.code(of: $1), at: moments[$0]) }
  }
}

extension CandidateCounts {
  /// `1,234`, or `12 to 60, the median 34`.
  var words: String {
    let (least, most) = (NumberFormat.grouped(least), NumberFormat.grouped(most))
    return least == most ? least : "\(least) to \(most), the median \(NumberFormat.grouped(median))"
  }
}
