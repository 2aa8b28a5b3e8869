import ClickFixtures
import Foundation
import Memory
import Notebook
import Parquet
import Recipe
import TestSupport
import Testing

@testable import Steps

/// One log and one item table in every form: what the cells write must be the same to the byte.
@Suite("Every form of the same data")
struct FormsAgreeTests {
  private let folder: ScratchFolder

  /// 200 users with 3 to 8 clicks on 60 items, times in milliseconds.
  private static let clicks: [(user: Int, item: Int, time: Int, device: String)] = (0..<8).flatMap { turn in
    (1...200).filter { turn < 3 + $0 % 6 }.map { user in
      (
        user * 13 % 211 + 1, (user % 5) * 12 + (user * 3 + turn * turn) % 12,
        1_507_029_570_190 + turn * 3_600_000 + user * 977, (user + turn) % 3 == 0 ? "phone" : "näh"
      )
    }
  }

  /// Item, category, words; one item has none.
  private static let items: [(item: Int, category: String, words: Int?)] = (0..<70).map {
    ($0 * 7 % 70, "c \($0 % 6)", $0 == 9 ? nil : 100 + $0 * $0 % 37)
  }

  init() throws {
    folder = try ScratchFolder()
    var (csv, lines) = ("user,item,ts,device\n", "")
    for click in Self.clicks {
      csv += "\(click.user),\(click.item),\(click.time),\(click.device)\n"
      lines +=
        #"{"ts": \#(click.time), "user": \#(click.user), "item": \#(click.item), "device": "\#(click.device)"}"#
        + "\n"
    }
    var (table, objects) = ("item,category,words\n", "")
    for item in Self.items {
      let words = item.words.map(String.init)
      table += "\(item.item),\(item.category),\(words ?? "")\n"
      objects +=
        #"{"item": \#(item.item), "category": "\#(item.category)", "words": \#(words ?? "null")}"# + "\n"
    }
    for (name, text) in [
      ("log.csv", csv), ("log.jsonl", lines), ("items.csv", table), ("items.jsonl", objects),
    ] {
      try folder.write(name, text)
      try folder.write(name + ".gz", Data(gzip(Array(text.utf8))))
      try folder.write(name + ".zst", Data(zstandard(Array(text.utf8))))
    }
    try folder.write("log.parquet", try Self.parquet(Self.clicks[...], .int64))
    try folder.write("moments.parquet", try Self.parquet(Self.clicks[...], .timestamp(.microseconds)))
    try folder.write("items.parquet", try Self.itemsParquet())
    // As Spark leaves a folder.
    let size = Self.clicks.count / 5 + 1
    for part in 0..<5 {
      let rows = Self.clicks[part * size..<min(part * size + size, Self.clicks.count)]
      let name = "part-0000\(part)-7c5e.c000.snappy.parquet"
      try folder.write("parts/\(name)", try Self.parquet(rows, .timestamp(.milliseconds)))
      try folder.write("parts/.\(name).crc", "crc")
    }
    try folder.write("parts/_SUCCESS", "")
    try folder.write("parts/._SUCCESS.crc", "crc")
  }

  private static func parquet(
    _ clicks: ArraySlice<(user: Int, item: Int, time: Int, device: String)>,
    _ time: ParquetField.Kind
  ) throws -> Data {
    let factor: Int64 = time == .timestamp(.microseconds) ? 1000 : 1
    let fields = [
      ParquetField("user", .int64), ParquetField("item", .int32), ParquetField("ts", time),
      ParquetField("device", .text),
    ]
    return try written(fields, rows: clicks.count) {
      [
        ParquetFieldValues(.int64s(clicks.map { Int64($0.user) })),
        ParquetFieldValues(.int32s(clicks.map { Int32($0.item) })),
        ParquetFieldValues(.int64s(clicks.map { Int64($0.time) * factor })),
        ParquetFieldValues(.texts(clicks.map(\.device))),
      ]
    }
  }

