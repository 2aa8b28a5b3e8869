import Files
import Notebook
import Report
import Testing

@Suite("A report as a document")
struct ReportDocumentTests {
  @Test("what is kept in the run directory renders to the same bytes, whenever it is rendered")
  func renderedLater() throws {
    let bench = try Workbench()
    let summary = try bench.run(toyRecipe)
    let kept = try MappedFile.readText(FilePaths.join(summary.directory, ReportDocument.file))
    let files = MarkdownReport().files(of: try ReportDocument(json: kept))
    #expect(files.last?.name == "report.md")
    for (name, text) in files {
      #expect(try MappedFile.readText(FilePaths.join(summary.directory, name)) == text)
    }
    #expect(try ReportDocument(json: kept).json == kept)
  }

  @Test(
    "a record that was put into another run's folder is none of that run; a folder of the user's may hold any"
  )
  func anothersRecord() throws {
    let bench = try Workbench()
    let (one, other) = (try bench.run(toyRecipe).directory, try bench.run(toyRecipe).directory)
    let json = try ReportDocument(folder: one).json
    let path = FilePaths.join(other, ReportDocument.file)
    try AtomicFile.write(json, to: path)
    let error = #expect(throws: RunFailure.self) { try ReportDocument(folder: other) }
    let name = FilePaths.name(of: one)
    #expect(
      error?.description
        == "'\(path)' is the record of another run, '\(name)': it was put into this run's folder"
    )
    let own = FilePaths.join(bench.folder, "best")
    try Folders.make(own)
    try AtomicFile.write(json, to: FilePaths.join(own, ReportDocument.file))
    #expect(try ReportDocument(folder: own).run == name)
  }

  @Test("values that are no numbers come back as they were; another version is refused")
  func values() throws {
    var document = ReportDocument(title: "t")
    var cell = ReportDocument.Cell(
      id: "a",
      step: "b",
      blocks: [.table(Table(columns: [.init("x")], rows: [[.real(.infinity, digits: 2)], [.empty]]))],
      seconds: 1,
      isCached: true
    )
    cell.expectations = [.init(metric: "m", expected: ">= 1", value: -.infinity, isMet: false)]
    document.cells = [cell]
    let json = try document.json
    #expect(try ReportDocument(json: json) == document)
    // A digit that is another, and a record of a program that wrote no digest.
    let start = try #require(json.firstIndex(of: ","))
    let place = try #require(json[start...].firstIndex { $0.isNumber })
    var changed = json
    changed.replaceSubrange(place...place, with: json[place] == "1" ? "2" : "1")
    #expect(throws: (any Error).self) { try ReportDocument(json: changed) }
    #expect(try ReportDocument(json: "{" + json[json.index(after: start)...]) == document)
    let other = json.replacing("\"version\":\(ReportDocument.version)", with: "\"version\":99")
    #expect(throws: (any Error).self) { try ReportDocument(json: other) }
  }
}
