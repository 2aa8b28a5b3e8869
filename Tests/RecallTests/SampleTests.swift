import ClickFixtures
import Memory
import Numerics
import Tables
import Testing

@testable import Clicks
@testable import Recall

@Suite("Samples for a ranking model")
struct SampleTests {
  /// Two users; item 10 is clicked at 100 and 150, item 20 at 200, item 30 at 300.
  private let history = UserSequences(
    users: [1, 2],
    offsets: [0, 2, 4],
    items: [10, 20, 10, 30],
    times: [100, 200, 150, 300],
    rows: [0, 1, 2, 3]
  )
  private let index = SearchIndex(
    vectors: Matrix(rows: 4, columns: 2, values: [1, 0, 0, 2, 3, 1, -1, -1]),
    ids: [30, 20, 10, 40],
    approximate: nil
  )

  private func features(_ features: [SampleFeature], _ history: UserSequences? = nil) throws -> SampleFeatures
  {
    SampleFeatures(
      features,
      history: history ?? self.history,
      index: index,
      categories: [7, 8, 7, -1],
      births: (
        items: [10, 40],
        times: try ItemTimes(LogColumn(name: "born", values: .reals([70, .nan])), in: .seconds)
      ),
      ticksPerSecond: 1,
      windowHours: 100 / 3600
    )
  }

