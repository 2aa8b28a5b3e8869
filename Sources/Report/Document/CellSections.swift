/// A cell of a report as blocks, in the parts that renderers arrange: the same words in every format.
struct CellSections {
  private let cell: ReportDocument.Cell

  init(_ cell: ReportDocument.Cell) { self.cell = cell }

  /// The whole cell under its heading, in the order it is read.
  var blocks: [Block] { cell.text + settings + results + [time] + cell.note }

  /// The heading.
  var heading: Block { .heading(level: 2, text: cell.title) }

  /// The settings that somebody set, and folded those that are as they are by default.
  var settings: [Block] {
    (cell.settings.isEmpty ? [] : [.code(language: "yaml", text: cell.settings)]) + defaults
  }

  /// The settings that are as they are by default, folded.
  var defaults: [Block] {
    guard !cell.defaults.isEmpty else { return [] }
    let count = cell.defaults.split(separator: "\n").count
    let summary = count == 1 ? "One setting as it is by default" : "Settings as they are by default"
    return [.details(summary: summary, blocks: [.code(language: "yaml", text: cell.defaults)])]
  }

  /// What was warned of, what the step shows, where its files are, and what had to hold.
  var results: [Block] {
    var blocks: [Block] = cell.warnings.map { .note(kind: .warning, text: $0) } + cell.blocks
    if let folder = cell.folder { blocks.append(.prose("The files of this cell are in `\(folder)/`.")) }
    if let claims = cell.claims { blocks += Self.blocks(of: claims) }
    if !cell.expectations.isEmpty { blocks.append(.table(Self.table(of: cell.expectations))) }
    return blocks
  }

  /// The warnings among the results that stand open, in their order.
  var warnings: [String] {
    results.compactMap { if case .note(.warning, let text) = $0 { text } else { nil } }
  }

  /// How long it took, or that it was taken from the cache.
  var time: Block {
    let time = NumberFormat.duration(seconds: cell.seconds)
    return .prose(cell.isCached ? "*Taken from the cache; computed in \(time).*" : "*Computed in \(time).*")
  }

  /// What was published beside what came, and a sentence for each source.
  private static func blocks(of claims: [ReportDocument.Claim]) -> [Block] {
    func shown(_ value: Double?) -> Table.Cell { value.map { .real($0, digits: 4) } ?? .empty }
    let rows = claims.flatMap { claim in
      claim.figures.map { figure -> [Table.Cell] in
        let interval = figure.low.flatMap { low in
          figure.high.map { "\(NumberFormat.fixed(low, digits: 4)) to \(NumberFormat.fixed($0, digits: 4))" }
        }
        let spread = figure.mean.flatMap { mean in
          figure.deviation.map {
            "\(NumberFormat.fixed(mean, digits: 4)) ± \(NumberFormat.fixed($0, digits: 4)) (\(figure.seeds))"
          }
        }
        return [
          .text(claim.source + (claim.table.map { ", \($0)" } ?? "")), .text(figure.metric),
          shown(figure.published), shown(figure.own), .text(interval ?? "–"), .text(spread ?? "one seed"),
          .text(figure.verdict),
        ]
      }
    }
    let table = Table(
      name: "claims",
      caption: "What is published, and what came.",
      columns: [
        .init("Published by"), .init("Metric"), .init("Published", .trailing), .init("Ours", .trailing),
        .init("Interval by user", .trailing), .init("Over seeds", .trailing), .init("Verdict"),
      ],
      rows: rows
    )
    let sentences = claims.map { claim in
      let silence =
        claim.hasProtocol
        ? ""
        : " How it was measured is not said here (`protocol`), so whether the two can be compared is not known."
      return "- \(MarkdownText.escaped(claim.source)): \(claim.verdict).\(silence)"
    }
    return [.table(table), .prose(sentences.joined(separator: "\n"))]
  }

  private static func table(of expectations: [ReportDocument.Expectation]) -> Table {
    func shown(_ value: Double) -> Table.Cell {
      Int(exactly: value).map { .int($0) } ?? .real(value, digits: 4)
    }
    return Table(
      columns: [.init("Expectation"), .init("Expected"), .init("Came", .trailing), .init("")],
      rows: expectations.map { result in
        [
          .text(result.metric), .text(result.expected), result.value.map(shown) ?? .empty,
          .text(result.isMet ? "✓ met" : "✗ not met"),
        ]
      }
    )
  }
}

extension ReportDocument {
  /// What stands after the cells, under its heading: versions and machine, what figures can be compared under, and how
  /// to run it again.
  var environment: [Block] {
    func table(_ facts: [Fact], _ titles: (String, String)) -> Block {
      let rows: [[Table.Cell]] = facts.map { [.text($0.name), .text($0.value)] }
      return .table(Table(columns: [.init(titles.0), .init(titles.1)], rows: rows))
    }
    var blocks: [Block] = [table(provenance, ("What", "Which"))]
    if !measuredUnder.isEmpty {
      blocks.append(
        .prose("Figures of another run can be held against these where they were measured under the same:")
      )
      blocks.append(table(measuredUnder, ("Measured under", "Digest")))
    }
    blocks += [.prose("To run it again:"), .code(language: "sh", text: command)]
    guard let recipe = RecipeFence(self) else { return blocks }
    blocks.append(.prose("or `towerbook run report.md`, which runs the recipe that is kept here:"))
    return blocks + [.details(summary: "The recipe", blocks: [.prose(recipe.markdown)])]
  }

  /// The heading over it.
  static let environmentHeading = Block.heading(level: 2, text: "Environment")
}
