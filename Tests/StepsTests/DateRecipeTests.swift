import ClickFixtures
import Clicks
import Files
import Foundation
import Notebook
import Recipe
import TestSupport
import Testing

@testable import Steps

/// Dates in recipes, held against the numbers that they stand for.
@Suite("Dates in recipes")
struct DateRecipeTests {
  private let folder: ScratchFolder

  /// 40 users with a click on each of ten days from 2017-10-01 on, in milliseconds.
  init() throws {
    folder = try ScratchFolder()
    func log(_ days: Range<Int>, _ time: (Int) -> String) -> String {
      "user,item,ts\n"
        + days.flatMap { day in
          (1...40).map { user in
            "\(user),\((user * day + day) % 30),\(time(1_506_816_000 + day * 86_400 + user))\n"
          }
        }.joined()
    }
    try folder.write("log.csv", log(0..<10) { "\($0)000" })
    try folder.write("fine.csv", log(0..<10) { "\($0)007" })
    try folder.write("coarse.csv", log(10..<12) { "\($0)" })
    try folder.write("test.csv", log(10..<12) { "\($0)000" })
    try folder.write("tiny.csv", log(10..<12) { "\($0)000001" })
    let day = { (item: Int) in String(format: "2017-09-%02d", item + 1) }
    try folder.write("items.csv", "item,born\n" + (0..<30).map { "\($0),\(day($0))\n" }.joined())
    // 2017-09-01 is 1504224000 seconds after 1970.
    try folder.write(
      "counted.csv",
      "item,born\n" + (0..<30).map { "\($0),\(1_504_224_000 + $0 * 86_400)\n" }.joined()
    )
  }

  private struct Outcome {
    var split: SplitData
    var encoded: EncodeArtifact?
    var report: String
  }

  private func run(
    _ split: String,
    log: String = "log.csv",
    items: String? = nil,
    encode: String? = nil,
    columns: String = ""
  ) throws -> Outcome {
    let table = items.map { ", items: \($0)" } ?? ""
    let text = """
      config:
        data: { path: ., clicks: \(log)\(table) }
        columns: { user: user, item: item, time: ts\(columns) }
        item_columns: { item: item, numbers: [\(items == nil ? "" : "born")] }
      split: \(split)
      \(encode.map { "encode: \($0)" } ?? "")
      """
    let planner = Planner(steps: StepList.all)
    let document = try RecipeLoader(environment: [:]).load(
      text: text,
      name: "recipe",
      directory: folder.path,
      steps: planner.declarations
    )
    let plan = try planner.plan(document)
    var options = RunOptions()
    options.outputRoot = folder.file("outputs")
    options.artifacts = StepList.artifacts
    let summary = try Runner(plan: plan, options: options, progress: ProgressReporter(.quiet)).run()
    let cache = StepCache(folder: folder.file("outputs/.cache")) { _ in }
    func bundle(_ cell: Int) throws -> Bundle { try #require(cache.artifact(try plan.keys()[cell].compute)) }
    return Outcome(
      split: try SplitArtifact(bundle: bundle(1)).data,
      encoded: encode == nil ? nil : try EncodeArtifact(bundle: bundle(2)),
      report: try String(contentsOfFile: summary.directory + "/report.md", encoding: .utf8)
    )
  }

  private typealias Bundle = Files.Bundle

  @Test("a cutoff and the bounds of a filter are the same as a date or as a number")
  func split() throws {
    let cut = try run("{ strategy: time, cutoff: 2017-10-07T12:00:00+12:00 }").split
    // The clicks of the last four days of ten.
    #expect(cut.heldOut.clickCount == 160 && cut.history.clickCount == 240)
    #expect(try run("{ strategy: time, cutoff: 1507334400000 }").split == cut)
    let filtered = try run("{ filter: { column: time, min: 2017-10-03, max: 2017-10-05 } }").split
    #expect(filtered.history.clickCount == 40 && filtered.heldOut.clickCount == 40)
    #expect(
      try run("{ filter: { column: time, min: 1506988800000, max: 1507161600000 } }").split == filtered
    )
  }

  @Test(
    "clicks to test on are brought to the unit of those to learn from, or refused where that loses something"
  )
  func testFiles() throws {
    let expected = try run("{ strategy: files, test_file: test.csv }").split
    #expect(expected.heldOut.clickCount == 80)
    #expect(try run("{ strategy: files, test_file: coarse.csv }").split == expected)
    do {
      _ = try run("{ strategy: files, test_file: tiny.csv }", log: "fine.csv")
      Issue.record("no error")
    } catch {
      #expect(
        "\(error)".contains(
          "tiny.csv: its times are microseconds, and those of the clicks to learn from milliseconds, in which they are no "
            + "whole numbers; set columns.time_unit to us where both are dates, or bring numbers to one unit"
        )
      )
    }
  }

  @Test("the age of items is the same of dates as of seconds")
  func ages() throws {
    let dates = try run(
      "{}",
      items: "items.csv",
      encode: "{ item_age: { column: born }, item_numbers: [born] }"
    )
    let counts = try run(
      "{}",
      items: "counted.csv",
      encode: "{ item_age: { column: born, unit: s }, item_numbers: [born] }"
    )
    let values = try #require(dates.encoded?.catalogue.features.values)
    // From the first of September to the first click: 30 days and a second.
    let first: Double = -720 - 1.0 / 3600
    #expect(abs((values.createdHours.first ?? 0) - first) < 1e-9)
    #expect(values == counts.encoded?.catalogue.features.values)
    #expect(dates.report.contains("2017-09-01 00:00:00"))
  }

  @Test("the report warns of times of another unit than the one that is set")
  func mixedUnits() throws {
    let text = try String(contentsOfFile: folder.file("log.csv"), encoding: .utf8)
    try folder.write("mixed.csv", text + "1,3,1507852800\n2,3,1507852801\n")
    let report = try run("{}", log: "mixed.csv", columns: ", time_unit: ms").report
    #expect(
      report.replacing("\n> ", with: " ").contains(
        "The times of 2 clicks are read as milliseconds, as `columns.time_unit` says, and would be seconds by size: the "
          + "first is 1507852800 in row 401 of `./mixed.csv`. Bring all times to one unit."
      )
    )
  }
}
