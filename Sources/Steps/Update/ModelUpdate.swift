import Clicks
import Files
import Memory
import Numerics
import Recall
import Report
import Tables

/// Folds new clicks and items into a saved model, and writes what comes of it as a new one.
package struct ModelUpdate {
  /// What is to be done.
  package struct Wishes: Sendable {
    /// The saved model.
    package var model: String
    /// The file of new clicks; nil for none.
    package var clicks: String?
    /// The file of items; nil for none.
    package var items: String?
    /// The ids of items that go.
    package var removed: [String] = []
    /// The folder or the `.tar.zst` to write.
    package var output: String
    /// Passes over the new clicks; 0 learns nothing.
    package var epochs = 4
    /// How many clicks of before are learned with each new one.
    package var old = 0.5
    /// The learning rate; nil for that of the model's training.
    package var learningRate: Double?
    /// The column of times, and of items in the file of items; nil for what the model's recipe says.
    package var timeColumn: String?
    package var itemColumn: String?
    /// Whether an approximate index is made anew in any case.
    package var rebuilds = false
    /// Whether the index is held against one made anew.
    package var measuresDrift = true
    package var threads = 1

    /// Wishes for a model and a place.
    package init(model: String, output: String) { (self.model, self.output) = (model, output) }
  }

  private let wishes: Wishes
  private let say: (String) -> Void
  private let checkCancellation: () throws -> Void

  /// - Parameters:
  ///   - say: is told what is done, a line each.
  ///   - checkCancellation: throws where the work is to end.
  package init(
    _ wishes: Wishes,
    say: @escaping (String) -> Void,
    checkCancellation: @escaping () throws -> Void = {}
  ) {
    (self.wishes, self.say, self.checkCancellation) = (wishes, say, checkCancellation)
  }

  /// Does it.
  /// - Throws: what reading, training and writing throw; then nothing was written.
  package func run() throws {
    let output = FilePaths.absolute(wishes.output)
    guard !FilePaths.exists(output) else {
      throw SavedModelFailure(
        "'\(wishes.output)' is there already; name a place that is free, the old model stays"
      )
    }
    // The files of the old model may be written over while this goes on.
    let before = try SavedModel(path: wishes.model, isCopied: true)
    let made = TrainedWith(before)
    var changes = ModelFold.Changes()
    changes.removed = wishes.removed
    var log = made?.log ?? LogForm()
    if let time = wishes.timeColumn { (log.time, log.isTimeGiven) = (.name(time), true) }
    changes.clicks = try wishes.clicks.map {
      try UpdateClicks(path: $0, for: before, log, threads: wishes.threads)
    }
    if let made { changes.rules = made.rules }
    var items = made?.items ?? ItemForm()
    if let column = wishes.itemColumn { items.id = .name(column) }
    changes.items = try wishes.items.map {
      try UpdateItems(path: $0, for: before, items, threads: wishes.threads)
    }
    changes.learns = wishes.epochs > 0 && (changes.clicks?.count ?? 0) > 0
    if let made { changes.seed = made.options.seed }
    for note in (changes.clicks?.notes ?? []) + (changes.items?.notes ?? []) { say("note: \(note)") }
    var fold = try ModelFold(before, changes)
    tell(fold.counts)
    if let clicks = changes.clicks { tellRepeated(clicks, fold.counts, changes.rules) }
    try checkCancellation()
    fold.after.model.compute.threads = Threads(wishes.threads)
    if changes.learns && fold.counts.clicks > 0 {
      guard let made else {
        throw SavedModelFailure(
          "the model does not say how it was trained, so that it cannot be trained on; use --epochs 0"
        )
      }
      guard !made.hasWeights else {
        throw SavedModelFailure(
          "the model learned from clicks that count by their event or a weight ('events', 'columns.weight' or 'targets'), which "
            + "its histories do not hold; use --epochs 0, or train anew"
        )
      }
      try learn(&fold, made)
    }
    try finish(&fold, made, to: output)
  }

  private func tell(_ counts: ModelFold.Counts) {
    func number(_ count: Int) -> String { NumberFormat.grouped(count) }
    say("\(number(counts.clicks)) new clicks, \(number(counts.newUsers)) new users")
    if counts.knownClicks > 0 {
      say("note: \(number(counts.knownClicks)) clicks are in the model already, and count once")
    }
    say(
      "\(number(counts.newItems)) new items, \(number(counts.changedItems)) described anew, \(number(counts.removedItems)) "
        + "removed"
    )
    if counts.notThere > 0 {
      say("note: \(number(counts.notThere)) of the ids to remove are no items of the model")
    }
    if counts.notCandidates > 0 {
      say(
        "note: by the model's candidates \(number(counts.notCandidates)) of these items are given at no time"
      )
    }
    if counts.unjudgedItems > 0 {
      say(
        "note: \(number(counts.unjudgedItems)) new items are given at no time, as the model narrows its candidates and does not hold "
          + "by what; run its recipe again, and save it anew"
      )
    }
    guard counts.unknownItems > 0 else { return }
    say(
      "note: \(number(counts.unknownItems)) clicked items are not given, since the model knows nothing of them: learn from "
        + "the clicks (--epochs 1), or say what features they have (--items)"
    )
  }

  /// Says what became of clicks that come again.
  private func tellRepeated(_ clicks: UpdateClicks, _ counts: ModelFold.Counts, _ rules: FoldedRows.Rules) {
    if counts.doubledClicks > 0 {
      let number = NumberFormat.grouped(counts.doubledClicks)
      say("note: \(number) clicks stand in the file more than once, and count once")
    }
    if !clicks.haveTimes && !rules.areSets {
      say(
        "note: the model keeps no times of clicks, so that nothing tells those that it has already: all are added, and again where "
          + "the same file is applied again"
      )
    }
    let rule = "'deduplicate: \(rules.deduplication.rawValue)' of the model's recipe"
    if counts.repeatedClicks > 0 {
      say(
        "note: \(NumberFormat.grouped(counts.repeatedClicks)) repeated clicks are left out, as \(rule) does"
      )
    }
    if counts.earlierClicks > 0 {
      say(
        "note: \(NumberFormat.grouped(counts.earlierClicks)) of these are earlier than the model's click on the item, "
          + "which stays"
      )
    }
    if rules.deduplication != .none && rules.hasEvents {
      say(
        "note: \(rule) goes by the events of clicks, which the model's histories do not hold: it is applied among the new "
          + "clicks alone; where that is not enough, run the recipe again"
      )
    }
  }

  /// Trains on the new clicks, and on so many of before as are wished.
  private func learn(_ fold: inout ModelFold, _ made: TrainedWith) throws {
    let encoded = try fold.encoded(made)
    let new = encoded.clicks.samples.ends.indices.filter { fold.isNew[Int(encoded.clicks.samples.ends[$0])] }
    let known = encoded.clicks.samples.ends.indices.filter {
      !fold.isNew[Int(encoded.clicks.samples.ends[$0])]
    }
    let wanted = min(known.count, Int((Double(new.count) * wishes.old).rounded()))
    var generator = NumpyGenerator(seed: made.options.seed, stream: "update/old")
    let drawn = wanted > 0 ? generator.choice(known.count, size: wanted).map { known[$0] } : []
    let chosen = (new + drawn).sorted()
    guard chosen.count > 1 else {
      return say("note: the new clicks give no samples to learn from, and nothing is learned")
    }
    var options = UpdateSettings(epochs: wishes.epochs, old: wishes.old, learningRate: wishes.learningRate)
      .options(made.options, samples: chosen.count)
    if !options.precision.isSupported {
      say(
        "note: the model was trained with 'precision: \(options.precision.rawValue)', which this processor has no instruction "
          + "for; it is trained on in \(Precision.float32.rawValue)"
      )
      options.precision = .float32
    }
    let model = fold.after.model
    let trainer = try Trainer(
      model: model,
      samples: try encoded.keeping(samples: chosen).samples(for: model.shape, made.sampleRules),
      options: options
    )
    var takesOptimizer = false
    if let optimizer = fold.after.optimizer, optimizer.stateNames == options.optimizer.stateNames {
      let states = fold.start.optimizer(
        SavedOptimizer(states: try fold.before.readOptimizer()?.states ?? [], steps: optimizer.steps),
        options.optimizer
      )
      try trainer.begin(with: states, after: optimizer.steps)
      takesOptimizer = true
    }
    let check = checkCancellation
    try trainer.run(TrainingObserver(checkCancellation: check))
    try trainer.checkWeights()
    fold.take(optimizer: takesOptimizer ? try SavedOptimizer(trainer) : nil)
    let loss = trainer.reports.last.map { ", loss \(NumberFormat.fixed($0.meanLoss, digits: 4))" } ?? ""
    say(
      "learned from \(NumberFormat.grouped(new.count)) new samples and \(NumberFormat.grouped(drawn.count)) of before, "
        + "\(wishes.epochs) \(wishes.epochs == 1 ? "epoch" : "epochs")\(loss)"
    )
  }

  /// Computes vectors, updates the index and writes.
  private func finish(_ fold: inout ModelFold, _ made: TrainedWith?, to output: String) throws {
    let vectors = try fold.after.itemVectors(at: fold.after.search.moment)
    try checkCancellation()
    let efConstruction = made?.efConstruction ?? 40
    let updated = try UpdatedIndex(
      fold,
      vectors: vectors,
      efConstruction: efConstruction,
      rebuilds: wishes.rebuilds,
      threads: wishes.threads
    )
    fold.take(vectors: vectors, updated.index)
    if let index = updated.index {
      let factory = fold.after.search.factory
      switch updated.way {
      case .rebuilt:
        say("the index \(factory) is made anew of \(NumberFormat.grouped(updated.added)) vectors")
      default:
        say(
          "the index \(factory): \(NumberFormat.grouped(updated.added)) vectors added, \(NumberFormat.grouped(updated.gone)) "
            + (index.goneCount > 0 ? "left behind as gone" : "taken out")
        )
        if wishes.measuresDrift { try tellDrift(fold, index, vectors, efConstruction) }
      }
    }
    fold.note(
      "updated with \(fold.counts.clicks) clicks, \(fold.counts.newItems) new items; \(fold.counts.removedItems) removed; "
        + "\(wishes.epochs) epochs"
    )
    try Self.write(fold.after, to: output)
  }

  /// Says how much the index has lost against one made anew.
  private func tellDrift(_ fold: ModelFold, _ index: FaissIndex, _ vectors: Matrix, _ efConstruction: Int)
    throws
  {
    let queries = try fold.sampleQueries(1_000)
    guard queries.rows > 0 else { return }
    let (ids, search) = (fold.after.catalogue.items, fold.after.search)
    let k = min(100, ids.count)
    var build = IndexBuild(search.factory)
    build.efConstruction = efConstruction
    let fresh = try build.index(of: vectors, ids: ids, threads: wishes.threads)
    func recall(_ index: FaissIndex) throws -> String {
      let share = try UpdatedIndex.recall(
        of: index,
        search.settings,
        vectors,
        ids,
        queries: queries,
        k: k,
        threads: wishes.threads
      )
      return NumberFormat.fixed(share, digits: 4)
    }
    say("its recall@\(k) is \(try recall(index)), that of one made anew \(try recall(fresh))")
  }

  /// Writes the model out of sight and puts it into its place when it is whole.
  private static func write(_ saved: SavedModel, to output: String) throws {
    let parent = FilePaths.parent(of: output)
    // What an update left that was killed.
    Leftovers.remove(in: parent)
    let staging = try StagingFolder(in: parent)
    do {
      try saved.write { FilePaths.join(staging.path, $0) }
      if output.hasSuffix(ModelArchive.ending) {
        try ModelArchive.write(folder: staging.path, to: output)
        try Folders.remove(staging.path)
      } else {
        try Folders.move(staging.path, to: output)
      }
    } catch {
      try? Folders.remove(staging.path)
      throw error
    }
  }
}

