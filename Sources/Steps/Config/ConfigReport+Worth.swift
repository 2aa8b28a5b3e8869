import Clicks
import Report

extension ConfigReport {
  private static let mostEvents = 20

  /// What events there are and what they count; nothing where the log has none.
  func worth(_ notes: ClickWorthNotes) -> [Block] {
    var blocks: [Block] = []
    if !notes.events.isEmpty { blocks.append(.table(events(notes))) }
    if !notes.missingEvents.isEmpty {
      let names = notes.missingEvents.map(MarkdownText.code).joined(separator: ", ")
      blocks.append(
        .note(kind: .warning, text: "No row has the event \(names), to which `events` gives a weight.")
      )
    }
    return blocks
  }

  private func events(_ notes: ClickWorthNotes) -> Table {
    // The most common ones; the sort is stable, so that ties keep the order of names.
    let sorted = notes.events.enumerated()
      .sorted { ($1.element.rows, $0.offset) < ($0.element.rows, $1.offset) }.map(\.element)
    let rows: [[Table.Cell]] = sorted.prefix(Self.mostEvents).map { event in
      [
        .text(event.name.isEmpty ? "(empty)" : event.name), .int(event.rows),
        .text(event.weight.map { NumberFormat.significant($0, digits: 3) } ?? "left out"),
      ]
    }
    let more =
      sorted.count > rows.count
      ? "; \(NumberFormat.grouped(sorted.count - rows.count)) others are not shown" : ""
    let areSame = notes.events.allSatisfy { $0.weight == 1 }
    return Table(
      name: "events",
      caption: (areSame ? "The events of the file, all of which count the same" : "The events of the file")
        + more + ".",
      columns: [.init("Event"), .init("Rows", .trailing), .init("Each counts", .trailing)],
      rows: rows
    )
  }
}
