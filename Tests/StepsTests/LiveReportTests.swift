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

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Pages that hold a model, their own script run by node and held against the candidates that the run wrote.
@Suite("Pages that hold their model")
struct LiveReportTests {
  private let files: ClickFiles

  init() throws {
    files = try ClickFiles()
    _ = try files.write(Self.clicks, "clicks.csv")
    let items = (0..<70).map { "i\($0),\($0 / 10),\"Item <\($0)> & more\",\($0 * 3 % 17)\n" }
    _ = try files.write("item,cat,name,words\n" + items.joined(), "items.csv")
  }

  /// Rows from a rule, so that nothing is drawn; nobody clicks the last items.
  private static let clicks: String = {
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

  private static func recipe(encode: String = "", save: String = "save:") -> String {
    """
    config:
      seed: 7
      data: { path: ., clicks: clicks.csv, items: items.csv }
      columns: { user: user, item: item, time: ts, keep: [device] }
      item_columns: { item: item, category: cat, title: name, numbers: [words] }
    split: { validation: second_last }
    encode: { max_seq_len: 4, min_history: 0, context: [device], item_numbers: [words]\(encode) }
    model: { embedding_dim: 12, hidden_units: [16, 12], dropout: 0 }
    train: { epochs: 4, batch_size: 64, learning_rate: 2e-2 }
    index:
    eval: { k: [5, 10], baselines: [] }
    recall: { k: 10 }
    \(save)

    """
  }

  private struct Finished {
    let document: ReportDocument
    let folder: String
    let encoded: EncodeArtifact
  }

  private func run(_ recipe: String, _ overrides: [String]) throws -> Finished {
    let planner = Planner(steps: StepList.all)
    let document = try RecipeLoader(environment: [:], overrides: overrides).load(
      text: recipe,
      name: "recipe",
      directory: files.directory.path,
      steps: planner.declarations
    )
    let plan = try planner.plan(document)
    var options = RunOptions()
    options.outputRoot = files.path("outputs")
    options.artifacts = StepList.artifacts
    let summary = try Runner(plan: plan, options: options, progress: ProgressReporter(.quiet)).run()
    let place = try #require(plan.cells.firstIndex { $0.id == "encode" })
    let cache = StepCache(folder: Runner.cacheFolder(options)) { _ in }
    let bundle = try #require(cache.artifact(try plan.keys()[place].compute))
    return Finished(
      document: try ReportDocument(folder: summary.directory),
      folder: summary.directory,
      encoded: try EncodeArtifact(bundle: bundle)
    )
  }

  private struct Request: Encodable {
    var user: String
    var history: [String]
    var contexts: [String: String] = [:]
    var time: Int64?
    var expected: [String] = []
    var scores: [Double] = []
  }

  /// What the run recommended, and what it was asked, a request a line.
  private func requests(of run: Finished) throws -> String {
    let saved = try SavedModel(folder: FilePaths.join(run.folder, "model"))
    let queries = run.encoded.requestQueries(of: saved.model)
    var requests: [String: Request] = [:]
    for place in 0..<min(queries.userCount, 1_000) {
      let range = queries.clicks.offsets[place]..<queries.clicks.offsets[place + 1]
      var request = Request(user: saved.userID(saved.users[place]), history: [])
      request.history = range.map { click in
        let code = Int(queries.clicks.items[click])
        let key = queries.clicks.keys?[click] ?? (code > 0 ? queries.itemKeys[code - 1] : -1)
        return saved.itemID(key)
      }
      if let last = range.last {
        if !queries.features.times.isEmpty { request.time = queries.moment ?? queries.features.times[last] }
        for (column, codes) in zip(saved.contexts, queries.features.contexts) {
          if let key = column.vocabulary.key(of: codes[last]) {
            request.contexts[column.name] = Self.name(key, column.names)
          }
        }
      }
      requests[request.user] = request
    }
    let rows = try MappedFile.readText(FilePaths.join(run.folder, "recall_candidates.csv")).split(
      separator: "\n"
    )
    for row in rows.dropFirst() {
      let fields = row.split(separator: ",").map(String.init)
      requests[fields[0]]?.expected.append(fields[1])
      requests[fields[0]]?.scores.append(Double(fields[2]) ?? .nan)
    }
    return try requests.values.map { try CodableJSON.text($0) + "\n" }.sorted().joined()
  }

  private static func name(_ key: Int64, _ names: [String]?) -> String {
    guard let names, let place = Int(exactly: key), names.indices.contains(place) else { return "\(key)" }
    return names[place]
  }

  private struct Agreement: Decodable {
    var users: Int
    var places: Int
    var alike: Double
    var difference: Double
    var bits: Int
    var items: Int
  }

  private func agreement(of run: Finished, k: Int) throws -> Agreement {
    let live = try LiveReport(run.document, folder: run.folder, most: nil)
    let page = try #require(live.renderer.files(of: run.document).first?.text)
    let (html, lines) = (try files.write(page, "page.html"), try files.write(try requests(of: run), "lines"))
    let check = FilePaths.join(FilePaths.parent(of: #filePath), "live_check.mjs")
    let text = try Self.node([check, html, lines, "\(k)"])
    return try CodableJSON.value(Agreement.self, from: text)
  }

  private static func node(_ arguments: [String]) throws -> String {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["node"] + arguments
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw RunFailure("node ended with \(process.terminationStatus)")
    }
    return text
  }

  private static let hasNode = (try? node(["--version"])) != nil

  private static let identity = [
    "model.query_tower=identity", "model.item_tower=identity", "model.category=false",
    "model.normalize_items=true", "model.unit_epsilon=1e-6", "model.item_numbers=false",
  ]
  private static let times = ["model.context=true", "model.time_buckets=[2, 8]", "model.newest_click=true"]

  @Test(
    "every pooling, tower and input gives the run's own candidates",
    .enabled(if: hasNode, "node is not there"),
    arguments: [
      [], ["model.similarity=dot", "model.user_id=false", "model.hidden_units=[12]"],
      identity + times + ["model.pooling=learned_position"],
      identity + ["model.pooling=decay", "model.user_id=false", "model.newest_click=true"],
      ["model.query_tower=residual_mlp", "model.pooling=attention"] + times,
      ["model.pooling=gru", "model.shared_items=false"] + times,
      ["model.interests=3", "model.pooling=learned_position", "model.shared_items=false"] + times,
      identity + ["model.interests=2"],
      ["model.pooling=transformer", "train.loss=in_batch_softmax", "model.heads=2"] + times,
      identity + [
        "model.pooling=transformer", "train.loss=in_batch_softmax", "model.feed_forward=swiglu",
        "model.blocks=1", "model.user_id=false",
      ],
      [
        "model.pooling=last", "model.normalize_items=true", "model.item_tower=residual_mlp",
        "model.category=false",
      ],
    ]
  )
  func agrees(overrides: [String]) throws {
    let result = try agreement(of: run(Self.recipe(), overrides), k: 10)
    #expect(result.users == 60 && result.places == 600 && result.items == 70)
    // Rounded to 8 bits or, where that moves more than a place in 100, to 16.
    #expect(result.alike >= (result.bits == 8 ? 0.97 : 0.99), "\(result)")
    #expect(result.difference <= (result.bits == 8 ? 0.05 : 1e-3), "\(result)")
  }

  @Test(
    "items without a vector of their own are left out, and where they begin the list says so",
    .enabled(if: hasNode, "node is not there"),
    arguments: [identity, ["model.category=true"]]
  )
  func clickedItems(overrides: [String]) throws {
    let run = try run(Self.recipe(encode: ", item_vocabulary: clicked"), overrides)
    let result = try agreement(of: run, k: 10)
    // With categories they have vectors of their own, though no history knows them.
    #expect(result.items == (overrides == Self.identity ? 30 : 70))
    #expect(result.alike >= 0.99, "\(result)")
  }

  @Test("the page is well-formed, its scripts and styles are in its policy, and titles stay text")
  func page() throws {
    let run = try run(Self.recipe(), ["model.user_id=true"])
    let live = try LiveReport(run.document, folder: run.folder, most: 20)
    let page = try #require(live.renderer.files(of: run.document).first?.text)
    #expect(XMLParser(data: Data(page.utf8)).parse())
    #expect(page.contains(/script-src 'sha256-.{43}=' 'sha256-.{43}='; style-src 'sha256-/))
    #expect(page.contains("\"Item \\u003c0\\u003e \\u0026 more\"") && !page.contains("Item <0>"))
    #expect(page.contains("the 20 items clicked most, and no others"))
    #expect(page.contains("50 items that were clicked less are left out"))
    #expect(page.contains("the ids of 60 users are in this file"))
    #expect(page == live.renderer.files(of: run.document).first?.text)
  }

  @Test("a run without one whole model is refused, with what to add")
  func refused() throws {
    func refusal(_ save: String) throws -> String {
      let run = try run(Self.recipe(save: save), ["train.epochs=1"])
      let error = #expect(throws: RunRefusal.self) {
        try LiveReport(run.document, folder: run.folder, most: nil)
      }
      return "\(error?.description ?? "")".replacing(run.folder, with: "RUN")
    }
    #expect(
      try refusal("") == """
        'RUN' holds no model, since its recipe has no 'save' cell; add 'save:' at its end and run it again: all else is \
        taken from the cache
        """
    )
    #expect(
      try refusal("save:\nsave as b:") == """
        'RUN' holds 2 models, of the cells 'save', 'b', and one is wanted; name its folder, or run a recipe with one of them
        """
    )
    #expect(
      try refusal("save: { formats: [npy] }") == """
        there is no 'manifest.json' in 'RUN/model': 'save' has 'formats: [npy]'; add 'towerbook' and run it again
        """
    )
  }

  @Test("a page that would be too large says how large, and how many items fit")
  func tooLarge() throws {
    let run = try run(Self.recipe(), ["train.epochs=1", "model.user_id=false"])
    let saved = try SavedModel(folder: FilePaths.join(run.folder, "model"))
    let items = try LiveItems(saved, most: nil)
    let size = LiveSize(saved, items, besides: LiveReport.mostBytes - 2_000)
    #expect(!size.fits(.eight))
    #expect(
      size.refusal.contains(/the page would take 20\.0 MB, and at most 20\.0 MB are written: 70 items have/)
    )
    #expect(size.refusal.contains(/--live-items \d\d would keep those clicked most/))
    #expect(LiveSize(saved, items, besides: 0).fits(.sixteen))
  }
}
