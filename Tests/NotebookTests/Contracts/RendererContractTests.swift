import Notebook
import Report
import Testing

/// What every renderer of reports holds to.
@Suite("Renderers: the contract of all")
struct RendererContractTests {
  /// A plot of each mark, with gaps, intervals and one value alone.
  private static let plots = Plot.Mark.allCases.map { mark in
    Plot(
      name: "plot-\(mark.rawValue)",
      title: "Title of \(mark.rawValue)",
      description: "What \(mark.rawValue) shows",
      x: Plot.Axis("x", isLogarithmic: mark == .points),
      y: Plot.Axis("y"),
      series: [
        Plot.Series(
          "series of \(mark.rawValue)",
          mark,
          x: [1, 2, 3],
          y: mark == .reference ? [2, 2, 2] : [1, .nan, 2.5],
          low: mark == .line ? [0.5, .nan, 2] : nil,
          high: mark == .line ? [1.5, .nan, 3] : nil,
          shade: mark == .cells ? [0, 1, -.infinity] : nil
        )
      ]
    )
  }

  /// Text of each kind of block, which no two share; a block that is added is asked for by the compiler.
  private static func words(_ block: Block) -> String {
    switch block {
    case .heading(_, let text): text
    case .prose: "Prose with"
    case .table: "cell of text"
    case .plot(let plot): plot.title
    case .picture(let picture): picture.description
    case .code(_, let text): text
    case .note(_, let text): text
    case .details(let summary, _): summary
    }
  }

  private static let blocks: [Block] =
    (1...6).map { .heading(level: $0, text: "Heading of level \($0)") }
    + [
      .prose("Prose with *marks*, `code` and\n\n- a list"),
      .table(
        Table(
          caption: "A caption",
          columns: [.init("left"), .init("middle", .center), .init("right", .trailing)],
          rows: [
            [.text("cell of text"), .markdown("**strong**"), .int(-1_234_567)],
            [.real(.nan, digits: 3), .real(1e300, digits: 2), .empty],
          ]
        )
      ), .table(Table(columns: [.init("cell of text")], rows: [])),
      .code(language: "yaml", text: "key: value of code"),
      .details(summary: "What is folded", blocks: [.prose("Prose within")]),
    ] + NoteKind.allCases.map { .note(kind: $0, text: "A \($0.rawValue) to note") } + plots.map { .plot($0) }
    + [
      Picture(
        name: "drawn",
        description: "What was drawn",
        file: "outputs/drawn.svg",
        form: .svg,
        bytes: Array("<svg xmlns=\"http://www.w3.org/2000/svg\"/>".utf8)
      )
    ].compactMap { $0.map(Block.picture) }

  private static func document() -> ReportDocument {
    var document = ReportDocument(title: "The title of all")
    document.text = [.prose("Text of the whole")]
    document.warnings = ["A warning of the whole"]
    for isCached in [false, true] {
      var cell = ReportDocument.Cell(
        id: isCached ? "second" : "first",
        step: "first",
        blocks: blocks,
        seconds: 1.25,
        isCached: isCached
      )
      (cell.text, cell.note, cell.settings) = ([.prose("Text before")], [.prose("Note after")], "depth: 3\n")
      (cell.warnings, cell.folder) = (["A warning of the cell"], "first")
      cell.expectations = [
        .init(metric: "gain", expected: ">= 1", value: isCached ? nil : .infinity, isMet: !isCached)
      ]
      document.cells.append(cell)
    }
    document.provenance = [.init("Machine", "of some kind")]
    document.command = "towerbook run recipe.yaml"
    return document
  }

  private static func text(_ files: [(name: String, text: String)]) -> [String] {
    files.map { "\($0.name)\n\($0.text)" }
  }

  @Test("every kind of block is shown, with all that stands around", arguments: ReportFormat.allCases)
  func everything(format: ReportFormat) throws {
    let files = try format.renderer.files(of: Self.document())
    let all = Self.text(files).joined()
    for block in Self.blocks { #expect(all.contains(Self.words(block)), "\(block)") }
    for words in [
      "The title of all", "Text of the whole", "A warning of the whole", "A warning of the cell",
      "Text before", "Note after", "depth: 3", "Prose within", "gain", "Machine", "of some kind",
      "towerbook run recipe.yaml",
    ] { #expect(all.contains(words), "\(words)") }
    #expect(Set(files.map(\.name)).count == files.count)
    #expect(files.allSatisfy { !$0.name.hasPrefix("/") && !$0.name.contains("..") && !$0.text.isEmpty })
  }

  @Test(
    "one document gives one text, also when it was kept as JSON in between",
    arguments: ReportFormat.allCases
  )
  func sameBytes(format: ReportFormat) throws {
    let renderer = format.renderer
    let document = Self.document()
    let first = try Self.text(renderer.files(of: document))
    #expect(try Self.text(renderer.files(of: document)) == first)
    #expect(try Self.text(renderer.files(of: ReportDocument(json: document.json))) == first)
  }

  @Test("a document without anything is rendered", arguments: ReportFormat.allCases)
  func empty(format: ReportFormat) throws {
    #expect(try !format.renderer.files(of: ReportDocument(title: "Nothing")).isEmpty)
  }

  @Test("no two renderers write the same file")
  func names() throws {
    let names = try ReportFormat.allCases.map {
      try $0.renderer.files(of: ReportDocument(title: "t")).map(\.name)
    }
    #expect(Set(names.joined()).count == names.joined().count)
  }
}
