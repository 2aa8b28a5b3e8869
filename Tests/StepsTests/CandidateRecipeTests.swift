import ClickFixtures
import Foundation
import Memory
import Notebook
import Recipe
import Testing

@testable import Steps

/// Recipes whose lists hold some items only, held against the whole ranking of each user, of which what is no candidate is left
/// out by rules written down here once more.
@Suite("Recipes that narrow the candidates")
struct CandidateRecipeTests {
  let files: ClickFiles
  /// Each user's clicks in the order of time; the last one is held out.
  private let clicks: [[(item: Int, time: Int)]]

  private static let recipe = """
    config:
      seed: 7
      data: { path: ., clicks: clicks.csv, items: items.csv }
      columns: { user: user, item: item, time: ts }
      item_columns: { item: item, category: category, numbers: [price, made], keep: [lang] }
    split: { strategy: last_click }
    encode: { max_seq_len: 5 }
    model: { embedding_dim: 8, user_id: false, category: false, query_tower: identity, item_tower: identity }
    train: { batch_size: 64, epochs: 2 }
    index:
      nprobe: 4
      ef_search: 100
    eval:
      k: [5]
      headline_k: 5
      baselines: [popularity, newest]
      newest: { column: made }
      examples: 0
      bootstrap: { samples: 0 }
    recall: { k: 5, newest: { column: made } }

    """

  private static let start = 1_500_000_000
  private static let day = 86_400
  private static let items = 60

  // What the item table says.
  private static func made(_ item: Int) -> Int? { item % 10 == 0 ? nil : start + item / 6 * day }
  private static func gone(_ item: Int) -> Int? { item % 7 == 0 ? start + (item / 6 + 3) * day : nil }
  private static func price(_ item: Int) -> Double? { item == 5 ? nil : Double(item) * 1.5 }
  private static func language(_ item: Int) -> String { item % 3 == 0 ? "en" : "pt" }

  init() throws {
    files = try ClickFiles()
    var table = "item,category,price,lang,made,gone\n"
    for item in 0..<Self.items {
      let (made, gone) = (Self.made(item).map(String.init) ?? "", Self.gone(item).map(String.init) ?? "")
      let price = Self.price(item).map { "\($0)" } ?? ""
      table += "\(item),\(item % 4),\(price),\(Self.language(item)),\(made),\(gone)\n"
    }
    var generator = SplitMix(seed: 9, stream: 2)
    var clicks = [[(item: Int, time: Int)]](repeating: [], count: 90)
    var log = "user,item,ts\n"
    for day in 0..<10 {
      for user in 0..<90 where day == 0 || day == 9 || generator.below(2) == 0 {
        let latest = day * 6 + 5
        let item = max(0, latest - generator.below(20))
        let time = Self.start + day * Self.day + 3600 + user * 100
        clicks[user].append((item, time))
        log += "\(user),\(item),\(time)\n"
      }
    }
    self.clicks = clicks
    _ = try files.write(table, "items.csv")
    _ = try files.write(log, "clicks.csv")
    _ = try files.write((5..<55).map { "\($0)\n" }.joined() + "none\n\n777\n", "allow.txt")
    _ = try files.write("id,why\n" + (10..<20).map { "\($0),old\n" }.joined(), "block.csv")
  }

  private func plan(_ overrides: [String], _ recipe: String = Self.recipe) throws -> Plan {
    let planner = Planner(steps: StepList.all)
    let document = try RecipeLoader(
      environment: [:],
      overrides: overrides,
      currentDirectory: files.directory.path
    ).load(
      text: recipe,
      name: "recipe",
      directory: files.directory.path,
      steps: planner.declarations
    )
    return try planner.plan(document)
  }

  private struct Run {
    var metrics: [String: Double]
    /// The candidates of each user.
    var lists: [Int: [Int]]
    var report: String
    var table: String
  }

