import ClickFixtures
import Files
import Foundation
import Notebook
import Numerics
import Recall
import Recipe
import Report
import Testing

@testable import Steps

/// Trainings that begin with a model of before, and trainings whose epochs another run chose.
@Suite("Trainings that go on from earlier ones")
struct WarmStartTests {
  private let files: ClickFiles

  init() throws {
    files = try ClickFiles()
    _ = try files.write(Self.clicks(turns: 0..<6), "clicks.csv")
    _ = try files.write(Self.clicks(turns: 0..<9), "more.csv")
    _ = try files.write(
      "item,cat\n" + (0..<60).map { "i\($0),c\($0 / 10)\n" }.joined(),
      "items.csv"
    )
  }

  /// Rows from a rule; items from i40 on and users above 50 come in later turns only.
  private static func clicks(turns: Range<Int>) -> String {
    var text = "user,item,ts,device\n"
    for turn in turns {
      for user in 1...(turn < 6 ? 50 : 56) where turn < 3 + user % 7 {
        let item = (user % 4) * 10 + (user * 3 + turn * turn + turn) % 10 + (turn > 6 ? 20 : 0)
        text += "u\(user),i\(item),\(1_500_000_000 + turn * 40_000 + user * 50),d\((user + turn) % 3)\n"
      }
    }
    return text
  }

  private static let recipe = """
    config:
      seed: 7
      data: { path: ., clicks: clicks.csv, items: items.csv }
      columns: { user: user, item: item, time: ts, keep: [device] }
      item_columns: { item: item, category: cat }
    split:
    encode: { max_seq_len: 4, context: [device], item_vocabulary: clicked }
    model: { embedding_dim: 12, hidden_units: [16, 12], dropout: 0, time_buckets: [4] }
    train: { epochs: 2, batch_size: 64, learning_rate: 1e-2 }
    index:
    eval: { k: [5], baselines: [], bootstrap: { samples: 20 } }
    save:

    """

  /// - Parameter measures: whether the recipe has its 'eval'.
  private func plan(_ name: String, _ overrides: [String], measures: Bool = true) throws -> Plan {
    let planner = Planner(steps: StepList.all)
    let document = try RecipeLoader(
      environment: [:],
      overrides: overrides,
      currentDirectory: files.directory.path
    ).load(
      text: measures ? Self.recipe : Self.recipe.replacing("eval:", with: "eval: false\nx-eval:"),
      name: name,
      directory: files.directory.path,
      steps: planner.declarations
    )
    return try planner.plan(document)
  }

  /// Runs the recipe under a name and gives the run.
  private func run(_ name: String, _ overrides: [String] = [], measures: Bool = true) throws -> StoredRun {
    var options = RunOptions()
    options.outputRoot = files.path("outputs")
    options.artifacts = StepList.artifacts
    let folder = try Runner(
      plan: try plan(name, overrides, measures: measures),
      options: options,
      progress: ProgressReporter(.quiet)
    ).run().directory
    return try StoredRun(directory: folder)
  }

  private func model(_ run: StoredRun, archive: Bool = false) throws -> SavedModel {
    try SavedModel(path: FilePaths.join(run.directory, archive ? "model.tar.zst" : "model"))
  }

  private func table(_ run: StoredRun, _ name: String, in cell: String = "train") throws -> [[Table.Cell]] {
    let blocks = try #require(run.document.cells.first { $0.id == cell }).blocks
    for case .table(let table) in blocks where table.name == name { return table.rows }
    Issue.record("no table \(name)")
    return []
  }

  private func row(_ model: SavedModel, _ name: String, _ code: Int) throws -> [Float] {
    Array(try #require(model.model.weights.first { $0.name == name }).matrix.row(code))
  }

  /// The refusal of a plan.
  private func refusal(_ overrides: [String]) -> String {
    do {
      _ = try plan("other", overrides)
      return ""
    } catch {
      return "\(error)"
    }
  }

  /// What cells of a run warn of.
  private func warnings(_ run: StoredRun, in cell: String) throws -> [String] {
    try #require(run.document.cells.first { $0.id == cell }).blocks.compactMap { block in
      guard case .note(kind: .warning, let text) = block else { return nil }
      return text
    }
  }

