import ClickFixtures
import Files
import Foundation
import Notebook
import Recall
import Recipe
import Report
import Testing

@testable import Steps

/// Walks through a small log, held against what the log itself says and what saved models give.
@Suite("Replays of a log")
struct ReplayTests {
  private struct Click {
    var user: Int
    var item: Int
    var time: Int
  }

  private let files: ClickFiles
  private static let day = 86_400
  private static let begin = 1_500_000_000
  /// Clicks before this one are learned first.
  private static let start = begin + 3 * day

  /// Six days in which items come and go, and some users in the second half alone; rows from a rule.
  private static let clicks: [Click] = {
    var clicks: [Click] = []
    for hour in 0..<144 {
      for user in 0..<40 where (user * 7 + hour * 5) % 23 < 3 && (user < 30 || hour >= 72) {
        let item = hour / 12 * 3 + (user + hour * 2) % 9
        clicks.append(Click(user: user, item: item, time: begin + hour * 3_600 + user * 11))
      }
    }
    return clicks
  }()

  init() throws {
    files = try ClickFiles()
    _ = try files.write(Self.text(Self.clicks), "clicks.csv")
    _ = try files.write(Self.text(Self.clicks.filter { $0.time < Self.start }), "first.csv")
    _ = try files.write(
      "user,taste\n" + (0..<40).map { "u\($0),taste \($0 * 7 % 5)\n" }.joined(),
      "users.csv"
    )
  }

  private static func text(_ clicks: [Click]) -> String {
    "user,item,ts\n" + clicks.map { "u\($0.user),i\($0.item),\($0.time)\n" }.joined()
  }

  private static let recipe = """
    config:
      seed: 7
      data: { path: ., clicks: clicks.csv }
      columns: { user: user, item: item, time: ts }
    split: { strategy: none }
    encode: { max_seq_len: 6 }
    model: { embedding_dim: 8, query_tower: identity, item_tower: identity, category: false, user_id: false }
    train: { epochs: 4, batch_size: 64, learning_rate: 2e-2, loss: in_batch_softmax }

    """

  private func run(_ cell: String, _ overrides: [String] = [], threads: Int = 2, name: String = "r") throws
    -> StoredRun
  {
    let planner = Planner(steps: StepList.all)
    let document = try RecipeLoader(
      environment: [:],
      overrides: overrides,
      currentDirectory: files.directory.path
    ).load(
      text: Self.recipe + cell + "\n",
      name: name,
      directory: files.directory.path,
      steps: planner.declarations
    )
    var options = RunOptions()
    options.outputRoot = files.path("outputs \(threads)")
    options.artifacts = StepList.artifacts
    options.threads = threads
    let folder = try Runner(
      plan: try planner.plan(document),
      options: options,
      progress: ProgressReporter(.quiet)
    ).run().directory
    return try StoredRun(directory: folder)
  }

  /// The clicks that are asked for: from the start on, with a click before, on nothing that their user clicked before.
  private static var requests: [(click: Click, history: [Int])] {
    clicks.compactMap { click in
      guard click.time >= start else { return nil }
      let history = clicks.filter { $0.user == click.user && $0.time < click.time }.map(\.item)
      return history.isEmpty || history.contains(click.item) ? nil : (click, history)
    }
  }

  /// Users who come later are known by their features from the beginning.
  private static let userFeatures = [
    "config.data.users=users.csv", "config.user_columns={user: user, categories: [taste]}",
    "encode.user_categories=taste", "train.learning_rate=0.1",
  ]

