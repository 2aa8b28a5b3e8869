import ClickFixtures
import Files
import Foundation
import Notebook
import Numerics
import Recipe
import Steps

/// A small recipe with every step of the list and every section switched on, beside its data.
///
/// Before each cell whose step writes something stands one like it, so that a cell can be told to read the other one.
struct ContractRecipe {
  /// Where the clicks come from.
  enum Clicks: CaseIterable { case files, synthetic }

  /// A folder with the data files, each of them twice.
  let files: ClickFiles
  /// The settings of each step, in the order of the list.
  var cells: [(step: String, settings: String)]
  /// Title, prose and comments, before the cells.
  var head = ""
  /// What follows the settings in each cell that is not a double: prose, say.
  var tail: [String] = []

  init(_ clicks: Clicks = .files) throws {
    files = try ClickFiles()
    let written = Dictionary(uniqueKeysWithValues: Self.settings(clicks) + Self.source(clicks))
    // A replay walks through one log, and the files hold two.
    let steps = StepList.all.filter { clicks == .synthetic || $0.name != "replay" }
    cells = steps.map { ($0.name, written[$0.name] ?? "{}") }
    for name in ["clicks.csv", "clicks2.csv", "copy/clicks.csv"] {
      try write(Self.clicks(turns: 0..<7), name)
    }
    for name in ["test.csv", "test2.csv"] { try write(Self.clicks(turns: 7..<8), name) }
    for name in ["items.csv", "items2.csv", "copy/items.csv"] { try write(Self.items(), name) }
    // Items of the files and made-up ones.
    try write(Self.ids(Array(1...38) + Array(100..<131)), "ids.csv")
    try write(Self.ids(Array(3...40) + Array(102..<132)), "ids2.csv")
    try write(Self.ids([7, 107]), "few.csv")
    try write(
      "cat inputs/eval/metrics.json | wc -l > outputs/lines; echo '{\"a\": 1}' > outputs/metrics.json\n",
      "own.sh"
    )
    for name in ["users.csv", "users2.csv", "copy/users.csv"] { try write(Self.users(), name) }
    for name in ["ids.txt", "ids2.txt", "copy/ids.txt"] {
      try write((100..<132).map { "\($0)\n" }.joined(), name)
    }
    for name in ["vectors.npy", "vectors2.npy", "copy/vectors.npy"] {
      try NumpyFile.write((0..<64).map { Float($0 % 5) }, shape: [32, 2], to: files.path(name))
    }
  }

  /// Runs the recipe and keeps the model that it saves, twice, for trainings that begin with one.
  func saveModels() throws {
    var options = RunOptions()
    options.outputRoot = files.path("outputs")
    options.artifacts = StepList.artifacts
    options.allowsPrograms = true
    let run = try Runner(
      plan: try plan(["save.optimizer=true"]),
      options: options,
      progress: ProgressReporter(.quiet)
    ).run()
    for name in ["model", "model2"] {
      let saved = FilePaths.join(run.directory, "model")
      try Folders.make(files.path(name))
      for file in try FilePaths.list(saved) {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: FilePaths.join(saved, file)))
        try bytes.write(to: URL(fileURLWithPath: FilePaths.join(files.path(name), file)))
      }
    }
  }

  /// The id of the double of a step's cell.
  static func double(of step: String) -> String { "other_\(step)" }

  var text: String {
    var text = head
    for cell in cells {
      if StepList.all.contains(where: { $0.name == cell.step && $0.writes != nil }) {
        text += "\(cell.step) as \(Self.double(of: cell.step)):\n" + block(cell.settings)
      }
      text += "\(cell.step):\n" + block(cell.settings) + tail.map { "  \($0)\n" }.joined()
    }
    return text
  }

  private func block(_ settings: String) -> String {
    settings.split(separator: "\n").map { $0 == "{}" ? "" : "  \($0)\n" }.joined()
  }

  /// The plan, with settings written over it as on the command line.
  func plan(_ overrides: [String] = []) throws -> Plan {
    let planner = Planner(steps: StepList.all)
    let loader = RecipeLoader(
      environment: [:],
      overrides: overrides,
      currentDirectory: files.directory.path
    )
    return try planner.plan(
      try loader.load(
        text: text,
        name: "recipe",
        directory: files.directory.path,
        steps: planner.declarations
      )
    )
  }

  private func write(_ text: String, _ name: String) throws {
    try Folders.make(FilePaths.parent(of: files.path(name)))
    _ = try files.write(text, name)
  }
}

extension ContractRecipe {
  /// Rows that are read with a comma and with a semicolon between fields: user, time, item and columns more.
  ///
  /// The header is one of whole numbers, so that it may be taken for a row.
  private static func clicks(turns: Range<Int>) -> String {
    var text = row("9", "8", "7", "6", "5", "4", "3", "2")
    for turn in turns {
      for user in 1...40 where turn < 4 + user % 5 {
        let item = 100 + (user % 4) * 8 + (user * 3 + turn * turn) % 8
        let shown = "\(100 + user % 32) \(item) \(131 - turn)"
        text += row(
          "\(user)",
          "\(1_500_000_000 + turn * 400 + user)",
          "\(item)",
          "\(turn % 2)",
          "\(user)",
          "\(user % 5)",
          "\(1 + turn % 3)",
          shown
        )
      }
    }
    return text
  }

