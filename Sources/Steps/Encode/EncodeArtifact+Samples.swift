import Clicks

extension EncodeArtifact {
  /// The moment of each sample's target, in the log's unit, `[samples]`; empty where the log has no times.
  var targetTimes: [Int64] {
    clickFeatures.times.isEmpty ? [] : clicks.samples.ends.map { clickFeatures.times[Int($0)] }
  }

  /// The same with the samples numbered `chosen` alone; histories and codes stay.
  func keeping(samples chosen: [Int]) -> EncodeArtifact {
    var kept = self
    let all = clicks.samples
    kept.clicks.samples.users = chosen.map { all.users[$0] }
    kept.clicks.samples.starts = chosen.map { all.starts[$0] }
    kept.clicks.samples.ends = chosen.map { all.ends[$0] }
    kept.clicks.samples.items = chosen.map { all.items[$0] }
    kept.clicks.samples.categories = chosen.map { all.categories[$0] }
    kept.impressions = impressions.map { impressions in
      var (offsets, items): ([Int], [Int32]) = ([0], [])
      for sample in chosen {
        items += impressions.items[impressions.offsets[sample]..<impressions.offsets[sample + 1]]
        offsets.append(items.count)
      }
      return SampleImpressions(offsets: offsets, items: items)
    }
    return kept
  }
}