  /// Runs into one folder share a cache.
  private func run(_ overrides: [String], threads: Int = 1, into folder: String = "outputs") throws -> Run {
    var options = RunOptions()
    options.outputRoot = files.path(folder)
    options.artifacts = StepList.artifacts
    options.threads = threads
    let summary = try Runner(plan: try plan(overrides), options: options, progress: ProgressReporter(.quiet))
      .run()
    let folder = URL(fileURLWithPath: summary.directory)
    let table = try String(contentsOf: folder.appending(path: "recall_candidates.csv"), encoding: .utf8)
    var lists: [Int: [Int]] = [:]
    for line in table.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",")
      lists[try #require(Int(fields[0])), default: []].append(try #require(Int(fields[1])))
    }
    return Run(
      metrics: Dictionary(summary.metrics.compactMap { metric in metric.value.map { (metric.name, $0) } }) {
        a,
        _ in a
      },
      lists: lists,
      report: try String(contentsOf: folder.appending(path: "report.md"), encoding: .utf8),
      table: table
    )
  }

  /// What narrows the candidates, as it is written in the recipe and as it is meant.
  struct Rule: Sendable, CustomTestStringConvertible {
    let name: String
    let overrides: [String]
    let isCandidate: @Sendable (_ item: Int, _ time: Int) -> Bool
    var testDescription: String { name }
  }

  private static let both = ["eval", "recall"]

  static let rules: [Rule] = [
    Rule(name: "none", overrides: []) { _, _ in true },
    Rule(
      name: "conditions and lists of the index",
      overrides: ["index.candidates={where: 'category in [0, 1, 2]', allow: allow.txt}"]
        + both.map { "\($0).candidates={block: block.csv, column: id}" }
    ) { item, _ in item % 4 != 3 && (5..<55).contains(item) && !(10..<20).contains(item) },
    Rule(
      name: "a time of the request",
      overrides: both.map {
        "\($0).candidates.where=['price <= 60 or lang == \"pt\" and made <= request - 12h', 'made >= request - 5d']"
      }
    ) { item, time in
      let isCheap = price(item).map { $0 <= 60 } ?? false
      let isOld = made(item).map { $0 <= time - 43_200 } ?? false
      return (isCheap || language(item) == "pt" && isOld)
        && (made(item).map { $0 >= time - 5 * day } ?? false)
    },
    Rule(
      name: "availability",
      overrides: ["config.item_columns.available_from=made", "config.item_columns.available_until=gone"]
    ) { item, time in (made(item).map { $0 <= time } ?? true) && (gone(item).map { time < $0 } ?? true) },
    Rule(
      name: "all of it",
      overrides: [
        "config.item_columns.available_from=made", "config.item_columns.available_until=gone",
        "index.candidates.where=[not category == 3]",
      ] + both.map { "\($0).candidates.where=price > 9" }
    ) { item, time in
      (made(item).map { $0 <= time } ?? true) && (gone(item).map { time < $0 } ?? true) && item % 4 != 3
        && (price(item).map { $0 > 9 } ?? false)
    },
  ]

  /// Items of the history, and when a user's request comes.
  private func history(_ user: Int) -> [Int] { clicks[user].dropLast().map(\.item) }

  private func moment(_ user: Int, _ requestTime: String) -> Int {
    switch requestTime {
    case "next_click": clicks[user].last?.time ?? 0
    case "newest": clicks.flatMap { $0.dropLast() }.map(\.time).max() ?? 0
    default: clicks[user].dropLast().last?.time ?? 0
    }
  }

  @Test(
    "lists are the whole ranking without what is no candidate, from every index and at any time of the request",
    arguments: rules,
    ["Flat", "IVF4,Flat", "HNSW8"]
  )
  func lists(rule: Rule, type: String) throws {
    let whole = try run(["recall.k=60", "recall.seen=keep"])
    #expect(whole.lists.count == 90 && whole.lists.values.allSatisfy { $0.count == 60 })
    let requests = [("last_click", "leave_out"), ("next_click", "keep"), ("newest", "leave_out")]
    for (requestTime, seen) in type == "Flat" ? requests : Array(requests[..<1]) {
      let overrides =
        rule.overrides + ["index.type=\(type)", "encode.request_time=\(requestTime)"]
        + Self.both.map { "\($0).seen=\(seen)" }
      let found = try run(overrides)
      var (hits, reachable) = (0, 0)
      var counts: [Int] = []
      for user in clicks.indices {
        let time = moment(user, requestTime)
        let hidden = seen == "keep" ? [] : Set(history(user))
        let allowed = try #require(whole.lists[user]).filter { rule.isCandidate($0, time) }
        counts.append(allowed.count)
        let expected = Array(allowed.filter { !hidden.contains($0) }.prefix(5))
        #expect(found.lists[user, default: []] == expected, "\(requestTime), user \(user)")
        let target = try #require(clicks[user].last).item
        hits += expected.contains(target) ? 1 : 0
        reachable += allowed.contains(target) && !hidden.contains(target) ? 1 : 0
      }
      #expect(abs((found.metrics["eval.hit_rate@5"] ?? .nan) - Double(hits) / 90) < 1e-12)
      #expect(abs((found.metrics["eval.hit_rate_ceiling"] ?? .nan) - Double(reachable) / 90) < 1e-12)
      counts.sort()
      let words =
        counts[0] == counts[89] ? "\(counts[0])" : "\(counts[0]) to \(counts[89]), the median \(counts[44])"
      #expect(
        found.report.contains("Of 60 items a request could be given \(words).") == !rule.overrides.isEmpty
      )
      #expect(found.report.contains("Candidates a request, of 60 items") == !rule.overrides.isEmpty)
      if requestTime == "last_click", type == "Flat", rule.name == "all of it" {
        // With a cache of its own, or it would be taken from there.
        let two = try run(overrides, threads: 2, into: "two")
        #expect(two.table == found.table)
      }
    }
  }

  @Test("merged lists and baselines hold candidates alone; newest ranks them by age", arguments: rules)
  func baselines(rule: Rule) throws {
    let fuse = Self.both.map { "\($0).fuse={depth: 40, popularity: 1, recent_popularity: 1, newest: 1}" }
    let found = try run(rule.overrides + fuse)
    #expect(found.lists.count > 80)
    var hits = 0
    for user in clicks.indices {
      let time = moment(user, "last_click")
      let hidden = Set(history(user))
      for item in found.lists[user, default: []] {
        #expect(rule.isCandidate(item, time) && !hidden.contains(item), "user \(user), item \(item)")
      }
      let aged = (0..<Self.items).compactMap { item in Self.made(item).map { (item: item, made: $0) } }
        .filter { $0.made <= time && rule.isCandidate($0.item, time) && !hidden.contains($0.item) }
        .sorted { ($1.made, $0.item) < ($0.made, $1.item) }
      hits += aged.prefix(5).contains { $0.item == clicks[user].last?.item } ? 1 : 0
    }
    #expect(abs((found.metrics["eval.newest.hit_rate@5"] ?? .nan) - Double(hits) / 90) < 1e-12)
    if rule.name != "a time of the request" { #expect(hits > 0) }
  }

  @Test(
    "requests of validation come by the rule of the test's, before its clicks",
    arguments: ["last_click", "next_click", "newest"]
  )
  func validation(requestTime: String) throws {
    let found = try run(["split.validation=second_last", "encode.request_time=\(requestTime)"])
    let newest = try #require(clicks.flatMap { $0.dropLast(2) }.map(\.time).max())
    var (users, hits) = (0, 0)
    for own in clicks where own.count > 2 {
      users += 1
      let (history, target) = (own.dropLast(2), own[own.count - 2])
      let time =
        requestTime == "newest" ? newest : requestTime == "next_click" ? target.time : history.last?.time ?? 0
      let hidden = Set(history.map(\.item))
      let aged = (0..<Self.items).compactMap { item in Self.made(item).map { (item: item, made: $0) } }
        .filter { $0.made <= time && !hidden.contains($0.item) }
        .sorted { ($1.made, $0.item) < ($0.made, $1.item) }
      hits += aged.prefix(5).contains { $0.item == target.item } ? 1 : 0
    }
    #expect(hits > 0 && users > 80)
    let measured = found.metrics["eval.validation.newest.hit_rate@5"] ?? .nan
    #expect(abs(measured - Double(hits) / Double(users)) < 1e-12)
  }

  @Test("new items are measured apart, among all and among new ones", arguments: ["Flat", "IVF4,Flat"])
  func newItems(type: String) throws {
    let whole = try run(["recall.k=60", "recall.seen=keep"])
    let rule = Self.rules[3]
    let found = try run(
      rule.overrides + ["eval.new_items=true", "encode.request_time=next_click", "index.type=\(type)"]
    )
    let known = Set(clicks.indices.flatMap(history))
    var (users, all, among, gain) = (0, 0, 0, 0.0)
    for user in clicks.indices {
      let target = try #require(clicks[user].last).item
      guard !known.contains(target) else { continue }
      users += 1
      let time = moment(user, "next_click")
      let list = try #require(whole.lists[user])
        .filter { rule.isCandidate($0, time) && !history(user).contains($0) }
      all += list.prefix(5).contains(target) ? 1 : 0
      let new = list.filter { !known.contains($0) }
      among += new.prefix(5).contains(target) ? 1 : 0
      if let rank = new.prefix(5).firstIndex(of: target) { gain += 1 / log2(Double(rank) + 2) }
    }
    #expect(users > 10 && among > all)
    #expect(
      found.metrics["eval.new.users"] == Double(users) && found.metrics["eval.new.items"] == Double(users)
    )
    for (name, sum) in [
      ("new.hit_rate@5", Double(all)), ("among_new.hit_rate@5", Double(among)), ("among_new.ndcg@5", gain),
    ] {
      #expect(abs((found.metrics["eval.\(name)"] ?? .nan) - sum / Double(users)) < 1e-12, "\(name)")
    }
    #expect(found.metrics["eval.among_new.popularity.hit_rate@5"] == 0)
    #expect(found.report.contains("New items found among the first 5"))
  }

  @Test("ids that the catalogue does not have are counted and said; a list of such alone is refused")
  func unknownIDs() throws {
    let found = try run(["recall.candidates.allow=allow.txt"])
    let note = "Of the 52 ids in `allow.txt` the catalogue does not have 2 ('none', '777')."
    #expect(found.report.contains(note))
    let eval = try run(["eval.candidates.allow=allow.txt"])
    #expect(eval.report.contains(note))
    _ = try files.write("a\nb\n", "others.txt")
    let error = #expect(throws: (any Error).self) { try run(["eval.candidates.allow=others.txt"]) }
    #expect("\(String(describing: error))".contains("none of its 2 ids is in the catalogue"))
    let nothing = #expect(throws: (any Error).self) { try run(["eval.candidates.where=price > 1000"]) }
    #expect("\(String(describing: nothing))".contains("no item of the index is a candidate at any time"))
  }

  @Test("a list of nothing blocks nothing, which is said; one that allows nothing is refused")
  func emptyLists() throws {
    _ = try files.write("\n", "none.txt")
    let whole = try run([])
    let found = try run(["index.candidates.block=none.txt"])
    #expect(found.lists == whole.lists && !whole.lists.isEmpty)
    #expect(found.report.contains("`none.txt` lists no ids, so that nothing is blocked by it."))
    let error = #expect(throws: (any Error).self) { try run(["index.candidates.allow=none.txt"]) }
    #expect("\(String(describing: error))".contains("it lists no item ids"))
  }

  @Test("a condition on the time of requests that leaves none a candidate is warned of")
  func nobody() throws {
    let warning = "**No request has a candidate.**"
    // All items are made within ten days.
    let none = try run(Self.both.map { "\($0).candidates.where=made >= request + 400d" })
    #expect(none.lists.isEmpty && none.metrics["eval.hit_rate@5"] == 0)
    #expect(none.report.components(separatedBy: warning).count >= 3)
    #expect(
      !(try run(Self.both.map { "\($0).candidates.where=made >= request - 1d" })).report.contains(warning)
    )
  }

  @Test("another content of a list is another result, of the index's list in all that read it")
  func contents() throws {
    let overrides = ["index.candidates.allow=allow.txt"]
    let before = try plan(overrides).keys()
    _ = try files.write("5\n6\n7\n8\n9\n10\n", "allow.txt")
    let plan = try plan(overrides)
    let changed = zip(plan.cells, zip(before, try plan.keys())).filter { $1.0.compute != $1.1.compute }.map(
      \.0.id
    )
    #expect(changed == ["eval", "recall"])
    let found = try run(overrides)
    #expect(found.lists.values.allSatisfy { $0.allSatisfy { (5...10).contains($0) } } && !found.lists.isEmpty)
  }

  @Test("mistakes are found before anything runs, each at its setting")
  func mistakes() throws {
    func told(_ overrides: [String], _ recipe: String = Self.recipe) -> [String] {
      do {
        _ = try plan(overrides, recipe)
        return []
      } catch {
        return "\(error)".split(separator: "\n").filter { $0.contains("error: ") }.map {
          String($0[($0.range(of: "error: ")?.upperBound ?? $0.startIndex)...])
        }
      }
    }
    #expect(
      told(["eval.candidates.where=[price <]"]) == [
        "in the condition \"price <\", at character 8: expected an item column, got the end"
      ]
    )
    #expect(
      told(["index.candidates.where=categry in [1]", "eval.candidates.where=[lang < 3]"]) == [
        "in the condition \"categry in [1]\", at character 1: 'config' keeps no item column 'categry'; did you mean "
          + "'category'?",
        "in the condition \"lang < 3\", at character 1: 'lang' holds text, which is compared by == and != or with 'in "
          + "[...]'; list it in config's item_columns.numbers where it holds numbers or dates",
      ]
    )
    #expect(
      told(["eval.candidates.column=id"]) == [
        "it is the column of 'allow' and 'block', and neither is set"
      ]
    )
    #expect(
      told(["recall.candidates={block: nowhere.txt}", "eval.candidates={allow: block.csv, column: idd}"])
        .sorted()
        == [
          "block.csv: no column 'idd': the columns are id, why; did you mean 'id'?",
          "there is no 'nowhere.txt'; it is looked for beside the recipe",
        ]
    )
    let untimed = Self.recipe.replacing(", time: ts", with: "")
    #expect(
      told(["eval.candidates.where=made <= request"], untimed) == [
        "the condition \"made <= request\" takes the time of the request, and the log has none; set columns.time in "
          + "'config'"
      ]
    )
    #expect(
      Set(told(["config.item_columns.available_from=made"], untimed)) == [
        "item_columns.available_from and available_until are held against the times of requests, and the log has none; set "
          + "columns.time in 'config'"
      ]
    )
    #expect(
      told(["eval.newest.column=null"]) == [
        "'newest' ranks items by their age, and 'config' says nothing of it; set item_columns.available_from there, or "
          + "newest.column to one of its item_columns.numbers"
      ]
    )
    #expect(
      told(["eval.newest.column=prise"]) == [
        "'config' does not keep the item column 'prise'; add it to item_columns.numbers there"
      ]
    )
  }
}