  @Test(
    "what a model that is never updated hits is what the saved model of that moment recommends",
    arguments: [[], userFeatures]
  )
  func never(overrides: [String]) throws {
    let replay = try run("replay: { start: \(Self.start), every: never, k: 5 }", overrides)
    let requests = Self.requests
    #expect(replay.metric("replay.requests") == Double(requests.count))
    let saved = try run("index:\nsave:", overrides + ["config.data.clicks=first.csv"], name: "first")
    let recommender = try Recommender(
      path: FilePaths.join(saved.directory, "model"),
      threads: 2
    )
    let known = Set(Self.clicks.filter { $0.time < Self.start }.map(\.item))
    var hits = 0
    for (click, history) in requests where known.contains(click.item) {
      var request = RecommendRequest()
      request.user = "u\(click.user)"
      request.history = history.map { "i\($0)" }
      request.time = Int64(click.time)
      request.k = 5
      let answer = try recommender.recommend([request])[0]
      hits += answer.items.contains { $0.id == "i\(click.item)" } ? 1 : 0
    }
    #expect(hits > 0 && hits < requests.count)
    #expect(replay.metric("replay.never_hit_rate@5") == Double(hits) / Double(requests.count))
    // Who is not known by then is a miss, and said.
    let unknown = requests.count { !known.contains($0.click.item) }
    let text = try MappedFile.readText(FilePaths.join(replay.directory, "report.md"))
    #expect(unknown > 0)
    #expect(
      text.contains("\(NumberFormat.percent(Double(unknown) / Double(requests.count))) of all for 'never'")
    )
  }

  @Test("with recent clicks a model is asked as a service that is told of every click as it comes")
  func recentClicks() throws {
    let trend = ["model.trend_hours=[6]"]
    let replay = try run("replay: { start: \(Self.start), every: never, k: 5 }", trend)
    let saved = try run("index:\nsave:", trend + ["config.data.clicks=first.csv"], name: "first")
    let state = try ServiceState(folder: files.path("state"))
    let recommender = try Recommender(
      path: FilePaths.join(saved.directory, "model"),
      threads: 1,
      state: state
    )
    let later = Self.clicks.filter { $0.time >= Self.start }
    try state.record(
      later.map { .click(ClickEvent(user: "u\($0.user)", item: "i\($0.item)", time: Int64($0.time))) }
    )
    var hits = 0
    let known = Set(Self.clicks.filter { $0.time < Self.start }.map(\.item))
    for (click, history) in Self.requests where known.contains(click.item) {
      let request = RecommendRequest(history: history.map { "i\($0)" }, time: Int64(click.time), k: 5)
      hits += try recommender.recommend([request])[0].items.contains { $0.id == "i\(click.item)" } ? 1 : 0
    }
    #expect(hits > 0)
    #expect(replay.metric("replay.never_hit_rate@5") == Double(hits) / Double(Self.requests.count))
    let plain = try run("replay: { start: \(Self.start), every: never, k: 5 }")
    #expect(plain.metric("replay.never_hit_rate@5") != replay.metric("replay.never_hit_rate@5"))
  }

  @Test(
    "updates are worth something and cost less than fresh trainings; threads and a second run change nothing"
  )
  func updates() throws {
    let cell =
      "replay: { start: \(Self.start), every: [never, day, hour], fresh: true, k: 5, by: day, update: { epochs: 4 } }"
    let replay = try run(cell)
    func metric(_ name: String) throws -> Double { try #require(replay.metric("replay.\(name)")) }
    #expect(try metric("day_hit_rate@5") > metric("never_hit_rate@5"))
    #expect(try metric("hour_hit_rate@5") > metric("day_hit_rate@5"))
    #expect(try metric("day_cost") < 1 && metric("hour_cost") < metric("day_cost"))
    let alone = try run(cell, threads: 1)
    for name in ["never_hit_rate@5", "day_hit_rate@5", "hour_hit_rate@5", "fresh_hit_rate@5", "day_cost"] {
      #expect(alone.metric("replay.\(name)") == replay.metric("replay.\(name)"))
    }
    // Three days are walked: two updates by day, 71 by hour.
    let blocks = try #require(replay.document.cells.first { $0.id == "replay" }).blocks
    let table = try #require(
      blocks.compactMap { block in if case .table(let table) = block { table } else { nil } }.first
    )
    #expect(table.rows.map { $0[5] } == [.int(0), .int(2), .int(71), .int(2)])
    #expect(blocks.flatMap(\.plots).first?.series.map(\.name) == ["never", "each day", "each hour", "fresh"])
  }

  @Test("walks without times, without an end or without clicks to ask for are refused")
  func refusals() throws {
    func refusal(_ cell: String, _ overrides: [String] = []) -> String {
      do {
        _ = try run(cell, overrides)
        return ""
      } catch { return "\(error)" }
    }
    #expect(refusal("replay:", ["config.columns.time=null"]).contains("set columns.time in 'config'"))
    #expect(refusal("replay: { start: 2030-01-01 }").contains("set 'start' before 'end'"))
    #expect(refusal("replay: { start: 1 }").contains("there must be clicks before"))
    #expect(refusal("replay: { every: [day, day] }").contains("a rhythm stands here twice"))
  }
}
