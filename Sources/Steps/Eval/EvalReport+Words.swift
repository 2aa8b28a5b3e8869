import Clicks
import Recall
import Report

extension EvalReport {
  /// One sentence for each baseline, and for the merged list over all others: how much more is found, and whether that
  /// could be luck.
  var verdicts: [String] {
    guard let place = cutoffs.firstIndex(of: k) else { return [] }
    return figures.comparisons.compactMap { comparison in
      // The same as that of the merged list over the model.
      let isRepeated = comparison.subject == 0 && figures.rows[comparison.other].name == FusedLists.name
      guard !isRepeated, comparison.byCutoff.indices.contains(place) else { return nil }
      return "- "
        + verdict(
          comparison.byCutoff[place],
          of: comparison.subject == 0 ? "The model" : "The fused list",
          over: comparison.other == 0 ? "the model" : figures.rows[comparison.other].name
        )
    }
  }

  private func verdict(_ comparison: PairedComparison, of subject: String, over baseline: String) -> String {
    let isLess = comparison.difference < 0
    let isEven = comparison.difference == 0
    let points = NumberFormat.fixed(100 * comparison.difference.magnitude, digits: 1)
    let amount = isEven ? "as many" : "\(points) points \(isLess ? "less" : "more")"
    var text =
      hasOneTarget
      ? "\(subject) finds \(amount) of the held-out clicks in its first \(k)"
      : "\(subject) finds a held-out click in its first \(k) for \(amount) of the users"
    text += " \(isEven ? "as" : "than") \(baseline)"
    if let interval = comparison.interval {
      // As the sentence counts: of points less where it says less.
      let ends = isLess ? [-interval.high, -interval.low] : [interval.low, interval.high]
      let shown = ends.map { NumberFormat.fixed(100 * $0, digits: 1) }
      text += " [\(shown[0]), \(shown[1])]"
    }
    guard !isEven, let p = comparison.pValue,
      let isReal = comparison.isMoreThanLuck(atLevel: evaluation.settings.bootstrap.level)
    else { return text + "." }
    let shown = p < 0.001 ? "p < 0.001" : "p = \(NumberFormat.fixed(p, digits: 3))"
    return text + ", \(shown): " + (isReal ? "more than luck." : "that could be luck.")
  }

  /// What the model learns from the future, and the same recipe without it; nil for nothing.
  var future: String? {
    guard let future = figures.future, future.users > 0 else { return nil }
    let heldOut = evaluation.split.heldOut
    let offer = TimeSplitOffer(evaluation.split).map { offer in
      """
       For what it would do, run the same recipe with `split: { strategy: time, share: \
      \(NumberFormat.significant(offer.share, digits: 2)) }`, the other settings as they are: it holds out the newest clicks \
      of all, and tests \(NumberFormat.grouped(offer.users)) users.
      """
    }
    return """
      **The model has seen the future: \(NumberFormat.percent(future.meanShare)) of the clicks of others that it learned \
      from come after the one that it is asked for.** That is the mean over users (for \
      \(NumberFormat.grouped(future.users)) of \(NumberFormat.grouped(heldOut.users.count)) some do); a live \
      system knows none of them.\(offer ?? "")
      """
  }

  /// How many held-out items can be found, and the hit rate this allows.
  var reachability: String {
    let facts = figures.reachability
    let total = NumberFormat.grouped(facts.targets)
    var reasons: [String] = []
    func add(_ count: Int, _ reason: String) {
      if count > 0 { reasons.append("\(NumberFormat.grouped(count)) \(reason)") }
    }
    add(facts.outside, "not in the index")
    add(facts.notCandidates, "no candidates at the time of the request")
    add(facts.seen, "clicked before and so left out of the lists")
    add(facts.withoutVector, "without a vector of their own, as nobody clicked them in the history")
    var text = "All \(total) held-out items could have been found."
    if !reasons.isEmpty {
      let missed = NumberFormat.grouped(
        facts.outside + facts.notCandidates + facts.seen + facts.withoutVector
      )
      text = """
        Of \(total) held-out items \(missed) could not have been found (\(reasons.joined(separator: "; "))): the \
        hit rate can be \(NumberFormat.fixed(facts.ceiling, digits: 3)) at most.
        """
    }
    if facts.neverClicked > 0 {
      text += " Another \(NumberFormat.grouped(facts.neverClicked)) were never clicked in the history."
    }
    return text
  }
}
