import Files
import Report

extension ReportDocument.Since {
  /// What is different in `after`: every setting, and the metrics whose shown digits differ, those that a headline names
  /// first, then by how far they moved; measures of time are left out.
  package init(_ before: ReportDocument, to after: ReportDocument) {
    let earlier = Dictionary(before.settings.map { ($0.name, $0.value) }) { first, _ in first }
    let later = Dictionary(after.settings.map { ($0.name, $0.value) }) { first, _ in first }
    var settings = after.settings.filter { earlier[$0.name] != $0.value }.map {
      ReportDocument.Change($0.name, before: earlier[$0.name] ?? "", after: $0.value)
    }
    settings += before.settings.filter { later[$0.name] == nil }.map {
      ReportDocument.Change($0.name, before: $0.value, after: "")
    }
    let differences = MeasurementProtocol.differences(before, after)
    self.init(
      run: before.run,
      settings: settings,
      metrics: differences.isEmpty ? Self.moved(before, after) : [],
      differences: differences
    )
  }

  private static func moved(_ before: ReportDocument, _ after: ReportDocument) -> [ReportDocument.Change] {
    let earlier = Dictionary(before.metrics.map { ($0.name, $0.value) }) { first, _ in first }
    let headlines = Set(after.cells.compactMap { cell in cell.headline.map { "\(cell.id).\($0.metric)" } })
    func shown(_ value: Double?) -> String { value.map { NumberFormat.significant($0, digits: 4) } ?? "" }
    var moved: [(change: ReportDocument.Change, isHeadline: Bool, distance: Double)] = []
    for metric in after.metrics where !isTime(metric.name) && !isAround(metric.name) {
      guard let was = earlier[metric.name] else { continue }
      let change = ReportDocument.Change(metric.name, before: shown(was), after: shown(metric.value))
      guard change.before != change.after else { continue }
      let (old, new) = (was ?? 0, metric.value ?? 0)
      let scale = max(old.magnitude, new.magnitude)
      moved.append((change, headlines.contains(metric.name), scale > 0 ? (new - old).magnitude / scale : 0))
    }
    let order = moved.indices.sorted { a, b in
      if moved[a].isHeadline != moved[b].isHeadline { return moved[a].isHeadline }
      return (moved[b].distance, a) < (moved[a].distance, b)
    }
    return order.map { moved[$0].change }
  }

  /// Whether a metric is the end of an interval, or the p-value, of another.
  private static func isAround(_ name: String) -> Bool {
    [".low", ".high", ".p"].contains { name.hasSuffix($0) }
  }

  /// Whether a metric says how long something took, which is another each time.
  package static func isTime(_ name: String) -> Bool { name.hasSuffix("_ms") || name.hasSuffix("_seconds") }
}
