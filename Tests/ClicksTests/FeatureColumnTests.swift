import ClickFixtures
import Files
import Tables
import Testing

@testable import Clicks

@Suite("Multi-valued columns, words, vectors and users")
struct FeatureColumnTests {
  let files: ClickFiles

  init() throws { files = try ClickFiles() }

  // --- words

  @Test("the hash is XXH3: values of an implementation in Python from its specification")
  func hash() {
    let expected: [String: UInt64] = [
      "": 0x2d06_8005_38d3_94c2, "a": 0xe6c6_32b6_1e96_4e1f, "abc": 0x78af_5f94_892f_3950,
      "story": 0x5e39_b1b8_5c73_e7b4, "toy story": 0x13c6_be87_f16b_b833,
    ]
    for (text, hash) in expected { #expect(TextHash.xxh3(text) == hash, "\(text)") }
  }

  @Test("words are runs of letters, marks and digits of any script, in lower case")
  func words() {
    #expect(TextColumn.words("Toy Story (1995)") == ["toy", "story", "1995"])
    #expect(TextColumn.words("  Élan, naïve–ÄRGER!") == ["élan", "naïve", "ärger"])
    #expect(TextColumn.words("七人の侍 (Shichinin)") == ["七人の侍", "shichinin"])
    #expect(TextColumn.words("don't_stop") == ["don", "t", "stop"])
    #expect(TextColumn.words(" -- ").isEmpty)
  }

  @Test(
    "words and pairs of adjacent words have buckets, weighed by 1 + ln n over the root of the sum of squares"
  )
  func buckets() {
    let column = TextColumn(name: "title", buckets: 1000)
    // xxh3(term) % 1000 + 1 of toy, story, 1995, toy story, story 1995; each 1 / sqrt 5.
    let plain = column.weights("Toy Story (1995)")
    #expect(plain.map(\.code) == [21, 82, 96, 636, 724])
    #expect(plain.allSatisfy { abs($0.weight - 0.447_213_6) < 1e-6 })
    // Three times 'story' and twice 'story story'.
    let repeated = column.weights("story, Story! STORY")
    #expect(repeated.map(\.code) == [21, 443])
    #expect(abs(repeated[0].weight - 0.778_282_9) < 1e-6 && abs(repeated[1].weight - 0.627_913_8) < 1e-6)
    #expect(column.weights("?!").isEmpty)
    let lists = column.encode(codes: [1, 0, 1], names: ["", "toy"])
    #expect(lists == WeightedLists(offsets: [0, 1, 1, 2], codes: [724, 724], weights: [1, 1]))
  }

  // --- multi-valued columns

  @Test("values of the rows to learn from have codes; others are left out of the mean and of the sum")
  func multi() {
    // Rows: [drama, war], [comedy, drama], [], [war, war], [western]; the first three are learned from.
    let lists = (
      offsets: [0, 2, 4, 4, 6, 7], codes: [1, 2, 0, 1, 2, 2, 3] as [Int32],
      names: ["comedy", "drama", "war", "western"]
    )
    let (column, mean) = MultiColumn.encode("genres", lists, learned: [0, 1, 2], .mean)
    #expect(column == MultiColumn(name: "genres", values: ["comedy", "drama", "war"]) && column.size == 4)
    #expect(mean.offsets == [0, 2, 4, 4, 6, 6] && mean.codes == [2, 3, 1, 2, 3, 3])
    #expect(mean.weights == [0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
    let less = MultiColumn.encode("genres", lists, learned: [0], .mean).values
    #expect(less.codes == [1, 2, 1, 2, 2] && less.weights == [0.5, 0.5, 1, 0.5, 0.5])
    let sum = MultiColumn.encode("genres", lists, learned: [0, 1, 2], .sum).values
    #expect(sum.codes == mean.codes && sum.weights.allSatisfy { $0 == 1 })
    #expect(mean.fits(5, below: 4) && !mean.fits(5, below: 3) && !mean.fits(4, below: 4))
  }

  private func table(_ text: String, _ change: (inout ItemTableOptions) -> Void) throws -> ItemTable {
    var log = ClickLog(users: [1], items: [1], times: nil)
    var options = ItemTableOptions()
    change(&options)
    return try ItemTable(reading: files.reader(text), options, for: &log)
  }

  @Test("text is cut at its separator, and columns of 0 and 1 are one column of their names")
  func reading() throws {
    let text = """
      item_id,tags,war,comedy,drama
      1,b| a||c,1,0,1
      2,,0,0,0
      3,a,,1,0
      1,b,0,1,0

      """
    let table = try table(text) {
      $0.lists = [.name("tags")]
      $0.separator = UInt8(ascii: "|")
      $0.flags = [FlagColumns(name: "genres", columns: [.name("war"), .name("comedy"), .name("drama")])]
    }
    // The last row of an item holds.
    #expect(table.facts.repeatedRows == 1 && table.facts.contradictedItems == 1)
    let tags = try table.lists("tags")
    #expect(tags.names == ["a", "b", "c"] && tags.offsets == [0, 1, 1, 2] && tags.codes == [1, 0])
    let genres = try table.lists("genres")
    #expect(genres.names == ["comedy", "drama", "war"])
    #expect(genres.offsets == [0, 1, 1, 2] && genres.codes == [0, 0])
    let shorter = table.without(Vocabulary(keysOf: [1]))
    #expect(try shorter.lists("tags").codes == [0])
    var longer = table
    longer.takeIn(ClickLog(users: [1], items: [9], times: nil), .add)
    #expect(try longer.lists("genres").offsets == [0, 1, 1, 2, 2])
    #expect(
      dataMessage { _ = try table.lists("war") }
        == "the item table has no multi-valued column 'war'; list it in config's item_columns.multi or item_columns.flags"
    )
  }