  private static func ids(_ items: [Int]) -> String {
    "item,other\n" + zip(items, items.reversed()).map { "\($0),\($1)\n" }.joined()
  }

  private static func items() -> String {
    var text = row("9", "8", "7", "6", "5")
    for item in 100..<132 {
      text += row("\(item)", "\(item % 4)", "\(1_499_990_000 + item)", "\(item % 3)", "\(item)")
    }
    return text
  }

  /// Columns: values, a category, a number, the user.
  private static func users() -> String {
    (1...40).reduce(row("8", "6", "7", "99")) {
      $0 + row("a|b\($1 % 3)", "\($1 % 2)", "\($1)", "\($1)")
    }
  }

  /// The fields with semicolons between them, the last one being all of them with commas.
  private static func row(_ fields: String...) -> String {
    fields.joined(separator: ";") + "," + fields.dropFirst().joined(separator: ",") + "\n"
  }

  /// The settings that hang on where clicks come from.
  private static func source(_ clicks: Clicks) -> [(String, String)] {
    switch clicks {
    case .files:
      [
        (
          "config",
          """
          seed: 7
          processed_path: processed
          data:
            { path: ., folders: [., nowhere], clicks: clicks.csv, items: items.csv, items_delimiter: ",", users: users.csv, vectors: vectors.npy, vector_ids: ids.txt, users_delimiter: "," }
          columns: { user: 5, time: 2, item: 3, keep: [4], event: 4, rating: 6, weight: 7, impressions: 8 }
          events: { "0": 1, "1": 2 }
          ratings: { at_least: -1 }
          item_columns: { item: 5, category: 2, numbers: [3], keep: [4], multi: [1], separator: "|", flags: {} }
          user_columns: { user: 4, categories: [2], numbers: [3], multi: [1], separator: "|" }
          """
        ),
        (
          "split",
          """
          strategy: files
          test_file: test.csv
          validation: second_last
          seed: 7
          filter: { column: "6", in: ["0", "1"], min: 0, max: 9 }
          targets: ["0", "1"]
          deduplicate: consecutive
          max_user_clicks: 1000
          """
        ),
      ]
    case .synthetic:
      [
        (
          "config",
          """
          data:
            { path: ., clicks: clicks.csv, synthetic: { seed: 7, users: 60, items: 40, clicks: 600, interests: 5 } }
          columns: { user: 5, time: 2, item: 3 }
          """
        ),
        ("split", "validation: second_last\nseed: 7"),
      ]
    }
  }

  /// The settings of all other steps.
  private static func settings(_ clicks: Clicks) -> [(String, String)] {
    [
      (
        "encode",
        """
        max_seq_len: 6
        seed: 7
        \(clicks == .files ? "item_age: { column: \"7\", unit: s }" : "")
        \(clicks == .files ? "context: [\"6\"]\ntargets: [\"0\", \"1\"]" : "")
        \(clicks == .files ? "item_numbers: [\"7\"]\nitem_categories: [\"6\"]\nitem_text: [\"6\"]" : "")
        \(clicks == .files ? "item_multi: [\"9;8;7;6;5\"]\nitem_vectors: frozen" : "")
        \(clicks == .files ? "user_categories: [\"6\"]\nuser_numbers: [\"7\"]\nuser_multi: [\"8;6;7;99\"]" : "")
        """
      ),
      (
        "model",
        "embedding_dim: 8\ncategory_dim: 8\nhidden_units: [16, 8]\ntime_buckets: [4, 12]\ntrend_hours: [1]\n"
      ),
      (
        "train",
        """
        loss: sampled_softmax
        pool_size: 64
        batch_size: 32
        epochs: 2
        learning_rate: 5e-3
        clip_norm: 10
        seed: 7
        hard_negatives: { every: 4, ranks: [2, 20] }
        \(clicks == .files ? "impressions_per_sample: 2" : "queue: { batches: 2, warmup_steps: 3 }")
        sample_weights: { within_seconds: 500 }
        keep_optimizer: true
        validation: { k: 5, seed: 7 }
        \(clicks == .files ? "early_stopping: {}" : "")
        """
      ), ("index", "type: HNSW8\ncandidates: { allow: ids.csv, column: item }"),
      (
        "eval",
        """
        k: [5, 10]
        headline_k: 5
        baselines: [popularity, item_cf]
        fuse: { depth: 20 }
        bootstrap: { samples: 50 }
        seed: 7
        candidates: { allow: ids.csv, column: item }
        """
      ),
      (
        "recall",
        """
        k: 5
        fuse: { depth: 20 }
        candidates: { allow: ids.csv, column: item }
        samples:
          negatives: 1
          seed: 7
          \(clicks == .files ? "items: [\"7\"]" : "")
          \(clicks == .files ? "users: [\"6\"]" : "")
        """
      ),
      ("replay", "k: 5\nevery: [never, day]\nupdate: { epochs: 1 }"),
      (
        "script",
        """
        command: [sh, own.sh]
        reads: [split, index, eval, recall, save]
        metrics: [a]
        """
      ),
      ("compare", "cells: [other_eval, eval]\nheadline_k: 5\nbootstrap: { samples: 50 }\nseed: 7"),
    ]
  }
}
