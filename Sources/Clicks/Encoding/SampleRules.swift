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

  /// How much each sample counts, `[samples]`; empty for all the same.
  /// - Throws: `DataError` where the rule needs times and the log has none.
  package func weights(_ features: RequestFeatures, _ clock: RequestClock, _ rules: SampleRules) throws
    -> [Float]
  {
    guard let rule = rules.gapWeight else { return [] }
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
