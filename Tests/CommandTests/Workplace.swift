import Foundation
import Glibc

/// A temporary folder with a small click log, an item table and recipes; it is gone when the test is over.
final class Workplace {
  /// The log's columns in order.
  static let header = ["user", "item", "ts", "device"]

  private let tool: Tool

  init() throws {
    tool = try Tool()
    try write("c.csv", Self.text(Self.rows))
    try write("items.csv", "item,cat\n" + (0..<40).map { "\(1000 + $0),\($0 / 10)\n" }.joined())
    try write("r.yaml", Self.recipe)
  }

  /// The folder's path.
  var path: String { tool.folder }

  /// A recipe with all nine cells on `c.csv`.
  static let recipe = """
    config:
      seed: 7
      data: { path: ., clicks: c.csv, items: items.csv }
      columns: { user: user, item: item, time: ts }
      item_columns: { item: item, category: cat }
    split: { strategy: last_click }
    encode: { max_seq_len: 10 }
    model: { embedding_dim: 8, hidden_units: [16, 8] }
    train: { epochs: 1, batch_size: 64, learning_rate: 5e-3 }
    index: { type: Flat }
    eval: { k: [5, 20], allow: [unfetched_k] }
    recall: { k: 10 }
    save:

    """

  /// 60 users with 3 to 8 clicks each on 40 items, in the order of time.
  static let rows: [[String]] = {
    var rows: [[String]] = []
    var time = 1_500_000_000
    for turn in 0..<8 {
      for user in 1...60 where turn < 3 + user % 6 {
        time += 1 + (user * 7 + turn) % 5
        let item = 1000 + ((user % 4) * 10 + (user * 3 + turn * turn + turn) % 10)
        rows.append(["\(user)", "\(item)", "\(time)", turn % 2 == 0 ? "phone" : "desktop"])
      }
    }
    return rows
  }()

  /// The rows as delimited text, `quote` around every field.
  static func text(
    _ rows: [[String]],
    header: Bool = true,
    delimiter: String = ",",
    lineEnd: String = "\n",
    quote: String = ""
  ) -> String {
    ((header ? [Self.header] : []) + rows)
      .map { row in row.map { quote + $0 + quote }.joined(separator: delimiter) + lineEnd }
      .joined()
  }

  /// A run of the tool that has begun.
  struct Running {
    let process: Process
    fileprivate let files: (output: String, errors: String)

    /// What it has written so far.
    func outputSoFar() throws -> String { try String(contentsOfFile: files.output, encoding: .utf8) }
    /// What it has said so far.
    func errorsSoFar() throws -> String { try String(contentsOfFile: files.errors, encoding: .utf8) }

    /// Waits for the end.
    func finish() throws -> Tool.Outcome {
      process.waitUntilExit()
      defer { for path in [files.output, files.errors] { unlink(path) } }
      let isExit = process.terminationReason == .exit
      return Tool.Outcome(
        status: isExit ? process.terminationStatus : 128 + process.terminationStatus,
        output: try String(contentsOfFile: files.output, encoding: .utf8),
        errors: try String(contentsOfFile: files.errors, encoding: .utf8)
      )
    }
  }

  /// Starts the tool here, or another program, open to signals as from a shell.
  func start(_ arguments: [String], program: String = Tool.path, environment: [String: String] = [:]) throws
    -> Running
  {
    let base = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString
    let files = (output: base + ".out", errors: base + ".err")
    for path in [files.output, files.errors] {
      _ = FileManager.default.createFile(atPath: path, contents: nil)
    }
    let process = tool.process(arguments, program: program, environment: environment)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: files.output)
    process.standardError = FileHandle(forWritingAtPath: files.errors)
    // A child inherits what its thread blocks, and threads of a pool block all signals.
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try process.run()
    return Running(process: process, files: files)
  }

  /// Runs the tool here to its end.
  func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Tool.Outcome {
    try run(arguments, environment: environment)
  }

  /// Runs the tool here to its end.
  func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Tool.Outcome {
    try start(arguments, environment: environment).finish()
  }

  /// The cells of a recipe with what their results are kept under, a line each, as `plan` shows them.
  func planned(_ recipe: String, _ settings: [String] = [], environment: [String: String] = [:]) throws
    -> [String]
  {
    let outcome = try run(["plan", recipe] + settings, environment: environment)
    guard outcome.status == 0 else { return [outcome.errors] }
    return outcome.output.split(separator: "\n").dropFirst(2).compactMap { line in
      let words = line.split(separator: " ")
      // Below the table stands what all of it is likely to take.
      guard let place = words.first, Int(place) != nil else { return nil }
      return "\(words[1]) \(words.last ?? "")"
    }
  }

  func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

  func write(_ name: String, _ data: Data) throws {
    let file = URL(fileURLWithPath: file(name))
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    try data.write(to: file)
  }

  func file(_ name: String) -> String { path + "/" + name }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: file(name))) }

  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

  /// The names in a folder, sorted; none where it is missing.
  func list(_ name: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: file(name))) ?? []).sorted()
  }

  /// Whether a run that keeps its cache in `outputs` has a checkpoint that it could go on from; one that is being written is none.
  func hasCheckpoint(in outputs: String = "outputs") -> Bool {
    list(outputs + "/.cache/checkpoints").contains { !$0.hasSuffix(".tmp") }
  }

  /// `metrics.json` of the run in `folder`.
  func metrics(_ folder: String) throws -> [String: Double] {
    // A metric that has no value is null.
    let all = try JSONDecoder().decode([String: Double?].self, from: bytes(folder + "/metrics.json"))
    return all.compactMapValues { $0 }
  }

  /// The hexadecimal names of the cache's entries.
  func cacheEntries(_ folder: String = "outputs/.cache") -> [String] {
    list(folder).filter { $0.count == 32 }
  }
}