extension UpdateSettings {
  /// The settings of one update, new items at the mean of like ones.
  init(epochs: Int, old: Double, learningRate: Double?) {
    self.epochs = epochs
    self.old = old
    self.learningRate = learningRate
    takesOptimizer = true
    first = .features
  }
}

extension ModelFold {
  /// All histories as samples: every click but those on items without a code is a target, as far as the model's recipe has it.
  fileprivate func encoded(_ made: TrainedWith?) throws -> EncodeArtifact {
    guard let histories = after.histories else {
      throw SavedModelFailure("the model holds no histories to learn from")
    }
    let catalogue = after.catalogue
    var samples = EncodedClicks.Samples()
    let (offsets, items) = (histories.clicks.offsets, histories.clicks.items)
    let length = after.model.shape.maxSeqLen
    for user in 0..<offsets.count - 1 {
      for click in offsets[user]..<offsets[user + 1] where items[click] > 0 {
        let start = max(offsets[user], click - length)
        if let made {
          guard click - offsets[user] >= made.minHistory else { continue }
          if made.dropsRepeatedTargets && items[start..<click].contains(items[click]) { continue }
        }
        samples.users.append(Int32(user + 1))
        samples.starts.append(Int32(start))
        samples.ends.append(Int32(click))
        samples.items.append(items[click])
        samples.categories.append(catalogue.categoryOfItem[Int(items[click])])
      }
    }
    let clicks = EncodedClicks(
      userVocabulary: Vocabulary(sortedKeys: after.users),
      offsets: offsets,
      history: items,
      samples: samples,
      maxSeqLen: length,
      unknownClicks: 0
    )
    let none = ItemTable.noCategory(named: after.categoryNames)
    let table = ItemTable(
      items: catalogue.items,
      categories: catalogue.categoryCodes.map { catalogue.categoryVocabulary.key(of: $0) ?? none },
      categoryNames: after.categoryNames
    )
    var encoded = EncodeArtifact(
      table: table,
      clicks: clicks,
      catalogue: catalogue,
      requests: histories.clicks
    )
    encoded.contexts = after.contexts
    encoded.clickFeatures = histories.features
    encoded.requestFeatures = histories.features
    encoded.clock = after.clock
    encoded.userFeatures = after.userFeatures
    return encoded
  }

  /// The query vectors of up to `count` users with a history, evenly over all.
  fileprivate func sampleQueries(_ count: Int) throws -> Matrix {
    let encoded = try encoded(nil)
    let offsets = encoded.clicks.offsets
    let users = (0..<offsets.count - 1).filter { offsets[$0] < offsets[$0 + 1] }
    let step = max(1, users.count / count)
    let chosen = stride(from: 0, to: users.count, by: step).prefix(count).map { users[$0] }
    return try encoded.requestQueries(of: after.model).vectors(chosen)
  }
}
