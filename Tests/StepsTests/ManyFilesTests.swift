import Clicks
import Files
import Foundation
import Notebook
import Recipe
import TestSupport
import Testing

@testable import Steps

/// A recipe over a folder of files, planned and run.
private struct Logs {
  let folder: ScratchFolder

  init(days: Int = 3) throws {
    folder = try ScratchFolder()
    for day in 1...days { try write(day) }
  }

  /// Writes the clicks of a day.
  func write(_ day: Int, in place: String? = nil) throws {
    var text = "user,item,ts\n"
    for row in 0..<40 {
      text += "\(row % 7 + day),\(100 + row * day % 11),\(1_700_000_000 + day * 86_400 + row)\n"
    }
    try folder.write(place ?? "logs/day=\(day)/part.csv", text)
  }

  func plan(_ config: String, split: String = "strategy: last_click") throws -> Plan {
    let text = """
      config:
        data: { path: ., \(config) }
        columns: { user: user, item: item, time: ts, keep: [day] }
      split: { \(split) }
      """
    let planner = Planner(steps: StepList.all)
    return try planner.plan(
      try RecipeLoader(environment: [:]).load(
        text: text,
        name: "recipe",
        directory: folder.path,
        steps: planner.declarations
      )
    )
  }

  func key(_ config: String) throws -> Digest { try plan(config).keys()[0].compute }

  /// The log that the cell `config` wrote, run anew where the cache has not all of it.
  func data(_ plan: Plan, force: Bool = false) throws -> ClickLog {
    var options = RunOptions()
    options.outputRoot = folder.file("outputs")
    options.artifacts = StepList.artifacts
    options.force = force
    _ = try Runner(plan: plan, options: options, progress: ProgressReporter(.quiet)).run()
    let bundle = try #require(cache.artifact(try plan.keys()[0].compute))
    return try ConfigArtifact(bundle: bundle).log
  }

  var cache: StepCache { StepCache(folder: folder.file("outputs/.cache")) { _ in } }

  /// What is kept of single files: the keys, and when each was last of use.
  func parts() throws -> [Digest: Int] {
    let items = try cache.items().filter { $0.step == "columns" }
    return Dictionary(uniqueKeysWithValues: items.map { ($0.key, $0.lastUse) })
  }

  /// Makes all that is kept look as if it had not been used for an hour.
  func age() throws {
    for key in try cache.items().map(\.key) {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -3600)],
        ofItemAtPath: cache.entryFolder(key) + "/entry.json"
      )
    }
  }

  func problems(_ config: String, split: String = "strategy: last_click") -> [String] {
    do {
      _ = try plan(config, split: split)
      return []
    } catch let errors as RecipeErrors {
      return "\(errors)".split(separator: "\n").filter { $0.contains("error: ") }
        .map { $0.components(separatedBy: "error: ").dropFirst().joined(separator: "error: ") }
    } catch { return ["another error: \(error)"] }
  }
}

