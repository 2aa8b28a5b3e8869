import Recall
import Recipe
import Report

/// What the report shows of an evaluation: the headline, what it is worth, then where it comes from.
struct EvalReport {
  let figures: EvalFigures
  let evaluation: Evaluation
  let search: Search
  /// What the model that training began with knows of the held-out clicks; nil for nothing.
  let learnedBefore: LearnedBefore?
  /// Users to judge by eye.
  let examples: [Block]

  /// How the model's lists were searched.
  struct Search {
    /// How much of the exact lists an approximate index finds; nil for an exact search.
    var recallOfExact: Double?
    /// Users to whom the index gave fewer items than they could have.
    var shortUsers: Int
    /// What becomes of these elsewhere.
    var fill: SearchSettings.Fill
    /// What one query took.
    var queryMilliseconds: Double
    /// What lists could hold.
    var candidates: Candidates
  }

  /// What lists could hold.
  struct Candidates {
    /// How many items requests could be given; nil where all are candidates.
    let counts: CandidateCounts?
    /// What is to be told of files of ids.
    let notes: [String]
    /// What they are and when; nil where all are candidates.
    let items: CandidateItems?
    /// When requests come, where candidates hang on it; else empty.
    let moments: [Int64]
    /// What becomes of seen items.
    let seen: SeenItems

    /// Of the requests of users.
    init(_ pass: RankingPass, _ users: [Int]) {
      counts = pass.candidateCounts(users)
      notes = pass.candidateNotes
      items = pass.ranker.rules.items
      moments = items?.isTimed == true ? pass.queries.requestMoments(users) : []
      seen = pass.ranker.rules.seen
    }
  }

  var cutoffs: [Int] { evaluation.cutoffs }
  var k: Int { evaluation.settings.headlineK }

  var blocks: [Block] {
    var blocks: [Block] = [.table(headline)]
    if !verdicts.isEmpty { blocks.append(.prose(verdicts.joined(separator: "\n"))) }
    if figures.hasValidation {
      blocks.append(
        .prose("Settings are to be chosen by the figures on validation, not by those on the test.")
      )
    }
    if let widths { blocks.append(.table(widths)) }
    blocks += warnings
    blocks += [.plot(hitRates), .table(byCutoff)]
    if hasOneTarget {
      let text =
        "With one held-out item a user, recall is hit_rate, precision is hit_rate / k, and map is mrr."
      blocks.append(.prose(text))
    }
    blocks += [.table(waterfall), .plot(waterfallPlot), .prose(reachability)]
    if !search.candidates.notes.isEmpty {
      blocks.append(.note(kind: .note, text: search.candidates.notes.joined(separator: " ")))
    }
    blocks +=
      [.table(slices)] + newItems + [.plot(popularitySlices), .table(catalogueUse), .plot(popularityOfShown)]
    if let scoreSpread { blocks.append(.plot(scoreSpread)) }
    return blocks + examples + [.table(counts)]
  }

  /// The measures that say something of their own.
  var shownMetrics: [RankingMetric] {
    hasOneTarget ? RankingMetric.allCases.filter(\.isOwnForOneTarget) : RankingMetric.allCases
  }

  /// Those of the headline.
  var headlineMetrics: [RankingMetric] { shownMetrics.filter(\.isHeadline) }

  /// Whether every user has one held-out item.
  var hasOneTarget: Bool { evaluation.targets.isOnePerUser }

  private var warnings: [Block] {
    var blocks: [Block] = []
    if figures.rows.first?.scores.mean(.hitRate, at: cutoffs.last ?? 0) == 0 {
      blocks.append(.note(kind: .warning, text: "The model finds none of the held-out clicks."))
    }
    blocks += LearnedBefore.blocks(learnedBefore)
    if search.candidates.counts?.most == 0 { blocks.append(RankingPass.noCandidates) }
    if let future { blocks.append(.note(kind: .warning, text: future)) }
    if let widest = cutoffs.last, widest > evaluation.catalogue.count {
      let text =
        "There are only \(evaluation.catalogue.count) items, fewer than k = \(widest): longer lists hold all of them."
      blocks.append(.note(kind: .note, text: text))
    }
    return blocks
  }

  private var counts: Table {
    let facts = evaluation.split.facts
    var lines: [[Table.Cell]] = [[.text("Users evaluated"), .int(evaluation.split.heldOut.users.count)]]
    func add(_ text: String, _ count: Int) { if count > 0 { lines.append([.text(text), .int(count)]) } }
    if figures.hasValidation {
      add("Users evaluated on validation clicks", evaluation.split.validation?.users.count ?? 0)
    }
    add("Users not evaluated: no history", facts.usersWithoutHistory)
    add("Users not evaluated: not drawn", facts.usersNotSampled)
    add("Users not evaluated: learned from only", facts.usersNotTested)
    add("Users not evaluated: nothing held out", facts.usersWithoutHeldOut)
    if let counts = search.candidates.counts {
      lines.append([
        .text("Candidates a request, of \(NumberFormat.grouped(evaluation.catalogue.count)) items"),
        .text(counts.words),
      ])
    }
    if search.candidates.seen == .keep {
      lines.append([.text("Items that a user clicked before"), .text("candidates like others")])
    }
    lines.append([.text("Milliseconds a query"), .real(search.queryMilliseconds, digits: 3)])
    if let recall = search.recallOfExact {
      lines.append([
        .text("Share of the exact best \(cutoffs.last ?? 0) that the index finds"),
        .real(recall, digits: 4),
      ])
      let fill = search.fill == .exact ? "filled up exactly in recall and fused lists" : "not filled up"
      lines.append([.text("Users to whom it gives fewer than it could, \(fill)"), .int(search.shortUsers)])
    }
    return Table(name: "counts", columns: [.init("Evaluation"), .init("", .trailing)], rows: lines)
  }
}
