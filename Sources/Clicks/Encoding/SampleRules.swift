import Tables

/// What training makes of the times of clicks.
package struct SampleRules: Sendable, Hashable {
  /// How long before its click a target was asked for, in seconds, 0 or more.
  package var leadSeconds = 0.0
  /// How much samples count by the gap before their target; nil for all the same.
  package var gapWeight: GapWeight?

  /// A sample counts 1 where its target came within so many seconds of the click before it, else `otherwise`.
  package struct GapWeight: Sendable, Hashable {
    /// The longest gap of a sample that counts 1, in seconds.
    package var withinSeconds: Double
    /// What others count, first clicks among them; above 0.
    package var otherwise: Double

    /// Makes a rule.
    package init(withinSeconds: Double, otherwise: Double) {
      self.withinSeconds = withinSeconds
      self.otherwise = otherwise
    }
  }

  /// Samples count the same, and are asked for when they are clicked.
  package init() {}
}

extension EncodedClicks {
  /// The time each sample's target was asked for, in hours of `clock`, `[samples]`.
  package func requestHours(_ features: RequestFeatures, _ clock: RequestClock, _ rules: SampleRules)
    -> [Double]
  {
    guard !features.times.isEmpty else { return [] }
    return samples.ends.map { clock.hours(features.times[Int($0)]) - rules.leadSeconds / 3600 }
  }

  /// How much each sample counts, `[samples]`; empty for all the same: what its target does, times what the rule gives it
  /// for the gap before.
  /// - Throws: `DataError` where the rule needs times and the log has none.
  package func weights(_ features: RequestFeatures, _ clock: RequestClock, _ rules: SampleRules) throws
    -> [Float]
  {
    let own = clickWeights.isEmpty ? [] : samples.ends.map { clickWeights[Int($0)] }
    guard let rule = rules.gapWeight else { return own }
    let byGap = try gapWeights(features, clock, rule)
    guard !own.isEmpty else { return byGap }
    let weights = zip(own, byGap).map { $0 * $1 }
    guard weights.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw DataError(
        "what a click counts times sample_weights.otherwise, \(rule.otherwise), is out of the range of 1e-45 to 3.4e38"
      )
    }
    return weights
  }

  private func gapWeights(
    _ features: RequestFeatures,
    _ clock: RequestClock,
    _ rule: SampleRules.GapWeight
  ) throws -> [Float] {
    guard !features.times.isEmpty else {
      throw DataError("sample_weights go by the time between clicks, and the click log has no times")
    }
    let longest = rule.withinSeconds * Double(clock.ticksPerSecond)
    return zip(samples.users, samples.ends).map { user, end in
      let place = Int(end)
      guard place > offsets[Int(user) - 1] else { return Float(rule.otherwise) }
      return Double(features.times[place] - features.times[place - 1]) <= longest ? 1 : Float(rule.otherwise)
    }
  }
}
