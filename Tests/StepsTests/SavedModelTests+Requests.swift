import Files
import Recall
import Tables
import Testing

@testable import Steps

/// What a request may ask of a saved model.
extension SavedModelTests {
  @Test("seen items, allowed and blocked ones, and fewer items than were asked for")
  func filters() throws {
    let recommender = try Recommender(path: FilePaths.join(try run(), "model"), threads: 1)
    var request = RecommendRequest(user: "u7", k: 70)
    let all = try recommender.recommend([request])[0].items
    request.seen = .keep
    let kept = try recommender.recommend([request])[0].items
    // u7 has 9 clicks in the log, the last of them held out; of two that are the same one counts.
    let clicked = Set(
      Self.clicks.split(separator: "\n").filter { $0.hasPrefix("u7,") }.dropLast().map {
        String($0.split(separator: ",")[1])
      }
    )
    #expect(kept.count == 70 && all.count == 70 - clicked.count)
    #expect(Set(kept.map(\.id)).subtracting(all.map(\.id)) == clicked)
    #expect(kept[0].title?.hasPrefix("Item <") == true)
    let list = try recommender.items(["i3", "i5", "i69", "i5", "nobody"])
    #expect(list.unknown == ["nobody"] && list.keys.count == 3)
    request.block = list
    let blocked = try recommender.recommend([request])[0].items
    #expect(blocked == kept.filter { !["i3", "i5", "i69"].contains($0.id) })
    request.block = nil
    request.allow = list
    let plain = RecommendRequest(user: "u8", k: 3)
    let both = try recommender.recommend([request, plain])
    #expect(both[0].items == kept.filter { ["i3", "i5", "i69"].contains($0.id) })
    #expect(try both[1] == recommender.recommend([plain])[0])
    for k in [0, 10_001, -1] {
      let failure = #expect(throws: RequestFailure.self) {
        try recommender.recommend([RecommendRequest(user: "u7", k: k)])
      }
      #expect(failure?.message == "k is a number from 1 to 10000, not \(k)")
    }
  }

  @Test(
    "requests are given what may be given at their times, and who brings clicks the features of their own user"
  )
  func availability() throws {
    let overrides = Self.narrowed + Self.users + ["model.user_id=false"]
    let recommender = try Recommender(path: FilePaths.join(try run(overrides), "model"), threads: 1)
    func items(_ time: Int, _ allow: ItemSelection? = nil) throws -> [Int] {
      var request = RecommendRequest(user: "u7", history: ["i1"], time: Int64(time), k: 70, seen: .keep)
      request.allow = allow
      return try recommender.recommend([request])[0].items.compactMap { Int($0.id.dropFirst()) }
    }
    for time in [1_499_999_999, 1_500_000_000, 1_500_150_000, 1_500_206_000, 1_500_400_000] {
      let expected = (0..<70).filter { item in
        (item % 3 != 0 || time >= 1_500_000_000 + item * 5000)
          && (item % 5 != 0 || time < 1_500_200_000 + item * 2000) && item * 3 % 17 > 2
      }
      #expect(try items(time).sorted() == expected, "\(time)")
      let some = try recommender.items(["i3", "i4", "i25", "i60"])
      #expect(try items(time, some).sorted() == expected.filter { [3, 4, 25, 60].contains($0) }, "\(time)")
    }
    let answers = try recommender.recommend(
      ["u7", "u8", "u5", nil].map { RecommendRequest(user: $0, history: ["i1"], time: 1_500_150_000) }
    )
    #expect(answers[0].items != answers[1].items)
    #expect(answers[2].items == answers[3].items, "who is in no table is as who is not known")
  }

  @Test(
    "each candidate of a file of requests says which row it is of, and its user where that has one; empty times are none"
  )
  func requestNumbers() throws {
    let recommender = try Recommender(path: FilePaths.join(try run(Self.times), "model"), threads: 1)
    _ = try files.write(
      "user,history,time\nu3,,\n,i1 i2,1500100000\nu2,,1500900000\nu3,,1500900000\n",
      "requests.csv"
    )
    let table = try RequestTable(path: files.path("requests.csv"), for: recommender.facts, threads: 1)
    #expect(table.requests.map(\.time) == [nil, 1_500_100_000, 1_500_900_000, 1_500_900_000])
    let output = files.path("again.csv")
    _ = try BatchRecommendation(recommender, k: 2, threads: 1).write(table, to: output)
    let rows = try MappedFile.readText(output).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(rows[0] == ["request", "user", "item", "recall_score", "recall_rank"])
    #expect(
      rows.dropFirst().map { "\($0[0]) \($0[1])" } == [
        "1 u3", "1 u3", "2 ", "2 ", "3 u2", "3 u2", "4 u3", "4 u3",
      ]
    )
    for (place, request) in table.requests.enumerated() {
      var request = request
      request.k = 2
      let items = try recommender.recommend([request])[0].items.map(\.id)
      #expect(rows[(1 + 2 * place)...(2 + 2 * place)].map { $0[2] } == items)
    }
  }

  @Test("candidates of a file of requests are written as Parquet too")
  func parquet() throws {
    let folder = try run(["save.formats=[towerbook, parquet]"])
    let recommender = try Recommender(path: FilePaths.join(folder, "model"), threads: 1)
    _ = try files.write("user\nu1\nu2\n", "requests.csv")
    let table = try RequestTable(path: files.path("requests.csv"), for: recommender.facts, threads: 1)
    let output = files.path("again.parquet")
    _ = try BatchRecommendation(recommender, k: 3, threads: 1).write(table, to: output)
    let read = try TableReaders.open(path: output).read([
      ColumnRequest(.name("user"), as: .identifier), ColumnRequest(.name("item"), as: .identifier),
      ColumnRequest(.name("request"), as: .integer),
    ])
    #expect(read.columns[2] == .integers([1, 1, 1, 2, 2, 2]))
    let expected = try candidates(folder).split(separator: "\n").map {
      $0.split(separator: ",").map(String.init)
    }
    func texts(_ column: ColumnValues) -> [String] {
      guard case .names(let codes, let names) = column else { return [] }
      return codes.map { names[Int($0)] }
    }
    for (place, user) in ["u1", "u2"].enumerated() {
      let rows = place * 3..<(place + 1) * 3
      #expect(texts(read.columns[0])[rows].allSatisfy { $0 == user })
      #expect(texts(read.columns[1])[rows] == expected.filter { $0[0] == user }.prefix(3).map { $0[1] }[...])
    }
  }
}
