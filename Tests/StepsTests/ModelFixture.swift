import ClickFixtures
import Files
import Notebook
import Numerics
import Recall
import Recipe

@testable import Steps

/// A small click log with an item table of features of every kind, and the models that recipes on it save.
struct ModelFixture {
  let files: ClickFiles

  init() throws {
    files = try ClickFiles()
    _ = try files.write(Self.clicks, "clicks.csv")
    _ = try files.write(Self.items, "items.csv")
    _ = try files.write(Self.users, "users.csv")
    try NumpyFile.write(Self.vectors.flatMap { $0 }, shape: [70, 5], to: files.path("vectors.npy"))
  }

  /// Rows from a rule, so that nothing is drawn; nobody clicks the last items.
  static let clicks: String = {
    var text = "user,item,ts,device\n"
    for turn in 0..<9 {
      for user in 1...60 where turn < 2 + user % 8 {
        let item = (user % 5) * 10 + (user * 3 + turn * turn + turn) % 10
        let time = 1_500_000_000 + turn * 40_000 + user * 100
        text += "u\(user),i\(item),\(time),\((user + turn) % 3 == 0 ? "phone" : "desktop")\n"
      }
    }
    return text
  }()

  /// The fields of an item's row as the table has them, by column; empty ones are left out.
  static func fields(_ item: Int) -> [String: String] {
    var fields = [
      "cat": "kind \(item / 10)", "name": "Item <\(item)> & more of \(item % 7)",
      "words": "\(item * 3 % 17).5",
      "tags": "tag \(item % 4)|tag \(item % 9)", "brand": "b\(item % 6)",
    ]
    if item % 5 == 2 { fields["words"] = nil }
    if item % 7 == 3 { fields["tags"] = nil }
    if item % 6 == 5 { fields["brand"] = nil }
    if item % 2 == 0 { fields["round"] = "1" }
    if item % 3 == 0 { fields["blue"] = "1" }
    if item % 4 > 0 { fields["made"] = "\(1_500_000_000 + item * 5000)" }
    return fields
  }

  static let vectors: [[Float]] = (0..<70).map { item -> [Float] in
    (0..<5).map { place -> Float in Float((item * 5 + place) * 37 % 101) / 101 }
  }

  private static let items: String = {
    let columns = ["cat", "name", "words", "tags", "brand", "round", "blue", "made"]
    var text = "item," + columns.joined(separator: ",") + "\n"
    for item in 0..<70 {
      let fields = fields(item)
      text += "i\(item)"
      for name in columns { text += "," + (fields[name] ?? (name == "round" || name == "blue" ? "0" : "")) }
      text += "\n"
    }
    return text
  }()

  /// Those who clicked, and four who did not, each like one who did: `x7` like `u7`.
  private static let users: String = {
    var text = "user,taste,year,likes\n"
    for user in 1...60 {
      let features = "taste \(user % 3),\(1950 + user % 7),like \(user % 4);like \(user % 5)"
      text += "u\(user),\(features)\n"
      if [7, 8, 9, 59].contains(user) { text += "x\(user),\(features)\n" }
    }
    return text
  }()

  static let userFeatures = [
    "config.data.users=users.csv",
    "config.user_columns={user: user, categories: [taste], numbers: [year], multi: [likes], separator: ';'}",
    "encode.user_categories=taste", "encode.user_numbers=year", "encode.user_multi=likes",
  ]

  static let recipe = """
    config:
      seed: 7
      data: { path: ., clicks: clicks.csv, items: items.csv }
      columns: { user: user, item: item, time: ts, keep: [device] }
      item_columns:
        { item: item, category: cat, title: name, numbers: [words, made], keep: [brand], multi: [tags], separator: '|',
          flags: { look: { columns: [round, blue] } } }
    split: { validation: second_last }
    encode: { max_seq_len: 4, min_history: 0, context: [device] }
    model: { embedding_dim: 12, hidden_units: [16, 12], dropout: 0 }
    train: { epochs: 2, batch_size: 64, learning_rate: 2e-2 }
    index:
    recall: { k: 10 }
    save:

    """

  /// Features of every kind.
  static let features = [
    "config.data.vectors=vectors.npy", "encode.item_categories=[brand]", "encode.item_numbers=[words]",
    "encode.item_multi=[tags, look]", "encode.item_text=name", "encode.item_text_buckets=64",
    "encode.item_vectors=frozen", "encode.item_age={column: made}",
  ]

  /// Runs the recipe and gives the folder of the model that it saves.
  func model(_ overrides: [String] = [], recipe: String = recipe) throws -> String {
    let planner = Planner(steps: StepList.all)
    let document = try RecipeLoader(
      environment: [:],
      overrides: overrides,
      currentDirectory: files.directory.path
    ).load(text: recipe, name: "recipe", directory: files.directory.path, steps: planner.declarations)
    var options = RunOptions()
    options.outputRoot = files.path("outputs")
    options.artifacts = StepList.artifacts
    let run = try Runner(
      plan: try planner.plan(document),
      options: options,
      progress: ProgressReporter(.quiet)
    ).run()
    return FilePaths.join(run.directory, "model")
  }
}
