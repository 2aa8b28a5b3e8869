import Foundation
import Testing

/// One click log in many forms: whatever the form, the result is the same.
@Suite("Forms of data")
struct DataVariantTests {
  /// A form of the log and the overrides that read it.
  struct Form: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var overrides: [String]
    var make: @Sendable (Workplace) throws -> Void
  }

  private static func form(
    _ name: String,
    _ overrides: [String] = [],
    _ make: @escaping @Sendable (Workplace) throws -> Void
  ) -> Form {
    Form(testDescription: name, overrides: overrides, make: make)
  }

  /// Packs `c.csv` in place with a program of the system.
  private static func pack(_ program: String, _ place: Workplace) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program, "-qf", "c.csv"]
    process.currentDirectoryURL = URL(fileURLWithPath: place.path)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "'\(program)' does not run here")
  }

  private static let forms: [Form] = [
    form("gzip", ["config.data.clicks=c.csv.gz"]) { try pack("gzip", $0) },
    form("CRLF") { try $0.write("c.csv", Workplace.text(Workplace.rows, lineEnd: "\r\n")) },
    form("byte-order mark") { try $0.write("c.csv", "\u{FEFF}" + Workplace.text(Workplace.rows)) },
    form("quoted fields") { try $0.write("c.csv", Workplace.text(Workplace.rows, quote: "\"")) },
    form("no newline at the end") {
      try $0.write("c.csv", String(Workplace.text(Workplace.rows).dropLast()))
    },
    form("tabs", ["config.data.delimiter=\"\\t\""]) { place in
      try place.write("c.csv", Workplace.text(Workplace.rows, delimiter: "\t"))
      try place.write("items.csv", try place.text("items.csv").replacingOccurrences(of: ",", with: "\t"))
    },
    form("semicolons", ["config.data.delimiter=;"]) { place in
      try place.write("c.csv", Workplace.text(Workplace.rows, delimiter: ";"))
      try place.write("items.csv", try place.text("items.csv").replacingOccurrences(of: ",", with: ";"))
    },
    form(
      "no header, columns by number",
      [
        "config.data.header=false", "config.columns={user: 1, item: 2, time: 3}",
        "config.item_columns={item: 1, category: 2}",
      ]
    ) { place in
      try place.write("c.csv", Workplace.text(Workplace.rows, header: false))
      try place.write("items.csv", String(try place.text("items.csv").dropFirst("item,cat\n".count)))
    },
    form("another order of rows") { try $0.write("c.csv", Workplace.text(Workplace.rows.reversed())) },
    form("empty rows of a user without an id", ["config.data.drop_incomplete=true"]) { place in
      try place.write("c.csv", Workplace.text([["", "1001", "1500000000", "phone"]] + Workplace.rows))
    },
    form("no times, in the order of time", ["config.columns.time=null", "encode.history=before"]) { _ in },
  ]

  @Test("A log in another form gives the same weights and candidates", arguments: forms)
  func sameResult(form: Form) throws {
    let place = try Workplace()
    #expect(try place.run("run", "r.yaml", "--output", "plain", "-q").status == 0)
    try form.make(place)
    let outcome = try place.run(
      ["run", "r.yaml", "--output", "o", "--cache", "c", "-q"] + set(form.overrides)
    )
    #expect(outcome.errors == "")
    #expect(outcome.status == 0)
    #expect(try place.bytes("o/model/weights.safetensors") == place.bytes("plain/model/weights.safetensors"))
    func candidates(_ name: String) throws -> ArraySlice<Substring> {
      try place.text(name).split(separator: "\n").dropFirst()
    }
    #expect(try candidates("o/recall_candidates.csv") == candidates("plain/recall_candidates.csv"))
  }

  /// `config.columns={user: 1, item: 2}` as one override a key: a section is not set as a whole.
  private func set(_ overrides: [String]) -> [String] {
    overrides.flatMap { override -> [String] in
      guard let brace = override.firstIndex(of: "{"), override.hasSuffix("}") else { return [override] }
      let section = override[..<brace].dropLast()
      let inner = override[override.index(after: brace)...].dropLast()
      return inner.split(separator: ",").map { entry in
        let parts = entry.split(separator: ":").map { $0.trimmingCharacters(in: .whitespaces) }
        return "\(section).\(parts[0])=\(parts[1])"
      }
    }
  }

  @Test("Ids that are text come back as they were")
  func textIds() throws {
    let place = try Workplace()
    let rows = Workplace.rows.map { ["user \($0[0])", "é-\($0[1])", $0[2], $0[3]] }
    try place.write("c.csv", Workplace.text(rows))
    let outcome = try place.run(
      "run",
      "r.yaml",
      "config.data.items=null",
      "config.item_columns.category=null",
      "--output",
      "o",
      "-q"
    )
    #expect(outcome.status == 0)
    let lines = try place.text("o/recall_candidates.csv").split(separator: "\n")
    #expect(lines.first == "user,item,recall_score,recall_rank")
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("user ") && $0.contains(",é-10") })
    #expect(lines.count == 601)
  }

  @Test(
    "Ways to hold clicks out",
    arguments: [
      (["split.strategy=leave_last_n", "split.last_n=2"], 60.0, 120.0),
      (["split.strategy=ratio", "split.share=0.5"], 60, nil),
      (["split.strategy=time", "split.share=0.2"], nil, nil),
      (["split.sample_users=20"], 20, 20),
      (["split.min_user_clicks=6"], nil, nil),
      (["config.columns.keep=[device]", "split.filter={column: device, in: [phone]}"], 60, 60),
      (["split.filter={column: time, min: 1500000300}"], nil, nil),
    ] as [([String], Double?, Double?)]
  )
  func splits(overrides: [String], users: Double?, heldOut: Double?) throws {
    let place = try Workplace()
    let outcome = try place.run(["run", "r.yaml", "--output", "o", "-q"] + overrides)
    #expect(outcome.errors == "")
    #expect(outcome.status == 0)
    let metrics = try place.metrics("o")
    if let users { #expect(metrics["split.users"] == users) }
    if let heldOut { #expect(metrics["split.held_out_clicks"] == heldOut) }
    let evaluated = try #require(metrics["eval.users"])
    #expect(evaluated > 0)
    #expect(evaluated == metrics["split.held_out_users"])
  }

  @Test("Files that are split already, several held-out items a user, no times")
  func splitFiles() throws {
    let place = try Workplace()
    try place.write("test.csv", "user,item\n" + (1...30).map { "\($0),1003\n\($0),1017\n" }.joined())
    let outcome = try place.run(
      "run",
      "r.yaml",
      "split.strategy=files",
      "split.test_file=test.csv",
      "config.columns.time=null",
      "--output",
      "o",
      "-q"
    )
    // Without times histories have no order, and these users click items again.
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(outcome.errors.contains(" clicks are of an item that their user has more than once."))
    let metrics = try place.metrics("o")
    #expect(metrics["split.held_out_clicks"] == 60)
    #expect(metrics["eval.users"] == 30)
    #expect(metrics["split.history_clicks"] == Double(Workplace.rows.count))
  }

  @Test(
    "Index types, with as many candidates as there are",
    arguments: ["HNSW8", "IVF4,Flat", "SQ8", "PQ4x4"]
  )
  func indexTypes(type: String) throws {
    let place = try Workplace()
    let outcome = try place.run("run", "r.yaml", "index.type=\(type)", "--output", "o", "-q")
    #expect(outcome.status == 0)
    let metrics = try place.metrics("o")
    #expect(metrics["index.items"] == 40)
    #expect(metrics["recall.candidates"] == 600)
    let recall = try #require(metrics["eval.index_recall@20"])
    #expect(recall > 0.6 && recall <= 1)
  }

  @Test("More candidates than there are: every unseen item comes, once")
  func moreThanTheCatalogue() throws {
    let place = try Workplace()
    let outcome = try place.run("run", "r.yaml", "recall.k=500", "eval.k=500", "--output", "o", "-q")
    #expect(outcome.status == 0)
    var candidates: [Substring: Set<Substring>] = [:]
    for line in try place.text("o/recall_candidates.csv").split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",")
      #expect(candidates[fields[0], default: []].insert(fields[1]).inserted)
    }
    for user in 1...60 {
      let clicks = Workplace.rows.filter { $0[0] == "\(user)" }.map { $0[1] }
      #expect(candidates[Substring("\(user)")]?.count == 40 - Set(clicks.dropLast()).count)
    }
  }
}
