import Foundation
import Testing

@Suite("Logs of many files, from process to process")
struct ManyFilesRunTests {
  private static let recipe = """
    config:
      data: { path: ., clicks: logs }
      columns: { user: user, item: item, time: ts, keep: [day] }
    split:

    """

  /// `count` days, each with a part of the rows of `c.csv`.
  private func write(_ days: Range<Int>, in place: Workplace) throws {
    let size = Workplace.rows.count / 4
    for day in days {
      let rows = Array(Workplace.rows[day * size..<(day + 1) * size])
      try place.write("logs/day=\(day)/part.csv", Workplace.text(rows))
    }
  }

  @Test("check, plan, run and the report say how many files there are")
  func told() throws {
    let place = try Workplace()
    try write(0..<3, in: place)
    try place.write("m.yaml", Self.recipe)
    let line = "config reads 3 files of clicks, from './logs/day=0/part.csv' to './logs/day=2/part.csv'\n"
    #expect(try place.run("check", "m.yaml").output == "m.yaml: 2 cells in order: config, split\n" + line)
    #expect(try place.run("plan", "m.yaml").output.hasSuffix("\n" + line))
    let run = try place.run("run", "m.yaml", "--output", "out")
    #expect(run.status == 0 && run.errors.contains("reads 3 files of clicks, from"))
    let report = try place.text("out/report.md")
    #expect(report.contains("(3 files from day=0/part.csv to day=2/part.csv, content digest"))
    let size = Workplace.rows.count / 4
    #expect(report.contains("| ./logs/day=1/part.csv |   \(size) |"))
    #expect(try place.run("verify", "out").status == 0)
  }

  @Test("where a file is added, another process takes the others from the cache; a damaged one is read again")
  func added() throws {
    let place = try Workplace()
    try write(0..<3, in: place)
    try place.write("m.yaml", Self.recipe)
    #expect(try place.run("run", "m.yaml", "--output", "first", "-q").status == 0)
    func parts() throws -> Int {
      try place.run("cache", "list").output.split(separator: "\n").count { $0.hasPrefix("columns") }
    }
    #expect(try parts() == 3)
    let damaged = try #require(
      place.cacheEntries().first {
        (try? place.text("outputs/.cache/\($0)/entry.json").contains("\"step\":\"columns\"")) == true
      }
    )
    let path = "outputs/.cache/\(damaged)/artifact.bundle"
    var bytes = try place.bytes(path)
    bytes[bytes.count - 2] ^= 0x10
    try place.write(path, bytes)
    try write(3..<4, in: place)
    let second = try place.run("run", "m.yaml", "--output", "second", "-q")
    #expect(second.status == 0)
    // It was looked for there, and the two that were whole are told nothing of.
    let warnings = second.errors.split(separator: "\n")
    #expect(warnings.count == 1)
    #expect(
      warnings.first?.hasPrefix("warning: the cached result \(damaged) is damaged and is made again: ")
        == true
    )
    #expect(try parts() == 4)
    let anew = try place.run("run", "m.yaml", "--output", "anew", "-q", "--outputs", "elsewhere")
    #expect(anew.status == 0)
    #expect(try place.bytes("second/metrics.json") == place.bytes("anew/metrics.json"))
    #expect(try place.metrics("second")["config.clicks"] == Double(Workplace.rows.count / 4 * 4))
  }
}
