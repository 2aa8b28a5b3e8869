import Glibc
import Report

/// The two numeric parameters that matter most against the metric, as a coloured map.
enum ContourSection: StudySection {
  /// Settings below which a map would be invented.
  private static let fewest = 5

  static func blocks(_ study: StudyDigest) -> [Block] {
    guard let (horizontal, vertical) = pair(study) else { return [] }
    let places = places(horizontal, vertical, study)
    let series = [cells(places, horizontal, vertical, study)] + points(places)
    let plot = Plot(
      name: "contour",
      title: "\(study.goal.metric) over \(study.name(horizontal.name)) and \(study.name(vertical.name))",
      description: "A map of \(study.goal.metric) over the two numeric parameters that matter most.",
      x: study.axis(horizontal),
      y: study.axis(vertical),
      series: series
    )
    let words =
      "The two numeric parameters that matter most, as far as \(Words.count(places.count, "setting")) "
      + "tell: between the points the map is a guess (inverse-distance weighting, smoothed), and what the other parameters "
      + "do is mixed in. For the map, \(study.better); the worst tenth of the settings share one end of the colours."
    return [
      .heading(level: 2, text: "Map of the two most important parameters"), .prose(words), .plot(plot),
    ]
  }

  /// The first two numeric parameters that vary together in enough settings.
  private static func pair(_ study: StudyDigest) -> (Parameter, Parameter)? {
    let numeric = study.byImportance.filter { !$0.isCategorical }
    for (place, first) in numeric.enumerated() {
      for second in numeric[(place + 1)...] {
        let places = places(first, second, study)
        let varies = [places.map(\.x), places.map(\.y)].allSatisfy { Set($0).count > 1 }
        if places.count >= fewest && varies { return (first, second) }
      }
    }
    return nil
  }

  private static func places(
    _ horizontal: Parameter,
    _ vertical: Parameter,
    _ study: StudyDigest
  ) -> [MapPoint] {
    study.ranked.compactMap { setting in
      guard let x = setting.assignment[horizontal.name], let y = setting.assignment[vertical.name],
        horizontal.scaled(x) != nil, vertical.scaled(y) != nil
      else { return nil }
      return MapPoint(x: x, y: y, value: setting.summary.mean)
    }
  }

  private static func cells(
    _ places: [MapPoint],
    _ horizontal: Parameter,
    _ vertical: Parameter,
    _ study: StudyDigest
  ) -> Plot.Series {
    let worst = places.last?.value ?? 0
    let limit = places.isEmpty ? worst : places[Int(Double(places.count - 1) * 0.9)].value
    // Best first, so that what follows the limit is worse.
    let scaled = places.enumerated().map { place, one in
      MapPoint(
        x: horizontal.scaled(one.x) ?? 0,
        y: vertical.scaled(one.y) ?? 0,
        value: Double(place) > Double(places.count - 1) * 0.9 ? limit : one.value
      )
    }
    let map = DistanceMap(scaled)
    let grid = map.grid(columns: 72, rows: 48)
    return Plot.Series(
      study.goal.metric,
      .cells,
      x: grid.map { horizontal.unscaled($0.x) },
      y: grid.map { vertical.unscaled($0.y) },
      shade: grid.map(\.value)
    )
  }

  private static func points(_ places: [MapPoint]) -> [Plot.Series] {
    let rest = places.dropFirst()
    return [
      Plot.Series("settings", .points, x: rest.map(\.x), y: rest.map(\.y)),
      Plot.Series("best", .points, x: places.prefix(1).map(\.x), y: places.prefix(1).map(\.y)),
    ]
  }
}
