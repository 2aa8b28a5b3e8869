import Clicks
import Files
import Recall
import Report

extension EvalReport {
  /// The hit rate at the headline's k, of the fused list where there is one, and the strongest of what it is held against.
  var headlineFigure: Headline? {
    guard let subject = figures.subjects.last, let place = cutoffs.firstIndex(of: k),
      let value = figures.rows[subject].scores.mean(.hitRate, at: k)
    else { return nil }
    var headline = Headline(
      metric: "\(RankingMetric.hitRate.rawValue)@\(k)",
      meaning: hasOneTarget
        ? "the share of users whose held-out click is among their first \(k) candidates"
        : "the share of users with a held-out click among their first \(k) candidates",
      subject: figures.rows[subject].name,
      value: value,
      level: evaluation.settings.bootstrap.level,
      units: figures.rows[subject].scores.userCount
    )
    headline.interval = figures.bootstrap?.interval(.hitRate, at: k, of: subject).map { [$0.low, $0.high] }
    // Of equals the first.
    let rival = figures.comparisons.filter { $0.subject == subject && $0.byCutoff.indices.contains(place) }
      .min { $0.byCutoff[place].difference < $1.byCutoff[place].difference }
    headline.rival = rival.map { self.rival($0, at: place) }
    return headline
  }

  private func rival(_ comparison: EvalFigures.SubjectComparison, at place: Int) -> Headline.Rival {
    let paired = comparison.byCutoff[place]
    let row = figures.rows[comparison.other]
    var rival = Headline.Rival(
      name: row.name,
      meaning: Baseline(rawValue: row.name)?.explanation ?? "",
      value: row.scores.mean(.hitRate, at: k) ?? 0,
      difference: paired.difference
    )
    rival.interval = figures.bootstrap?.interval(.hitRate, at: k, of: comparison.other).map {
      [$0.low, $0.high]
    }
    rival.differenceInterval = paired.interval.map { [$0.low, $0.high] }
    rival.pValue = paired.pValue
    rival.isMoreThanLuck = paired.isMoreThanLuck(atLevel: evaluation.settings.bootstrap.level)
    return rival
  }

  /// Where least is found, of slices with one in fifty of the held-out items or more, and the baseline that finds more there;
  /// nil where there are no slices to tell apart.
  var weakest: String? {
    guard let subject = figures.subjects.last else { return nil }
    var found: [(label: String, count: Int, means: [Double])] = []
    for slicing in figures.slicings where slicing.counts.count(where: { $0 > 0 }) > 1 {
      let means = figures.rows.map { slicing.means(of: values(of: $0, slicing)) }
      let counts = slicing.counts
      let all = counts.reduce(0, +)
      for slice in counts.indices where 50 * counts[slice] >= all && counts[slice] > 0 {
        let label =
          "\(slicing.property.prefix(1).lowercased() + slicing.property.dropFirst()): \(slicing.labels[slice])"
        // The same items may be a slice by two properties.
        let means = means.map { $0[slice] }
        if found.contains(where: { $0.count == counts[slice] && $0.means == means }) { continue }
        found.append((label, counts[slice], means))
      }
    }
    let worst = found.indices.sorted { (found[$0].means[subject], $0) < (found[$1].means[subject], $1) }
      .prefix(3)
    guard !worst.isEmpty else { return nil }
    return worst.map { place in
      let (label, count, means) = found[place]
      var text = "\(label) \(NumberFormat.fixed(means[subject], digits: 3)) of \(NumberFormat.grouped(count))"
      let best = means.indices.max { (means[$0], $1) < (means[$1], $0) } ?? subject
      if means[best] > means[subject] {
        text += " (\(figures.rows[best].name) \(NumberFormat.fixed(means[best], digits: 3)))"
      }
      return text
    }.joined(separator: "; ")
  }

  /// What is asked of a ranking, and what may answer: runs that differ in one of these measure something else.
  /// - Throws: where there is no memory.
  func measuredUnder() throws -> [(name: String, digest: Digest)] {
    let heldOut = try GrowingDigest()
    heldOut.add(evaluation.split.heldOut)
    let requests = try GrowingDigest()
    requests.add(evaluation.requestHistory)
    let candidates = try GrowingDigest()
    candidates.add(evaluation.catalogue.items.sorted())
    if let items = search.candidates.items {
      candidates.add(Array("\(try items.digest())".utf8))
      candidates.add(search.candidates.moments)
    }
    let seen = search.candidates.seen == .keep ? "seen items kept" : "seen items left out"
    return [
      ("held-out clicks", heldOut.value),
      ("clicks seen at the request", requests.value),
      ("candidates", candidates.value),
      ("what counts as found", Digest("\(seen); \(RankingMetric.definition)")),
    ]
  }
}

extension GrowingDigest {
  fileprivate func add(_ sequences: UserSequences) {
    add(sequences.users)
    add(sequences.offsets)
    add(sequences.items)
  }
}
