import ClickFixtures
import Notebook
import Numerics
import Recipe
import Testing

@testable import Clicks
@testable import Recall
@testable import Steps

@Suite("Rules that recipes are looked over by")
struct LintTests {
  /// A recipe on made-up clicks, 20 a user, that no rule warns of.
  private static let sound = """
    config: { data: { synthetic: { users: 6000, items: 3000, clicks: 120000, interests: 30 } } }
    split:
    encode: { max_seq_len: 20 }
    model: { user_id: false, dropout: 0.0, hidden_units: [64, 32] }
    train: { learning_rate: 5e-3, batch_size: 512, epochs: 15 }
    index:
    eval: { k: [5, 20] }
    recall: { k: 100 }
    save:

    """

  private func plan(_ overrides: [String], _ yaml: String = sound) throws -> Plan {
    let planner = Planner(steps: StepList.all, rules: LintRules.all)
    let document = try RecipeLoader(environment: [:], overrides: overrides).load(
      text: yaml,
      name: "r.yaml",
      directory: "/nowhere",
      steps: planner.declarations
    )
    return try planner.plan(document)
  }

  /// `cell.name` of each warning.
  private func warnings(_ overrides: String..., of yaml: String = sound) throws -> [String] {
    try plan(overrides, yaml).warnings.map { "\($0.cell ?? "").\($0.name ?? "")" }.sorted()
  }

  private func message(_ overrides: String...) throws -> String {
    let found = try plan(overrides).warnings
    try #require(found.count == 1)
    return found[0].message
  }

  @Test("a sound recipe, and the built-in one, have none")
  func sound() throws {
    #expect(try warnings() == [])
    #expect(try warnings(of: BuiltInRecipe.quickstart) == [])
  }

  @Test("every rule has a name of its own, as recipes write keys, and a sentence")
  func names() {
    let names = LintRules.all.map { $0.name }
    #expect(Set(names).count == names.count)
    for name in names { #expect(name.allSatisfy { $0.isLowercase || $0 == "_" }) }
    for rule in LintRules.all { #expect(rule.summary.hasSuffix(".")) }
  }

  @Test("an embedding of the user needs more than two samples a user")
  func sparseUserIDs() throws {
    let found = ["model.sparse_user_ids"]
    #expect(try warnings("model.user_id=true") == [])
    #expect(try warnings("model.user_id=true", "encode.max_samples_per_user=1") == found)
    #expect(try warnings("model.user_id=true", "encode.max_samples_per_user=2") == found)
    #expect(try warnings("model.user_id=true", "encode.max_samples_per_user=3") == [])
    // Four clicks a user: one is held out, one has no history, and with validation one more goes.
    #expect(try warnings("model.user_id=true", "config.data.synthetic.clicks=24000") == found)
    #expect(try warnings("model.user_id=true", "config.data.synthetic.clicks=30000") == [])
    #expect(
      try warnings("model.user_id=true", "config.data.synthetic.clicks=30000", "split.validation=second_last")
        == found
    )
    #expect(try warnings("encode.max_samples_per_user=1") == [])
    #expect(
      try message("model.user_id=true", "encode.max_samples_per_user=1")
        == "an embedding of the user learns from 1 sample on average, at most: too few to say anything of the user that "
        + "the history does not; set user_id to false"
    )
  }