  /// Not a number is equal to itself here.
  private func same(_ found: [[Float]], _ expected: [[Float]]) -> Bool {
    found.count == expected.count
      && zip(found, expected).allSatisfy {
        zip($0, $1).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) } && $0.count == $1.count
      }
  }

  @Test("features are what was known when the request came, by hand")
  func byHand() throws {
    let request = SampleFeatures.Request(moment: 250, history: [20, 30][...], lastClick: 240)
    let all = SampleFeature.allCases
    let values = try features(all).values([10, 20, 30, 40, 99], request)
    let none = Float.nan
    let expected: [SampleFeature: [Float]] = [
      .itemClicks: [2, 1, 0, 0, 0],
      // From 150 on and before 250.
      .itemRecentClicks: [1 + 0, 1, 0, 0, 0],
      .itemHoursSinceClick: [100.0 / 3600, 50.0 / 3600, none, none, none],
      .itemAge: [180.0 / 3600, none, none, none, none],
      .historyLength: [2, 2, 2, 2, 2],
      .hoursSinceLastClick: [Float](repeating: Float(10.0 / 3600), count: 5),
      // The last click is on 30, of category 7; 40 has none, and 99 is not known.
      .sameCategory: [1, 0, 1, 0, 0],
      .categoryShare: [0.5, 0.5, 0.5, 0, 0],
      // (1, 0) with each.
      .similarityToLast: [3, 0, 1, -1, none],
      // And (0, 2).
      .similarityToHistory: [3, 4, 1, -1, none],
    ]
    for (feature, found) in zip(all, values) {
      #expect(same([found], [try #require(expected[feature])]), "\(feature.rawValue): \(found)")
    }
    let empty = SampleFeatures.Request(moment: 250, history: [], lastClick: nil)
    let bare = try features([.sameCategory, .similarityToHistory, .hoursSinceLastClick, .historyLength])
      .values([10], empty)
    #expect(same(bare, [[none], [none], [none], [0]]))
    // Without times all clicks count.
    var timeless = history
    timeless.times = nil
    #expect(same(try features([.itemClicks], timeless).values([10, 30], request), [[2, 1]]))
  }

  private static let schema = RankingSamples.Schema(
    user: "u",
    item: "i",
    hasTimes: true,
    hasSources: true,
    numbers: SampleAssembler.names(of: [.twoTower, .itemCF]) + ["item_clicks"],
    columns: [("born", .reals([])), ("made", .integers([]))],
    texts: ["colour"]
  )

  private func samples() throws -> RankingSamples {
    let assembler = SampleAssembler(
      Self.schema,
      features: try features([.itemClicks]),
      index: index,
      columns: [
        try SampleColumn(
          LogColumn(name: "born", values: .reals([1_506_816_000.25, .nan])),
          isOfUsers: false,
          of: [10, 40]
        ),
        // Neither is a Float32.
        try SampleColumn(
          LogColumn(name: "made", values: .integers([1_506_816_001, -16_777_217])),
          isOfUsers: false,
          of: [10, 40]
        ),
        try SampleColumn(
          LogColumn(name: "colour", values: .names(codes: [1, 0], names: ["", "re,d"])),
          isOfUsers: true,
          of: [1, 2]
        ),
      ],
      negatives: NegativeItems(5, from: [10, 20, 30, 40], seed: 3),
      addsMissed: true,
      rules: CandidateRules()
    )
    let tower = RankedLists(width: 2, items: [10, 40, 20, 0], scores: [3, -1, 2, 0], counts: [2, 1])
    let cf = RankedLists(width: 2, items: [40, 0, 20, 40], scores: [0.5, 0, 9, 8], counts: [1, 2])
    return assembler.samples(
      SampleAssembler.Block(
        first: 4,
        users: [1, 2],
        requests: [
          .init(moment: 250, history: [20][...], lastClick: 240),
          .init(moment: 400, history: [10, 30][...], lastClick: 300),
        ],
        targets: [[30, 20], [20]],
        vectors: Matrix(rows: 2, columns: 2, values: [1, 0, 0, 1]),
        candidates: RankedLists(
          width: 2,
          items: [40, 10, 20, 40],
          scores: [1.5, 1, 0.25, 0.125],
          counts: [2, 2]
        ),
        origins: [3, 1, 3, 2],
        sources: [(.twoTower, tower), (.itemCF, cf)]
      )
    )
  }

  @Test("candidates, what they miss, and negatives stand together by request, by hand")
  func rows() throws {
    let samples = try samples()
    // Request 4: 20 was seen, so 30 alone is missed and nothing is left to draw. Request 5: both others were seen.
    #expect(samples.requests == [4, 4, 4, 5, 5] && samples.items == [40, 10, 30, 20, 40])
    #expect(samples.users == [1, 1, 1, 2, 2] && samples.times == [250, 250, 250, 400, 400])
    #expect(samples.labels == [0, 0, 1, 1, 0])
    #expect(samples.kinds == [.candidate, .candidate, .missed, .candidate, .candidate])
    #expect(samples.sources == [3, 1, 0, 3, 2])
    let none = Float.nan
    #expect(
      same(
        samples.numbers,
        [
          [1.5, 1, none, 0.25, 0.125], [1, 2, none, 1, 2], [-1, 3, 1, 2, -1], [2, 1, none, 1, none],
          [0.5, none, none, 9, 8], [1, none, none, 1, 2], [0, 2, 0, 1, 0],
        ]
      ),
      "\(samples.numbers)"
    )
    guard case .reals(let born) = samples.columns[0] else { throw DataError("no reals") }
    #expect(born.map(\.isNaN) == [true, false, true, true, true] && born[1] == 1_506_816_000.25)
    #expect(samples.columns[1] == .integers([-16_777_217, 1_506_816_001, nil, nil, -16_777_217]))
    #expect(samples.texts == [["re,d", "re,d", "re,d", "", ""]])
  }

  @Test("negatives are distinct, open, and hang on the seed and the request alone")
  func negatives() {
    let pool = (0..<50).map(Int64.init)
    func drawn(_ request: Int, _ seed: Int, _ count: Int = 10) -> [Int64] {
      NegativeItems(count, from: pool, seed: seed).drawn(request) { $0 % 5 != 0 }
    }
    #expect(drawn(0, 1) == drawn(0, 1) && drawn(0, 1) != drawn(1, 1) && drawn(0, 1) != drawn(0, 2))
    #expect(drawn(0, 1).count == 10 && Set(drawn(0, 1)).count == 10 && drawn(0, 1).allSatisfy { $0 % 5 != 0 })
    #expect(Set(drawn(3, 1, 60)) == Set(pool.filter { $0 % 5 != 0 }))
    #expect(NegativeItems(3, from: [], seed: 1).drawn(0) { _ in true } == [])
    // Each of the forty as often as others: 400 draws of 10 are 100 each.
    var counts = [Int64: Int]()
    for request in 0..<400 { for item in drawn(request, 9) { counts[item, default: 0] += 1 } }
    #expect(counts.count == 40 && counts.values.allSatisfy { 60...140 ~= $0 })
  }

  @Test("CSV and the group form hold them, in one block or in several")
  func files() throws {
    let folder = try ClickFiles()
    let samples = try samples()
    let log = ClickLog(users: [0], items: [0], times: [0], userNames: ["x", "a\"b", "c"], itemNames: nil)
    func write(_ name: String) throws {
      let sink = try SampleSinks.open(name, schema: Self.schema, log: log) { folder.path($0) }
      try sink.write(samples)
      try sink.write(RankingSamples(Self.schema))
      try sink.close()
    }
    try write("a.csv")
    try write("a.svm")
    func text(_ name: String) throws -> String {
      try String(contentsOfFile: folder.path(name), encoding: .utf8)
    }
    let csv = """
      request,u,i,request_time,label,sample,recall_source,recall_score,recall_rank,two_tower_score,two_tower_rank,\
      item_cf_score,item_cf_rank,item_clicks,born,made,colour
      4,"a""b",40,250,0,candidate,two_tower+item_cf,1.5,1,-1,2,0.5,1,0,,-16777217,"re,d"
      4,"a""b",10,250,0,candidate,two_tower,1,2,3,1,,,2,1506816000.25,1506816001,"re,d"
      4,"a""b",30,250,1,missed,,,,1,,,,0,,,"re,d"
      5,c,20,400,1,candidate,two_tower+item_cf,0.25,1,2,1,9,1,1,,,
      5,c,40,400,0,candidate,item_cf,0.125,2,-1,,8,2,0,,-16777217,

      """
    #expect(try text("a.csv") == csv)
    #expect(try text("a.svm.group") == "3\n2\n" && text("a.svm.query") == "3\n2\n")
    #expect(try text("a.svm.names") == Self.schema.allNumbers.map { $0 + "\n" }.joined())
    let lines = try text("a.svm").split(separator: "\n")
    #expect(lines.count == 5 && lines[1] == "0 0:1 1:2 2:3 3:1 4:nan 5:nan 6:2 7:1506816000.25 8:1506816001")
    #expect(lines[3] == "1 0:0.25 1:1 2:2 3:1 4:9 5:1 6:1 7:nan 8:nan")
    for name in ["a.npy", "a", "a.csv.bz2"] { #expect(SampleSinks.problem(name) != nil) }
    for form in SampleForm.allCases { #expect(SampleSinks.problem("a" + form.rawValue) == nil) }
  }
}
