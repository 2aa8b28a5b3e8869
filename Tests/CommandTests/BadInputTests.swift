import Foundation
import Testing

/// Bad input of every kind: the exit code, the whole message, and nothing half-written.
@Suite("Bad input")
struct BadInputTests {
  /// One mistake: files put into place, overrides, and what comes of it.
  struct Mistake: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var files: [String: String] = [:]
    var overrides: [String] = []
    var exitCode: Int32 = 2
    var message: String
  }

  private static let log = Workplace.text(Workplace.rows)
  private static func onLine(_ command: String, _ column: Int, _ length: Int) -> String {
    "    1 | \(command)\n      | "
      + String(repeating: " ", count: column - 1) + String(repeating: "^", count: length)
  }

  /// Known before anything runs.
  private static let known: [Mistake] = [
    Mistake(
      testDescription: "a missing file",
      overrides: ["config.data.clicks=nope.csv", "config.data.folders=[.]"],
      message: """
        command line:1:13: error: there is no './nope.csv'; set config.data.path or the variable FUNREC_RAW_DATA_PATH
        \(onLine("config.data.clicks=nope.csv", 13, 6))
        """
    ),
    Mistake(
      testDescription: "a folder of empty files",
      files: ["sub/x": ""],
      overrides: ["config.data.clicks=sub"],
      message: """
        command line:1:13: error: ./sub: all files are empty
        \(onLine("config.data.clicks=sub", 13, 6))
        """
    ),
    Mistake(
      testDescription: "an empty file",
      files: ["c.csv": ""],
      message: """
        r.yaml:3:20: error: ./c.csv: the file is empty
            3 |   data: { path: ., clicks: c.csv, items: items.csv }
              |                    ^^^^^^
        """
    ),
    Mistake(
      testDescription: "a header and no rows",
      files: ["c.csv": "user,item,ts,device\n"],
      message: """
        r.yaml:3:20: error: ./c.csv: the file has no rows, as far as its beginning tells
            3 |   data: { path: ., clicks: c.csv, items: items.csv }
              |                    ^^^^^^
        """
    ),
    Mistake(
      testDescription: "a pattern that matches nothing",
      overrides: ["config.data.clicks=c*.tsv", "config.data.folders=[.]"],
      message: """
        command line:1:13: error: no file matches './c*.tsv'; set config.data.path or the variable FUNREC_RAW_DATA_PATH
        \(onLine("config.data.clicks=c*.tsv", 13, 6))
        """
    ),
    Mistake(
      testDescription: "a format that the file is not of",
      overrides: ["config.data.format=parquet"],
      message: """
        r.yaml:3:20: error: ./c.csv: the file is no Parquet, as its format is set to be: it does not begin with PAR1; let the format be auto
            3 |   data: { path: ., clicks: c.csv, items: items.csv }
              |                    ^^^^^^
        """
    ),
    Mistake(
      testDescription: "a name that the file does not hold to",
      files: ["c.parquet": "user,item,ts\n1,2,3\n"],
      overrides: ["config.data.clicks=c.parquet"],
      message: """
        command line:1:13: error: ./c.parquet: the file is no Parquet, as its name says: it does not begin with PAR1; set its format to what it is, such as csv
        \(onLine("config.data.clicks=c.parquet", 13, 6))
        """
    ),
    Mistake(
      testDescription: "Parquet that is to be delimited text",
      files: ["c.csv": "PAR1\u{15}\u{0}\u{15}PAR1"],
      overrides: ["config.data.format=csv"],
      message: """
        r.yaml:3:20: error: ./c.csv: the file is Parquet, and its format is set to be 'csv'; let the format be auto
            3 |   data: { path: ., clicks: c.csv, items: items.csv }
              |                    ^^^^^^
        """
    ),
    Mistake(
      testDescription: "Parquet that is cut off",
      files: ["c.csv": "PAR1\u{15}\u{0}\u{15}\u{0}\u{15}\u{0}\u{15}\u{0}"],
      message: """
        r.yaml:3:20: error: ./c.csv: the file is cut off: a Parquet file ends with PAR1
            3 |   data: { path: ., clicks: c.csv, items: items.csv }
              |                    ^^^^^^
        """
    ),
    Mistake(
      testDescription: "a spreadsheet",
      files: ["c.csv": "PK\u{3}\u{4}\u{14}\u{0}[Content_Types].xml"],
      message: """
        r.yaml:3:20: error: ./c.csv: the file is a ZIP archive or a spreadsheet; unpack it first, or save the sheet as CSV, and name the file or the folder that comes out
            3 |   data: { path: ., clicks: c.csv, items: items.csv }
              |                    ^^^^^^
        """
    ),
    Mistake(
      testDescription: "a line of JSON that is broken",
      files: ["c.csv": "{\"user\": 1, \"item\": 2, \"ts\": 3}\n{\"user\": 1, \"item\": \n"],
      message: """
        r.yaml:3:20: error: ./c.csv:2: column 21: an object or a list is not closed, or something stands behind it
            3 |   data: { path: ., clicks: c.csv, items: items.csv }
              |                    ^^^^^^
        """
    ),
    Mistake(
      testDescription: "a cutoff that is no date",
      overrides: ["split.cutoff=2017-13-01", "split.strategy=time"],
      message: """
        command line:1:7: error: expected a number, or a date such as 2017-10-10 or 2017-10-10T12:00:00+02:00, got '2017-13-01'
        \(onLine("split.cutoff=2017-13-01", 7, 6))
        """
    ),
    Mistake(
      testDescription: "a date where numbers are",
      overrides: ["split.filter={column: device, min: 2017-10-10}", "config.columns.keep=[device]"],
      message: """
        command line:1:31: error: only 'time' is compared with dates, and the column is 'device'
        \(onLine("split.filter={column: device, min: 2017-10-10}", 31, 3))
        """
    ),
    Mistake(
      testDescription: "a missing column",
      overrides: ["config.columns.user=uzer"],
      message: """
        command line:1:16: error: ./c.csv: no column 'uzer': the columns are user, item, ts, device; did you mean 'user'?
        \(onLine("config.columns.user=uzer", 16, 4))
        """
    ),
    Mistake(
      testDescription: "a column number beyond the columns",
      overrides: ["config.columns.user=9"],
      message: """
        command line:1:16: error: ./c.csv: no column 9: the columns are 1 to 4
        \(onLine("config.columns.user=9", 16, 4))
        """
    ),
    Mistake(
      testDescription: "a learning rate that is no number",
      overrides: ["train.learning_rate=.nan"],
      message: """
        command line:1:21: error: expected a finite number above 0 and at most 1000000 for 'learning_rate' in 'train', got .nan
        \(onLine("train.learning_rate=.nan", 21, 4))
        """
    ),
    Mistake(
      testDescription: "a negative size",
      overrides: ["model.embedding_dim=-8"],
      message: """
        command line:1:21: error: expected an integer from 1 to 4096 for 'embedding_dim' in 'model', got -8
        \(onLine("model.embedding_dim=-8", 21, 2))
        """
    ),
    Mistake(
      testDescription: "a seed beyond 64 bits",
      overrides: ["config.seed=9223372036854775808"],
      message: """
        command line:1:13: error: expected an integer of at least 0 for 'seed' in 'config', got 9223372036854775808, which does not fit into 64 bits
        \(onLine("config.seed=9223372036854775808", 13, 19))
        """
    ),
    Mistake(
      testDescription: "a split by time without times",
      overrides: ["split.strategy=time", "config.columns.time=null"],
      message: """
        command line:1:7: error: a split by time needs the log's times; set columns.time in 'config'
        \(onLine("split.strategy=time", 7, 8))
        """
    ),
    Mistake(
      testDescription: "a filter on a column that is not kept",
      overrides: ["split.filter={column: device, in: [phone]}"],
      message: """
        command line:1:15: error: the log keeps no column 'device'; add it to columns.keep in 'config'
        \(onLine("split.filter={column: device, in: [phone]}", 15, 6))
        """
    ),
    Mistake(
      testDescription: "an index type that there is not",
      overrides: ["index.type=Foo"],
      message: """
        command line:1:7: error: cannot make an index 'Foo': 'Foo' is not one of Flat, IVF…, HNSW…, PQ…, SQ…, OPQ…, PCA…
        \(onLine("index.type=Foo", 7, 4))
        """
    ),
    Mistake(
      testDescription: "a file name outside of the run directory",
      overrides: ["recall.file=../x.csv"],
      message: """
        command line:1:8: error: expected the name of a file inside the run directory, got '../x.csv'
        \(onLine("recall.file=../x.csv", 8, 4))
        """
    ),
    Mistake(
      testDescription: "a file name the run needs itself",
      overrides: ["recall.file=report.md"],
      message: """
        command line:1:8: error: 'report.md' is in the way of 'report.md', which the run itself writes
        \(onLine("recall.file=report.md", 8, 4))
        """
    ),
    Mistake(
      testDescription: "three typing mistakes at once, in their order",
      files: [
        "r.yaml": Workplace.recipe
          .replacingOccurrences(of: "epochs: 1", with: "epoch: 1")
          .replacingOccurrences(of: "last_click }", with: "lastclick }")
          .replacingOccurrences(of: "seed: 7", with: "sed: 7")
      ],
      message: """
        r.yaml:2:3: error: unknown key 'sed' in 'config'; did you mean 'seed'?
            2 |   sed: 7
              |   ^^^
        r.yaml:6:20: error: expected one of last_click, leave_last_n, time, ratio, random, files, items, none for 'strategy' in 'split', got the string 'lastclick'; did you mean 'last_click'?
            6 | split: { strategy: lastclick }
              |                    ^^^^^^^^^
        r.yaml:9:10: error: unknown key 'epoch' in 'train'; did you mean 'epochs'?
            9 | train: { epoch: 1, batch_size: 64, learning_rate: 5e-3 }
              |          ^^^^^
        """
    ),
    Mistake(
      testDescription: "an empty recipe",
      files: ["r.yaml": ""],
      message: "r.yaml:1:1: error: the recipe is empty: expected at least one cell, as 'config:'"
    ),
    Mistake(
      testDescription: "a recipe that extends itself",
      files: ["r.yaml": "extends: r.yaml\n"],
      message: """
        r.yaml:1:10: error: the recipe extends itself
            1 | extends: r.yaml
              |          ^^^^^^
        """
    ),
    Mistake(
      testDescription: "a binary recipe",
      files: ["r.yaml": "config:\n  seed: 1\u{0}\n"],
      message: """
        r.yaml:2:10: error: not a text file: expected UTF-8 text, got the control character U+0000
            2 |   seed: 1\u{FFFD}
              |          ^
        """
    ),
    Mistake(
      testDescription: "a recipe of more than 4 MiB",
      files: ["r.yaml": "title: " + String(repeating: "x", count: 5_000_000) + "\n"],
      message: "error: cannot read the recipe 'r.yaml': expected at most 4194304 bytes (4 MiB), got 5000008"
    ),
    Mistake(
      testDescription: "a bomb of aliases",
      files: [
        "r.yaml": "x-a: &a [x,x,x,x,x,x,x,x,x,x]\n"
          + zip("bcdefghij", "abcdefghi")
          .map { "x-\($0): &\($0) [" + Array(repeating: "*\($1)", count: 10).joined(separator: ",") + "]\n" }
          .joined()
      ],
      message: """
        r.yaml:5:31: error: the recipe holds more than 100000 names and values, aliases written out
            5 | x-e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]
              |                               ^^
        """
    ),
  ]

  @Test("What can be known beforehand exits 2 with its place, and writes nothing", arguments: known)
  func knownBeforehand(mistake: Mistake) throws {
    let place = try Workplace()
    for (name, text) in mistake.files { try place.write(name, text) }
    for verb in ["check", "run"] {
      let outcome = try place.run([verb, "r.yaml"] + mistake.overrides)
      #expect(outcome.errors == mistake.message + "\n")
      #expect(outcome.status == mistake.exitCode)
      #expect(outcome.output == "")
    }
    #expect(!place.exists("outputs"))
  }

  /// Found while a cell runs.
  private static let found: [Mistake] = [
    Mistake(
      testDescription: "a text where a number must be",
      files: ["c.csv": "user,item,ts,device\n" + String(repeating: "1,2,3,a\n", count: 200) + "1,3,x7,a\n"],
      message:
        "error: 'config' failed: ./c.csv:202: column 'ts': expected a time: a whole or decimal number, "
        + "or a date such as 2017-10-03T11:19:30Z, got 'x7'"
    ),
    Mistake(
      testDescription: "an id beyond Int64",
      files: ["c.csv": "user,item,ts,device\n1,2,3,a\n99999999999999999999,3,7,a\n"],
      overrides: ["config.data.ids=integer"],
      message: "error: 'config' failed: ./c.csv:3: column 'user': expected an integer from "
        + "-9223372036854775808 to 9223372036854775807, got '99999999999999999999'"
    ),
    Mistake(
      testDescription: "an empty field",
      files: ["c.csv": "user,item,ts,device\n1,2,3,a\n,3,7,a\n"],
      message:
        "error: 'config' failed: ./c.csv:3: column 'user': expected a value, got an empty field; set data.drop_incomplete to leave such rows out"
    ),
    Mistake(
      testDescription: "a user who stands twice in the user table",
      files: ["u.csv": "user_id,age\n1,30\n2,31\n1,30\n"],
      overrides: ["config.data.users=u.csv"],
      message:
        "error: 'config' failed: ./u.csv: the user '1' stands in it twice, in its rows 1 and 3, the header not "
        + "counted; a user has one row"
    ),
    Mistake(
      testDescription: "a negative weight in the second of two files",
      files: [
        "two/a.csv": "user,item,ts,device,w\n1,1000,3,a,1\n1,1001,4,a,1\n",
        "two/b.csv": "user,item,ts,device,w\n2,1000,3,a,1\n2,1001,4,a,-2\n",
      ],
      overrides: ["config.data.clicks=two", "config.columns.weight=w"],
      message:
        "error: 'config' failed: ./two/b.csv: row 2: expected a weight of 0 or more, got -2.0; columns.weight in "
        + "'config' names the column"
    ),
    Mistake(
      testDescription: "a row with too few fields",
      files: ["c.csv": "user,item,ts,device\n1,2,3,a\n1,3\n"],
      message: "error: 'config' failed: ./c.csv:3: expected at least 3 fields, got 2"
    ),
    Mistake(
      testDescription: "a quote that is never closed",
      files: ["c.csv": "user,item,ts,device\n1,2,3,a\n1,\"3,7,a\n1,4,9,a\n"],
      message: "error: 'config' failed: ./c.csv:3: a quote is opened here and never closed"
    ),
    Mistake(
      testDescription: "users with one click each",
      files: ["c.csv": "user,item,ts,device\n" + (0..<30).map { "\($0),10\($0 + 10),\($0),a\n" }.joined()],
      message:
        "error: 'split' failed: nothing is left to learn from: all clicks of 30 users would be held out"
    ),
    Mistake(
      testDescription: "a user with two clicks only",
      files: ["c.csv": "user,item,ts,device\n1,1001,5,a\n1,1002,6,a\n"],
      message: "warning: There is one user only: nothing that is measured here says anything about others.\n"
        + "error: 'encode' failed: no user has the 2 clicks in their history that one sample takes; "
        + "lower min_history, or hold fewer clicks out"
    ),
    Mistake(
      testDescription: "too few vectors to train an index on",
      overrides: ["index.type=IVF4096,Flat"],
      message: "error: 'index' failed: IVF4096,Flat needs at least 4,096 training vectors, there are 40; "
        + "give it fewer cells or codes, or use Flat"
    ),
    Mistake(
      testDescription: "a training that leaves the numbers",
      overrides: [
        "train.learning_rate=1000000", "model.similarity=dot", "train.optimizer=sgd", "train.epochs=50",
        "train.allow=diverging_learning_rate",
      ],
      message:
        "error: 'train' failed: the loss became not a number in batch 3 of epoch 1, step 3 of the training: try a smaller learning rate, "
        + "gradient clipping (clip_norm: 1), or a higher temperature"
    ),
  ]

  @Test("What is found while a cell runs exits 1 and leaves no run", arguments: found)
  func foundWhileRunning(mistake: Mistake) throws {
    let place = try Workplace()
    for (name, text) in mistake.files { try place.write(name, text) }
    let outcome = try place.run(["run", "r.yaml", "-q"] + mistake.overrides)
    #expect(outcome.errors == mistake.message + "\n")
    #expect(outcome.status == 1)
    #expect(outcome.output == "")
    #expect(place.list("outputs/r").isEmpty)
    #expect(place.list("outputs/.cache").allSatisfy { !$0.hasPrefix(".filling") })
  }

  @Test("A truncated gzip file is named")
  func truncatedGzip() throws {
    let place = try Workplace()
    // A gzip header and the beginning of one deflate block.
    try place.write("c.csv.gz", Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B, 0x4C]))
    let outcome = try place.run("run", "r.yaml", "config.data.clicks=c.csv.gz")
    #expect(outcome.status == 2)
    #expect(
      outcome.errors.hasPrefix("command line:1:13: error: ./c.csv.gz: truncated gzip data: it ends after ")
    )
    #expect(!place.exists("outputs"))
  }

  @Test("A line without end in a data file", arguments: [true, false])
  func longLine(isHeader: Bool) throws {
    let place = try Workplace()
    let long = String(repeating: "9", count: 20_000_000)
    try place.write("c.csv", (isHeader ? "" : "user,item,ts,device\n1,2,3,a\n") + long)
    let outcome = try place.run("run", "r.yaml", "-q")
    let place1 = "./c.csv:1: the first line is longer than 1048576 bytes: is this a delimited text file?"
    let place3 =
      "./c.csv:3: the line is longer than 16777216 bytes: is this a text file with a line for each row?"
    #expect(outcome.errors.contains(isHeader ? place1 : place3))
    #expect(outcome.status == (isHeader ? 2 : 1))
  }

  @Test("Deep nesting ends in a message", arguments: ["[", "{a: "])
  func deepNesting(opening: String) throws {
    let place = try Workplace()
    try place.write("r.yaml", "config: " + String(repeating: opening, count: 100_000))
    let outcome = try place.run("check", "r.yaml")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("error: lists and mappings are nested deeper than 64 levels here\n"))
  }

  @Test(
    "A folder that cannot be written exits 2 before anything runs",
    arguments: [
      ["--output", "c.csv"], ["--output", "c.csv/x"], ["--outputs", "c.csv"], ["--cache", "c.csv"],
    ]
  )
  func unwritableFolder(options: [String]) throws {
    let place = try Workplace()
    let outcome = try place.run(["run", "r.yaml"] + options)
    #expect(outcome.errors == "error: cannot make folder 'c.csv': a file of that name is in the way\n")
    #expect(outcome.status == 2)
    #expect(try place.text("c.csv") == Self.log)
  }

  @Test(
    "A full device is an error, and no run is left",
    .enabled(if: geteuid() == 0, "only root can mount a small disk")
  )
  func fullDisk() throws {
    let place = try Workplace()
    try place.write("disk/x", "")
    func system(_ arguments: String...) throws -> Int32 {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = arguments
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }
    // A container may not let root mount; then there is nothing to test here.
    guard try system("mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", place.file("disk")) == 0 else {
      return
    }
    defer { _ = try? system("umount", place.file("disk")) }
    let outcome = try place.run("run", "r.yaml", "--outputs", "disk/o", "-q")
    #expect(outcome.status == 1)
    #expect(outcome.errors.hasSuffix("': No space left on device\n"))
    #expect(place.list("disk/o/r").isEmpty)
    #expect(place.list("disk/o/.cache").allSatisfy { !$0.hasPrefix(".filling") })
  }
}