  @Test("a fixed temperature of 0.5 or more with cosine is high, and the least loss is said")
  func highTemperature() throws {
    #expect(try warnings("model.temperature=0.5") == ["model.high_temperature"])
    #expect(try warnings("model.temperature=0.49") == [])
    #expect(try warnings("model.temperature=1", "model.similarity=dot") == [])
    #expect(try warnings("model.temperature=1", "model.learn_temperature=true") == [])
    // math.log(1 + 511 * math.exp(-2)) = 4.251, math.log(512) = 6.238
    #expect(
      try message("model.temperature=1")
        == "cosines divided by a temperature of 1 stay within ±1, too close together to tell the target from the "
        + "others: among 512 candidates no model has a loss below 4.25, where guessing has 6.24; try 0.05 to 0.1"
    )
    let pool = try message("model.temperature=1", "train.loss=sampled_softmax", "train.pool_size=4096")
    #expect(pool.contains("among 4,096 candidates"))
    let pairs = "train.loss=in_batch_bpr"
    #expect(try warnings("model.temperature=0.5", pairs) == [])
    let message = try message("model.temperature=0.6", pairs)
    #expect(message.hasSuffix(" tell the target from the others; try 0.2 to 0.5"))
  }

  @Test("a temperature below 0.01 is low, whatever is compared")
  func lowTemperature() throws {
    #expect(try warnings("model.temperature=0.009") == ["model.low_temperature"])
    #expect(try warnings("model.temperature=0.009", "model.similarity=dot") == ["model.low_temperature"])
    #expect(try warnings("model.temperature=0.01") == [])
  }

  @Test("logQ corrects one direction of the symmetric loss only")
  func oneSidedLogQ() throws {
    #expect(try warnings("train.logq=true") == ["train.one_sided_logq"])
    #expect(try warnings("train.logq=true", "train.loss=in_batch_softmax") == [])
    #expect(try warnings("train.logq=true", "train.loss=sampled_softmax") == [])
  }

  @Test("a pool must be larger than the batch")
  func smallPool() throws {
    #expect(try warnings("train.loss=sampled_softmax", "train.pool_size=512") == ["train.small_pool"])
    #expect(try warnings("train.loss=sampled_softmax", "train.pool_size=513") == [])
    #expect(try warnings("train.loss=bpr", "train.pool_size=512") == ["train.small_pool"])
  }

  @Test("a warm-up that lasts to the end is long, where the samples can be counted")
  func longWarmup() throws {
    // At most 120,000 samples: 235 steps of 512 an epoch.
    #expect(try warnings("train.warmup_steps=3524") == [])
    #expect(try warnings("train.warmup_steps=3525") == ["train.long_warmup"])
    #expect(
      try warnings("train.warmup_steps=3524", "encode.max_samples_per_user=10") == ["train.long_warmup"]
    )
    #expect(
      try warnings("train.warmup_steps=300", "encode.max_samples_per_user=10", "split.sample_users=1000")
        == ["train.long_warmup"]
    )
  }

  @Test(
    "rates at which training was seen to stall",
    arguments: [
      (["learning_rate=2e-4"], false), (["learning_rate=2e-4", "epochs=1"], false),
      (["learning_rate=1e-4", "epochs=1"], true),
      (["learning_rate=1e-4", "epochs=1", "optimizer=adamw"], true),
      (["optimizer=sgd"], false), (["optimizer=sgd", "learning_rate=1e-2", "epochs=5"], false),
      (["optimizer=sgd", "learning_rate=1e-3", "epochs=5"], true),
      (["optimizer=sgd", "learning_rate=0.5", "epochs=5"], true),
      (["optimizer=adagrad", "learning_rate=1e-3", "epochs=5"], true),
      (["optimizer=adagrad", "learning_rate=1e-2", "epochs=5"], false),
    ]
  )
  func stalls(settings: [String], isSeen: Bool) throws {
    let found = try plan(settings.map { "train.\($0)" }).warnings.map(\.name)
    #expect(found == (isSeen ? ["stalling_learning_rate"] : []))
  }

  @Test("what a stall was seen with is not taken for the size of one's own log")
  func stallSize() throws {
    func message(_ data: String) throws -> String {
      let recipe = """
        config: { \(data) }
        split:
        encode:
        model: { user_id: false, dropout: 0.0 }
        train: { learning_rate: 1e-4, batch_size: 512, epochs: 1 }

        """
      let found = try plan([], recipe).warnings.filter { $0.name == "stalling_learning_rate" }
      try #require(found.count == 1)
      return found[0].message
    }
    let files = try ClickFiles()
    defer { withExtendedLifetime(files) {} }
    _ = try files.write("user,item\n1,2\n1,3\n2,3\n2,2\n", "c.csv")
    let data = "data: { path: \(files.directory.path), clicks: c.csv }, columns: { user: user, item: item }"
    // 65,809 samples are 128 steps of 512 and a shorter one.
    #expect(
      try message(data)
        == "adam at 0.0001 has been seen to learn next to nothing with such towers in 129 steps, which is these epochs of another "
        + "log, seen with 65,809 samples (how many yours gives is not known before it is read): the loss stays where guessing is; "
        + "try adam at 1e-3 to 5e-3, or more epochs"
    )
    let known = try message("data: { synthetic: { users: 6000, items: 3000, clicks: 120000 } }")
    #expect(known.contains(" in about ") && !known.contains("65,809"), "\(known)")
  }

  @Test(
    "rates at which training was seen to end with vectors that are all the same",
    arguments: [
      (["train.learning_rate=1"], false), (["train.learning_rate=0.03"], false),
      (["train.learning_rate=0.1", "model.similarity=dot"], true),
      (["train.learning_rate=0.09", "model.similarity=dot"], false),
      (["train.learning_rate=0.01", "model.hidden_units=[64,32,16]", "model.dropout=0.1"], true),
      (["train.learning_rate=0.01", "model.hidden_units=[64,32,16]"], false),
      (["train.learning_rate=1", "train.optimizer=adagrad"], true),
      (["train.learning_rate=30", "train.optimizer=sgd"], true),
    ]
  )
  func diverges(settings: [String], isSeen: Bool) throws {
    let found = try plan(settings).warnings.filter { $0.name == "diverging_learning_rate" }
    #expect(found.count == (isSeen ? 1 : 0))
  }

  @Test("dropout stalls training for longer, and towers that are sums for less")
  func stallsByTowers() throws {
    // 6,000 users of about 18 samples: 211 steps of 512 an epoch.
    let drops = "model.dropout=0.1"
    #expect(
      try warnings(drops, "train.learning_rate=2e-4", "train.epochs=4") == ["train.stalling_learning_rate"]
    )
    #expect(try warnings(drops, "train.learning_rate=2e-4", "train.epochs=5") == [])
    #expect(
      try warnings(drops, "train.optimizer=sgd", "train.learning_rate=1e-2", "train.epochs=5").count == 1
    )
    let sums = ["model.query_tower=identity", "model.item_tower=identity", "model.category=false"]
    func ofSums(_ settings: String...) throws -> Int {
      try plan(sums + settings).warnings.count { $0.name != "idle_setting" }
    }
    #expect(try ofSums("train.learning_rate=2e-4", "train.epochs=1") == 0)
    #expect(try ofSums("train.learning_rate=1e-4", "train.epochs=1") == 1)
  }

  @Test("the notebook's training is among those seen, on as many samples as it has")
  func notebookStalls() throws {
    let notebook = "model: { dropout: 0.1 }\ntrain: { learning_rate: 2e-4, epochs: 3, batch_size: 1024 }\n"
    let files =
      "config: { data: { synthetic: { users: 12000, items: 3000, clicks: 90000 } } }\nsplit:\nencode:\n"
    #expect(try warnings(of: files + notebook) == ["train.stalling_learning_rate"])
  }

  @Test("ef_search is held against the deepest k of the cells that read the index")
  func efSearch() throws {
    let hnsw = "index.type=HNSW32"
    #expect(try warnings(hnsw) == ["index.shallow_search"])
    #expect(try warnings(hnsw, "index.ef_search=100") == [])
    #expect(try warnings(hnsw, "recall.k=64") == [])
    #expect(try warnings(hnsw, "recall.k=20", "recall.fuse={depth: 65}") == ["index.shallow_search"])
    #expect(
      try warnings(hnsw, "recall.k=64", "eval.k=[5,65]") == ["eval.unfetched_k", "index.shallow_search"]
    )
    #expect(try warnings("index.type=IVF64_HNSW32,Flat", "index.nprobe=32") == [])
    let two = Self.sound + "index as graph: { type: HNSW32 }\n"
    #expect(try warnings(of: two) == [])
    #expect(try warnings(of: two + "recall as deep: { file: deep.csv }\n") == ["graph.shallow_search"])
  }

  @Test("nprobe is held against k by how many items a cell of the index has")
  func nprobe() throws {
    // 3,000 items in 64 cells: 46 each, so 200 items take 5 cells.
    #expect(try warnings("index.type=IVF64,Flat", "index.nprobe=4") == ["index.shallow_search"])
    #expect(try warnings("index.type=IVF64,Flat", "index.nprobe=5") == [])
    #expect(try warnings("index.type=IVF4,Flat", "index.nprobe=4") == [])
    #expect(
      try message("index.type=IVF64,Flat", "index.nprobe=2")
        == "a query looks into 2 of 64 cells of about 46 items and 'recall' asks for 100: too few to choose from; set "
        + "nprobe to 9 or more"
    )
  }

  @Test("an index that is chosen holds its recall in lists as long as are asked for")
  func chosen() throws {
    let auto = "index.type=auto"
    #expect(try warnings(auto) == [])
    #expect(try warnings(auto, "index.at=99") == ["index.shallow_search"])
    #expect(try warnings(auto, "index.parallel_build=true", "index.recall=0.9") == [])
    #expect(try warnings("index.type=PQ8", "index.rerank=4") == [])
    #expect(
      try message(auto, "index.at=20")
        == "the index is chosen to hold its recall in lists of 20, and 'recall' asks for 100: it holds less there; set at "
        + "to 100"
    )
    #expect(
      try message(auto, "index.nprobe=3")
        == "'nprobe' has no effect here: with type 'auto' it is chosen with the index; leave it out"
    )
  }

  @Test("what is measured beyond the candidates, of more items than there are, or twice")
  func depths() throws {
    #expect(try warnings("eval.k=[5,101]") == ["eval.unfetched_k"])
    #expect(try warnings("eval.k=101") == ["eval.unfetched_k"])
    #expect(try warnings("recall.fuse={depth: 99}") == ["recall.unfetched_k"])
    #expect(try warnings("recall.fuse={depth: 100}") == [])
    #expect(try warnings("eval.fuse={depth: 10}") == ["eval.unfetched_k"])
    let small = "config.data.synthetic={users: 60, items: 40, clicks: 1200, interests: 4}"
    #expect(try warnings(small, "recall.k=40") == [])
    #expect(try warnings(small, "recall.k=41") == ["recall.large_k"])
    #expect(try warnings("eval.k=[5,20,5]") == ["eval.repeated_k"])
  }

  @Test("cells that were made from different models are not to be read together")
  func mixedInputs() throws {
    let two = Self.sound.replacing(
      "eval:",
      with: "train as second: { epochs: 20, learning_rate: 5e-3 }\neval:"
    )
    #expect(
      try warnings(of: two) == ["eval.mixed_inputs", "recall.mixed_inputs", "save.mixed_inputs"]
    )
    #expect(
      try plan([], two).warnings.first?.message
        == "this cell reads 'second', but 'index', which it reads too, was made from 'train'; set train: train here, or "
        + "read another index"
    )
    #expect(try warnings("eval.train=train", "recall.train=train", of: two) == ["save.mixed_inputs"])
    #expect(try warnings("eval.train=train", "recall.train=train", "save.train=train", of: two) == [])
  }

  @Test("an index that is named brings its model along, and a model its index")
  func namedInputs() throws {
    let two = Self.sound.replacing(
      "eval:",
      with: "train as second: { epochs: 20, learning_rate: 5e-3 }\nindex as newer: {}\neval:"
    )
    func read(_ override: String...) throws -> [String] {
      let planned = try plan(override, two)
      let cell = try #require(planned.cells.first { $0.id == "eval" })
      return cell.edges.map { planned.cells[$0.producer].id }.filter {
        ["train", "second", "index", "newer"].contains($0)
      }
      .sorted()
    }
    #expect(try read() == ["newer", "second"])
    #expect(try read("eval.index=index") == ["index", "train"])
    #expect(try read("eval.train=train") == ["index", "train"])
    #expect(try read("eval.index=newer", "eval.train=train") == ["newer", "train"])
    #expect(try warnings("eval.index=index", "recall.train=train", "save.index=index", of: two) == [])
    #expect(
      try warnings("eval.index=newer", "eval.train=train", of: two)
        == ["eval.mixed_inputs", "save.mixed_inputs"]
    )
  }

  @Test(
    "a setting that was changed and does nothing is idle",
    arguments: [
      ["split.last_n=2"], ["split.share=0.2"], ["split.cutoff=3"], ["split.validation_share=0.2"],
      ["model.position_rate=0.5"], ["model.category=false", "model.category_dim=8"],
      ["model.query_tower=identity", "model.item_tower=identity", "model.category=false"],
      ["model.hidden_units=[]", "model.category=false", "model.dropout=0.2"],
      ["train.pool_size=4096"], ["train.pool_size=4096", "train.loss=in_batch_bpr"],
      ["model.position_rate=0.5", "model.pooling=gru"], ["model.blocks=3"], ["model.heads=4"],
      ["model.feed_forward=swiglu"], ["model.feed_forward_dim=9"], ["model.history_dropout=0.1"],
      ["train.optimizer=adagrad", "train.beta_1=0.8", "train.learning_rate=0.1"],
      ["train.optimizer=sgd", "train.epsilon=1e-8", "train.learning_rate=0.05"], ["train.weight_decay=0.1"],
      ["train.initial_accumulator=0.2"], ["train.momentum=0.9"], ["train.final_lr_fraction=0.1"],
      ["train.request_lead_seconds=3"], ["index.nprobe=32"], ["index.ef_search=300"],
      ["index.parallel_build=true"], ["index.recall=0.9"], ["index.at=20"], ["index.budget.megabytes=3"],
      ["index.types=[Flat]"], ["index.requests=100"], ["index.rerank=2"],
      ["index.type=auto", "index.nprobe=3"],
      ["index.type=auto", "index.ef_search=300"], ["index.type=auto", "index.rerank=2"],
    ]
  )
  func idle(overrides: [String]) throws {
    #expect(try plan(overrides).warnings.map(\.name) == ["idle_setting"])
  }

  @Test("the losses that a recipe can name are those of the one list")
  func losses() throws {
    let loss = TrainStep.declaration.fields.first { $0.name == "loss" }
    #expect(loss?.choices == Loss.allCases.map(\.rawValue))
  }

  @Test("every setting that can be idle is one that its step has")
  func watched() {
    let known = StepList.all.flatMap { step in step.declaration.fields.map { "\(step.name).\($0.name)" } }
    #expect(IdleSetting.watched.filter { !known.contains($0) } == [])
  }

  @Test("a setting that is written as its default, or that does something, is not")
  func notIdle() throws {
    #expect(try warnings("train.pool_size=2048", "train.momentum=0.0", "index.nprobe=16") == [])
    #expect(try warnings("train.pool_size=4096", "train.loss=sampled_softmax") == [])
    #expect(try warnings("train.weight_decay=0.1", "train.optimizer=adamw") == [])
    #expect(try warnings("train.request_lead_seconds=3", "model.time_buckets=[2]") == [])
    #expect(
      try message("train.momentum=0.9") == "'momentum' has no effect here: optimizer is adam; leave it out"
    )
  }
}