  @Test("a flag that is neither 0 nor 1 is named with its row")
  func badFlag() {
    let message = dataMessage {
      _ = try table("item_id,war\n1,0\n2,2\n") {
        $0.flags = [FlagColumns(name: "genres", columns: [.name("war")])]
      }
    }
    #expect(message.contains("the flag 'war' is 2 in row 2, where 0 or 1 is expected"), "\(message)")
  }

  // --- vectors

  @Test("vectors go to the items of their ids; what has none has row 0, which is zeros")
  func vectors() throws {
    var table = ItemTable(items: [7, 3, 5], categories: [0, 0, 0])
    let matches = try table.take(
      vectors: [1, 2, 3, 4, 5, 6],
      width: 2,
      of: ["5", "8", "7"],
      file: "ids.txt"
    )
    #expect(matches == VectorMatches(items: 2, strangers: 1))
    let (column, rows) = try VectorColumn.encode(table, .frozen)
    #expect(column.table == [0, 0, 5, 6, 1, 2] && column.rows == 3 && rows == [1, 0, 2])
    #expect(
      dataMessage { _ = try table.take(vectors: [1, 2], width: 1, of: ["5", "5"], file: "ids.txt") }
        .contains("has two vectors, in rows 1 and 2")
    )
    #expect(
      dataMessage { _ = try table.take(vectors: [1, 2], width: 1, of: ["a", "b"], file: "ids.txt") }
        .contains("none of its 2 ids, such as 'a', is an item's")
    )
    let bare = ItemTable(items: [7], categories: [0])
    #expect(
      dataMessage { _ = try VectorColumn.encode(bare, .frozen) }.hasPrefix("the items have no pretrained")
    )
  }

  @Test("vectors in the order of the rows must be as many; the last row of an item holds")
  func rowVectors() throws {
    func read(_ values: [Float]) throws -> ItemTable {
      var log = ClickLog(users: [1], items: [1], times: nil)
      var notes = ReadingNotes()
      return try ItemTable(
        reading: files.reader("item_id\n4\n1\n4\n"),
        ItemTableOptions(),
        for: &log,
        missing: .unknown,
        rowVectors: LogColumn(name: "v.npy", values: .vectors(values, width: 2)),
        &notes
      )
    }
    #expect(try read([1, 2, 3, 4, 5, 6]).vectors?.values == .vectors([5, 6, 3, 4], width: 2))
    #expect(
      dataMessage { _ = try read([1, 2, 3, 4]) }.contains(
        "there are 2 vectors in the order of its rows, and 3 rows"
      )
    )
  }

  // --- users

  private func users(_ text: String, _ log: inout ClickLog) throws -> UserTable {
    var options = UserTableOptions()
    (options.kept, options.numbers, options.lists) = ([.name("job")], [.name("age")], [.name("tags")])
    options.separator = UInt8(ascii: ";")
    return try UserTable(reading: files.reader(text), options, for: &log)
  }

  @Test("a user table is brought to the log's keys; users whom it lacks are counted")
  func userTable() throws {
    var log = ClickLog(users: [3, 1, 3, 2], items: [1, 1, 1, 1], times: nil)
    let table = try users("user_id,job,age,tags\n2,clerk,30,a;b\n3,,,\n9,cook,50,b\n", &log)
    #expect(table.keys == [2, 3, 9] && log.users == [3, 1, 3, 2])
    #expect(table.missingUsers == 1 && table.missingClicks == 1)
    #expect(try table.kept("job").names == ["", "clerk", "cook"])
    #expect(try table.numbers("age")[1].isNaN)
    #expect(try table.lists("tags").offsets == [0, 2, 2, 3])
    var named = ClickLog(users: [0, 1], items: [1, 1], times: nil, userNames: ["b", "x"])
    let other = try users("user_id,job,age,tags\na,,,\nx,,,\n", &named)
    #expect(named.userNames == ["a", "b", "x"] && named.users == [1, 2] && other.keys == [0, 2])
    #expect(other.missingUsers == 1)
  }

  @Test("a user who stands in the table twice is named with both rows; so is a table of other users")
  func badUsers() {
    var log = ClickLog(users: [3], items: [1], times: nil)
    #expect(
      dataMessage { _ = try users("user_id,job,age,tags\n3,,,\n4,,,\n3,,,\n", &log) }
        .contains("the user '3' stands in it twice, in its rows 1 and 3")
    )
    #expect(
      dataMessage { _ = try users("user_id,job,age,tags\n8,,,\n", &log) }
        .contains("it has none of the users of the clicks: the log has '3', the table '8'")
    )
  }
}