@Suite("Logs of many files")
struct ManyFilesTests {
  @Test("a folder, a pattern and a list read what one file with all rows does, and say the day")
  func forms() throws {
    let logs = try Logs()
    var whole = "user,item,ts,day\n"
    for day in 1...3 {
      let text = try String(contentsOfFile: logs.folder.file("logs/day=\(day)/part.csv"), encoding: .utf8)
      for line in text.split(separator: "\n").dropFirst() { whole += "\(line),\(day)\n" }
    }
    try logs.folder.write("whole.csv", whole)
    let expected = try logs.data(try logs.plan("clicks: whole.csv"))
    #expect(
      expected.count == 120 && expected.extras[0].values == .integers((0..<120).map { Int64($0 / 40 + 1) })
    )
    #expect(try logs.parts().isEmpty)
    for clicks in [
      "logs", "logs/", "'logs/day=*/*.csv'", "'logs/**/part.csv'",
      "['logs/day=[12]', 'logs/day=3*/part.csv']",
    ] {
      #expect(try logs.data(try logs.plan("clicks: \(clicks)")) == expected, "\(clicks)")
    }
    #expect(try logs.parts().count == 3)
  }

  @Test("the order of files, and what their paths say, are in the key; how they were named is not")
  func keys() throws {
    let logs = try Logs()
    let sorted = try logs.key("clicks: logs")
    #expect(try logs.key("clicks: 'logs/day=*/*.csv'") == sorted)
    #expect(try logs.key("clicks: ['logs/day=1*', 'logs/day=2*', 'logs/day=3*']") == sorted)
    #expect(try logs.key("clicks: ['logs/day=2*', 'logs/day=1*', 'logs/day=3*']") != sorted)
    try logs.folder.write("logs/_SUCCESS", "")
    #expect(try logs.key("clicks: logs") == sorted)
    // The same bytes as another day's.
    try FileManager.default.moveItem(
      atPath: logs.folder.file("logs/day=3"),
      toPath: logs.folder.file("logs/day=4")
    )
    #expect(try logs.key("clicks: logs") != sorted)
  }

  @Test("a file of clicks is not taken for one of items")
  func roles() throws {
    let logs = try Logs()
    for name in ["a.csv", "b.csv", "c.csv"] { try logs.write(1, in: name) }
    let columns = "}\n  item_columns: { item: item"
    func key(_ config: String) throws -> Digest {
      // 'day' is kept, which only paths give: these files must say it themselves.
      for name in ["a.csv", "b.csv", "c.csv"] {
        try logs.folder.write(name, "user,item,ts,day\n1,2,3,\(name.utf8.first ?? 0)\n")
      }
      return try logs.key(config + columns)
    }
    let keys = try [
      "clicks: [a.csv, b.csv], items: c.csv", "clicks: a.csv, items: [b.csv, c.csv]",
      "clicks: [a.csv, b.csv, c.csv]",
    ].map(key)
    #expect(Set(keys).count == 3)
    // A list of one is that one.
    #expect(try key("clicks: [a.csv], items: [c.csv]") == key("clicks: a.csv, items: c.csv"))
  }

  @Test("where a file is added it is read and the others are taken from the cache")
  func added() throws {
    let logs = try Logs()
    _ = try logs.data(try logs.plan("clicks: logs"))
    let before = try logs.parts()
    #expect(before.count == 3)
    try logs.age()
    try logs.write(4)
    let data = try logs.data(try logs.plan("clicks: logs"))
    let after = try logs.parts()
    let limit = Int(Date().timeIntervalSince1970) - 1800
    #expect(data.count == 160 && after.count == 4 && Set(before.keys).isSubset(of: after.keys))
    #expect(after.values.allSatisfy { $0 > limit })
    // Where all is forced nothing is taken.
    try logs.age()
    #expect(try logs.data(try logs.plan("clicks: logs"), force: true) == data)
    #expect(try logs.parts().values.allSatisfy { $0 > limit })
  }

  @Test("what is kept of a file and damaged is made again, and what is pruned too")
  func damaged() throws {
    let logs = try Logs()
    let plan = try logs.plan("clicks: logs")
    let data = try logs.data(plan)
    let parts = try logs.parts().keys.sorted { "\($0)" < "\($1)" }
    let artifact = logs.cache.entryFolder(parts[0]) + "/artifact.bundle"
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: artifact)))
    bytes[bytes.count - 3] ^= 1
    try Data(bytes).write(to: URL(fileURLWithPath: artifact))
    try Data("{}".utf8).write(to: URL(fileURLWithPath: logs.cache.entryFolder(parts[1]) + "/entry.json"))
    try logs.cache.remove(try plan.keys()[0].compute)
    #expect(try logs.data(try logs.plan("clicks: logs")) == data)
    #expect(try logs.parts().keys.sorted { "\($0)" < "\($1)" } == parts)
    #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: artifact))) != bytes)
    let pruned = try logs.cache.prune(.everything)
    #expect(pruned.removed.count { $0.step == "columns" } == 3 && pruned.inUse.isEmpty)
    #expect(try logs.parts().isEmpty)
    #expect(try logs.data(try logs.plan("clicks: logs")) == data)
  }

  @Test("what is not there, or stands twice, is told before anything runs")
  func problems() throws {
    let logs = try Logs()
    try FileManager.default.createDirectory(
      atPath: logs.folder.file("empty"),
      withIntermediateDirectories: true
    )
    try logs.folder.write("other/a.csv", "user,item,ts,day\n1,2,3,4\n")
    try logs.folder.write("other/b.csv", "user,thing,ts,day\n1,2,3,4\n")
    let elsewhere =
      ", nor in dataset/news_recommendation, news_recommendation under it; set config.data.path or the variable "
      + "FUNREC_RAW_DATA_PATH"
    #expect(logs.problems("clicks: 'logs/x*'") == ["no file matches './logs/x*'\(elsewhere)"])
    #expect(
      logs.problems("clicks: empty") == [
        "the folder './empty' holds no data file; those that begin with '.' or '_' are left out\(elsewhere)"
      ]
    )
    #expect(logs.problems("clicks: [logs, gone.csv]") == ["there is no './gone.csv'\(elsewhere)"])
    #expect(
      logs.problems("clicks: [logs, 'logs/day=2/*']") == [
        "'./logs/day=2/part.csv' stands twice among the files: its rows would count twice"
      ]
    )
    try FileManager.default.createSymbolicLink(
      atPath: logs.folder.file("other/c.csv"),
      withDestinationPath: logs.folder.file("other/a.csv")
    )
    #expect(
      logs.problems("clicks: [other/a.csv, other/c.csv]") == [
        "'./other/a.csv' and './other/c.csv' are one file: its rows would count twice"
      ]
    )
    // The last file is looked at too.
    #expect(
      logs.problems("clicks: [other/a.csv, other/b.csv]") == [
        "./other/b.csv: no column 'item': the columns are user, thing, ts, day"
      ]
    )
    #expect(
      logs.problems("clicks: logs", split: "strategy: files, test_file: 'new*.csv'") == [
        "there is no 'new*.csv' beside the recipe, nor './new*.csv'"
      ]
    )
  }

  @Test("the clicks to test on may be many files too, and are looked for in the same two places")
  func testFiles() throws {
    let logs = try Logs()
    for day in 4...5 { try logs.write(day, in: "new/day=\(day)/part.csv") }
    let plan = try logs.plan("clicks: logs", split: "strategy: files, test_file: new")
    #expect(
      plan.fileSummary == [
        "config reads 3 files of clicks, from './logs/day=1/part.csv' to './logs/day=3/part.csv'",
        "split reads 2 files of test, from 'new/day=4/part.csv' to 'new/day=5/part.csv'",
      ]
    )
    _ = try logs.data(plan)
    #expect(try logs.parts().count == 5)
    let split = try #require(logs.cache.artifact(try plan.keys()[1].compute))
    #expect(try SplitArtifact(bundle: split).data.heldOut.clickCount > 0)
    let reversed = try logs.plan(
      "clicks: logs",
      split: "strategy: files, test_file: ['new/day=5*', 'new/day=4*']"
    )
    #expect(try reversed.keys()[1].compute != plan.keys()[1].compute)
  }

  @Test("a folder is read as it was when the recipe was checked")
  func pinned() throws {
    let logs = try Logs()
    let plan = try logs.plan("clicks: logs")
    try logs.write(4)
    #expect(try logs.data(plan).count == 120)
    #expect(try logs.data(try logs.plan("clicks: logs")).count == 160)
  }
}