  @Test(
    "a model that knows what is held out is told of by count and example, where it begins and where it is measured"
  )
  func learnedBefore() throws {
    let words = "knows what is held out here: "
    _ = try run("all", ["split.strategy=none"], measures: false)
    let tested = try run("tested", ["train.from=all", "split.validation=second_last"])
    // Each of 50 users has a last click and one before; that of u1 is on i15, the one before on i10 + (3 + 4 + 2) % 10.
    let test = "of the clicks held out for the test 50 of 50 (100 %), such as that of user `u1` on item `i15`"
    let validation =
      "of those held out for validation 50 of 50 (100 %), such as that of user `u1` on item `i19`"
    for cell in ["train", "eval"] {
      let told = try warnings(tested, in: cell).filter { $0.contains(words) }
      #expect(told.count == 1 && told[0].contains("\(test); \(validation)"), "\(told)")
    }
    // A model of the same split knows none of it, and may have held out what is held out for validation here.
    _ = try run("same", ["split.validation=second_last"])
    let again = try run("again", ["train.from=same", "split.validation=second_last"])
    for cell in ["train", "eval"] {
      #expect(try warnings(again, in: cell).filter { $0.contains(words) }.isEmpty)
    }
  }

  @Test("rows go by what they stand for: ids, values and moments, whatever their codes are now")
  func rows() throws {
    let old = try model(try run("old"))
    // So small a rate moves nothing that is looked at.
    let later = try run(
      "later",
      ["config.data.clicks=more.csv", "train.from=old", "train.learning_rate=1e-30", "split.strategy=none"],
      measures: false
    )
    let new = try model(later)
    var (known, fresh) = (0, 0)
    for (place, key) in new.catalogue.itemVocabulary.keys.enumerated() {
      let id = new.itemID(key)
      let before = old.catalogue.itemVocabulary.keys.firstIndex { old.itemID($0) == id }
      if let before {
        known += 1
        #expect(try row(new, "emb_item", place + 1) == row(old, "emb_item", before + 1), "\(id)")
      } else {
        fresh += 1
        // Its category is known of no item: it begins where a fresh training draws it.
        #expect(try row(new, "emb_item", place + 1).contains { $0 != 0 })
      }
    }
    #expect(known > 10 && fresh > 0)
    for (place, key) in new.users.enumerated() {
      guard let before = old.users.firstIndex(where: { old.userID($0) == new.userID(key) }) else { continue }
      #expect(try row(new, "emb_user", place + 1) == row(old, "emb_user", before + 1))
    }
    for name in ["user_dense0_kernel", "item_dense1_bias", "emb_context_device"] {
      #expect(
        old.model.weights.first { $0.name == name }?.matrix.values
          == new.model.weights.first { $0.name == name }?.matrix.values
      )
    }
    // Both logs begin at the same moment, and buckets are four hours wide.
    let hours = Int(old.clock.span / 4) + 1
    for bucket in 0...hours {
      #expect(try row(new, "emb_time_4h", bucket) == row(old, "emb_time_4h", bucket))
    }
    let rows = try table(later, "taken_over")
    #expect(rows.first == [.text("items"), .int(known), .int(fresh), .int(0)])
    #expect(
      rows[1] == [
        .text("users"), .int(old.users.count), .int(new.users.count - old.users.count), .int(0),
      ]
    )
  }

  @Test("a new item begins at the mean of known items of its category, or at zero, or is drawn")
  func firstVectors() throws {
    // i60 and i61 are new, of categories that i0..i9 and nobody have.
    _ = try files.write(
      Self.clicks(turns: 0..<6) + (1...8).map { "u\($0),i6\($0 % 2),1500300000,d0\n" }.joined(),
      "new.csv"
    )
    _ = try files.write(
      "item,cat\n" + (0..<60).map { "i\($0),c\($0 / 10)\n" }.joined() + "i60,c0\ni61,other\n",
      "items.csv"
    )
    let old = try model(try run("old"))
    func begun(_ first: String) throws -> (SavedModel, with: [Float], without: [Float]) {
      let overrides = [
        "config.data.clicks=new.csv", "train.from={ model: old, new_items: \(first) }",
        "train.learning_rate=1e-30", "split.strategy=none",
      ]
      let new = try model(try run("later", overrides, measures: false))
      func code(_ id: String) throws -> Int {
        try #require(new.catalogue.itemVocabulary.keys.firstIndex { new.itemID($0) == id }) + 1
      }
      return (new, try row(new, "emb_item", code("i60")), try row(new, "emb_item", code("i61")))
    }
    let mates = try old.catalogue.itemVocabulary.keys.enumerated()
      .filter { (0...9).map { "i\($0)" }.contains(old.itemID($0.element)) }
      .map { try row(old, "emb_item", $0.offset + 1) }
    let mean = (0..<12).map { column in mates.reduce(Float(0)) { $0 + $1[column] } / Float(mates.count) }
    let features = try begun("features")
    #expect(zip(features.with, mean).allSatisfy { abs($0 - $1) < 1e-6 })
    let drawn = try begun("draw")
    #expect(features.without == drawn.without && features.with != drawn.with)
    #expect(try begun("zero").with.allSatisfy { abs($0) < 1e-20 })
  }

  @Test(
    "two trainings of two epochs, the optimizer's state taken along, are one of four",
    arguments: [
      // So large an epsilon, as Adam else makes whole steps of what is rounding alone.
      ["train.epsilon=1e-3", "train.learning_rate=1e-2"],
      ["train.optimizer=sgd", "train.momentum=0.9", "train.learning_rate=0.02", "save.archive=true"],
      ["model.ensemble=2", "train.epsilon=1e-3", "train.learning_rate=1e-2"],
    ]
  )
  func optimizer(settings: [String]) throws {
    // One batch an epoch: then the order of samples does not matter.
    let whole = ["train.batch_size=4096", "train.loss=in_batch_softmax"] + settings
    let first = try run("first", whole + ["train.keep_optimizer=true", "save.optimizer=true"])
    let archive = settings.contains("save.archive=true")
    let path = FilePaths.join(first.directory, archive ? "model.tar.zst" : "model")
    func weights(_ name: String, _ overrides: [String]) throws -> [NamedMatrix] {
      try model(try run(name, whole + overrides), archive: archive).model.weights
    }
    let going = try weights("going", ["train.from={ model: \"\(path)\", optimizer: true }"])
    let anew = try weights("anew", ["train.from=\"\(path)\""])
    let four = try weights("four", ["train.epochs=4"])
    func distance(_ other: [NamedMatrix]) -> Float {
      zip(other, four).map { other, four in
        zip(other.matrix.values, four.matrix.values).map { abs($0 - $1) }.max() ?? 0
      }.max() ?? 0
    }
    #expect(distance(going) < 1e-6)
    #expect(distance(anew) > 5e-3)
  }

  @Test("a model of other settings is refused when the recipe is checked, by the setting and both values")
  func otherSettings() throws {
    _ = try run("old")
    for (override, words) in [
      ("model.embedding_dim=8", "has embedding_dim: 12, and 'model' here has 8"),
      ("model.hidden_units=[8, 12]", "has hidden_units: [16, 12], and 'model' here has [8, 12]"),
      ("model.pooling=gru", "has pooling: mean, and 'model' here has gru"),
      ("model.user_id=false", "has user_id: true, and 'model' here has false"),
    ] {
      let text = refusal(["train.from=old", override])
      #expect(text.contains(words), "\(text)")
    }
    #expect(
      refusal(["train.from={ model: old, optimizer: true }"]).contains("'keep_optimizer: true' in 'train'")
    )
    #expect(refusal(["save.optimizer=true"]).contains("set 'keep_optimizer: true' there"))
    #expect(refusal(["train.from=odl"]).contains("did you mean 'old'?"))
    let other = refusal([
      "train.from={ optimizer: true }"
    ])
    #expect(other.contains("expected a saved model or a run"))
    // Settings that weights do not depend on may differ.
    #expect(refusal(["train.from=old", "model.temperature=0.1", "model.dropout=0.2"]).isEmpty)
  }

  @Test("blocks of transformers are compared one setting after another, by what they come to")
  func otherBlocks() throws {
    let blocks = ["model.pooling=transformer", "model.blocks=1", "train.loss=sampled_softmax"]
    _ = try run("blocks", blocks, measures: false)
    for (override, words) in [
      ("model.blocks=3", "has blocks: 1, and 'model' here has 3"),
      ("model.heads=2", "has heads: 1, and 'model' here has 2"),
      (
        "model.feed_forward_dim=8", "has feed_forward_dim: 48, and 'model' here has 8"
      ),
      ("model.pooling=mean", "has pooling: transformer, and 'model' here has mean"),
    ] {
      let text = refusal(["train.from=blocks"] + blocks + [override])
      #expect(text.contains(words) && text.components(separatedBy: "weights of one").count == 2, "\(text)")
    }
    for override in ["model.history_dropout=0.5", "model.feed_forward_dim=48"] {
      let text = refusal(["train.from=blocks"] + blocks + [override])
      #expect(text.isEmpty, "\(text)")
    }
  }

  @Test("the key holds the model's content, not its place")
  func key() throws {
    let old = try run("old")
    func trainKey(_ path: String) throws -> Digest {
      let plan = try plan("later", ["train.from=\"\(path)\""])
      return try plan.keys()[try #require(plan.position(of: "train"))].compute
    }
    let path = FilePaths.join(old.directory, "model")
    let copy = files.path("copy")
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    #expect(try trainKey(path) == trainKey(copy))
    let another = try run("another", ["train.epochs=1"])
    #expect(try trainKey(path) != trainKey(FilePaths.join(another.directory, "model")))
  }

  @Test("epochs are those that another run's early stopping chose, and its figures stand in the report")
  func chosenEpochs() throws {
    let validated = try run(
      "validated",
      [
        "split.validation=second_last", "train.epochs=9", "train.validation={ k: 5 }",
        "train.early_stopping={ patience: 2 }", "train.schedule=cosine",
      ]
    )
    let best = try #require(validated.metric("train.best_epoch"))
    let full = try run(
      "full",
      ["split.strategy=none", "train.epochs=from validated", "train.schedule=cosine"],
      measures: false
    )
    #expect(full.metric("train.epochs") == best)
    #expect(full.setting("train.epochs") == "from validated/\(validated.id)")
    let figures = try table(full, "figures")
    let hitRate = try #require(validated.metric("eval.hit_rate@5"))
    #expect(figures.contains([.text("hit_rate@5"), .real(hitRate, digits: 4), .text("eval")]))
    let text = try MappedFile.readText(FilePaths.join(full.directory, "report.md"))
    #expect(text.contains("nothing is measured here"))
    #expect(text.contains("(../../validated/\(validated.id)/report.md)"))
    // The rates are those that the epochs had: the first of a cosine over nine.
    let rates = try table(full, "epochs").map { $0[3] }
    #expect(rates == (try table(validated, "epochs").prefix(Int(best)).map { $0[3] }))
    #expect(
      refusal(["train.epochs=from full"]).contains(
        "did not choose a number of epochs: its 'train' has no early_stopping"
      )
    )
    #expect(refusal(["train.epochs=from nobody"]).contains("no run 'nobody'"))
    #expect(refusal(["train.epochs=from "]).contains("expected an integer from 1 to 10000 or 'from …'"))
    #expect(refusal(["train.epochs=0"]).contains("expected an integer from 1 to 10000 or 'from …'"))
  }
}
