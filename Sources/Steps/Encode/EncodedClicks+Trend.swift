import Clicks
import Numerics
import Tables

extension EncodedClicks {
  /// What tells how often items were clicked just before the request of each sample: all clicks of the histories, and when
  /// each sample's target was asked for. Nil where a model counts in no windows of so many `hours`.
  /// - Throws: `DataError` where the log has no times.
  func trend(_ features: RequestFeatures, _ clock: RequestClock, _ rules: SampleRules, hours: [Double]) throws
    -> RequestTrend?
  {
    guard !hours.isEmpty else { return nil }
    guard features.times.count == history.count, !history.isEmpty else {
      throw DataError("trend_hours count the clicks before a request, and the click log has no times")
    }
    let lead = (rules.leadSeconds * Double(clock.ticksPerSecond)).rounded()
    let ticks = Int64(exactly: lead) ?? .max
    let known = history.indices.filter { history[$0] > 0 }
    return RequestTrend(
      clicks: RecentClicks(
        times: known.map { features.times[$0] },
        codes: known.map { history[$0] },
        windows: RecentClicks.windows(hours: hours, ticksPerSecond: clock.ticksPerSecond)
      ),
      moments: samples.ends.map { end in
        let moment = features.times[Int(end)].subtractingReportingOverflow(ticks)
        return moment.overflow ? .min : moment.partialValue
      }
    )
  }
}