  private static func itemsParquet() throws -> Data {
    let fields = [
      ParquetField("item", .int64), ParquetField("category", .text),
      ParquetField("words", .int64, isOptional: true),
    ]
    return try written(fields, rows: items.count) {
      [
        ParquetFieldValues(.int64s(items.map { Int64($0.item) })),
        ParquetFieldValues(.texts(items.map(\.category))),
        ParquetFieldValues(
          .int64s(items.compactMap { $0.words.map(Int64.init) }),
          isPresent: items.map { $0.words != nil }
        ),
      ]
    }
  }

  private static func written(
    _ fields: [ParquetField],
    rows: Int,
    _ values: () -> [ParquetFieldValues]
  ) throws -> Data {
    var data = Data()
    let writer = try ParquetWriter(fields) { data.append(contentsOf: $0) }
    try writer.write(rows: rows, values())
    try writer.finish()
    return data
  }

  /// The bytes of what each cell wrote.
  private func artifacts(_ clicks: String, _ items: String = "items.csv") throws -> [Data] {
    let text = """
      config:
        data: { path: ., clicks: \(clicks), items: \(items) }
        columns: { user: user, item: item, time: ts, keep: [device] }
        item_columns: { item: item, category: category, numbers: [words] }
      split: { strategy: last_click, min_item_clicks: 2 }
      encode: { max_seq_len: 6, context: [device], item_numbers: [words] }
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
    options.threads = 2
    _ = try Runner(plan: plan, options: options, progress: ProgressReporter(.quiet)).run()
    let cache = StepCache(folder: folder.file("outputs/.cache")) { _ in }
    return try plan.keys().map { keys in
      try Data(
        contentsOf: URL(fileURLWithPath: cache.entryFolder(keys.compute) + "/artifact.bundle")
      )
    }
  }

  @Test("config, split and encode write the same bytes of a log and a table in all forms")
  func own() throws {
    let expected = try artifacts("log.csv")
    #expect(expected.count == 3 && expected.allSatisfy { $0.count > 5000 })
    for clicks in [
      "log.csv.gz", "log.csv.zst", "log.jsonl", "log.jsonl.gz", "log.jsonl.zst", "log.parquet",
      "moments.parquet", "parts",
    ] {
      #expect(try artifacts(clicks) == expected, "\(clicks)")
    }
    for items in ["items.csv.gz", "items.csv.zst", "items.jsonl", "items.jsonl.gz", "items.parquet"] {
      #expect(try artifacts("log.csv", items) == expected, "\(items)")
    }
  }

  private static let script = """
    import os, sys, pyarrow as pa, pyarrow.csv as pc, pyarrow.parquet as pq
    d = sys.argv[1]
    t = pc.read_csv(d + "/log.csv")
    pq.write_table(t, d + "/arrow.parquet")
    pq.write_table(pc.read_csv(d + "/items.csv"), d + "/arrow_items.parquet")
    t = t.set_column(2, "ts", t["ts"].cast(pa.timestamp("ms")))
    os.makedirs(d + "/spark")
    n = t.num_rows
    for i in range(50):
        a, b = n * i // 50, n * (i + 1) // 50
        pq.write_table(t.slice(a, b - a), f"{d}/spark/part-{i:05d}.snappy.parquet", compression="snappy",
                       use_deprecated_int96_timestamps=True)
    open(d + "/spark/_SUCCESS", "w").close()
    """

  /// The Python that has PyArrow: `TOWERBOOK_PYTHON`, else `python3`; nil where neither does.
  private static let python: String? = {
    let named = ProcessInfo.processInfo.environment["TOWERBOOK_PYTHON"].map { [$0] } ?? []
    return (named + ["python3"]).first { (try? run($0, ["-c", "import pyarrow.parquet"])) == true }
  }()

  private static func run(_ python: String, _ arguments: [String]) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python] + arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  @Test(
    "so they do of PyArrow's files, and of fifty in Spark's old way of times",
    .enabled(if: python != nil, "Python with pyarrow is not there")
  )
  func arrow() throws {
    #expect(try Self.run(try #require(Self.python), ["-c", Self.script, folder.path]))
    let expected = try artifacts("log.csv")
    #expect(try artifacts("arrow.parquet", "arrow_items.parquet") == expected)
    #expect(try artifacts("spark") == expected)
  }
}
